// What is offered to an SSH server, best first. Source: RFC 4253, 8268, 8332, 8709, 9142 (what must not be used any more);
// ssh2 1.17 (what it can do).
import type { Algorithms, CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';
import type { LegacyAlgorithm } from '../inventory/types.ts';

/** Group exchange is last: with pure JavaScript arithmetic it holds up everything else for more than a second. */
const KEY_EXCHANGES: readonly KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group-exchange-sha256',
];

const CIPHERS: readonly CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
];

const MACS: readonly MacAlgorithm[] = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
];

const isKeyExchange = (name: LegacyAlgorithm): name is LegacyAlgorithm & KexAlgorithm => name.startsWith('diffie-');
const isCipher = (name: LegacyAlgorithm): name is LegacyAlgorithm & CipherAlgorithm => name.endsWith('-cbc');
const isMac = (name: LegacyAlgorithm): name is LegacyAlgorithm & MacAlgorithm => name.startsWith('hmac-');
export const isHostKey = (name: LegacyAlgorithm): name is LegacyAlgorithm & ServerHostKeyAlgorithm =>
  name.startsWith('ssh-');

/** @param hostKeys in the order that known_hosts asks for; see host-key.ts */
export const algorithmsFor = (
  legacy: readonly LegacyAlgorithm[],
  hostKeys: readonly ServerHostKeyAlgorithm[],
): Algorithms => ({
  kex: [...KEY_EXCHANGES, ...legacy.filter(isKeyExchange)],
  cipher: [...CIPHERS, ...legacy.filter(isCipher)],
  hmac: [...MACS, ...legacy.filter(isMac)],
  serverHostKey: [...hostKeys],
});
