// The key that a host offers, for a person who is to compare it with the one that the host itself shows. The connection ends
// before anything is sent to the host. Source: RFC 4253, 8.
import ssh2 from 'ssh2';
import { OperatorError } from '../core/errors.ts';
import { fingerprintOf, hostKeyType, hostName } from './known-hosts.ts';

export type OfferedHostKey = {
  readonly keyType: string;
  /** base64, as in known_hosts */
  readonly key: string;
  readonly fingerprint: string;
};

type Address = { readonly name: string; readonly address: string; readonly port: number };

/** @throws OperatorError HOST_UNREACHABLE */
export async function readOfferedHostKey({ name, address, port }: Address, timeoutMs: number): Promise<OfferedHostKey> {
  const client = new ssh2.Client();
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  client.on('error', (error) => reject(error));
  client.once('close', () => reject(new Error('the host closed the connection')));
  client.connect({
    host: address,
    port,
    username: 'nobody',
    authHandler: [],
    readyTimeout: timeoutMs,
    algorithms: {
      serverHostKey: [
        'ssh-ed25519',
        'ecdsa-sha2-nistp256',
        'ecdsa-sha2-nistp384',
        'ecdsa-sha2-nistp521',
        'rsa-sha2-512',
        'rsa-sha2-256',
      ],
    },
    hostVerifier: (offered: Buffer) => {
      resolve(offered);
      return false;
    },
  });
  try {
    return describe(await promise);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    throw new OperatorError('HOST_UNREACHABLE', `host ${name}: no SSH connection to ${address}:${port}: ${reason}`, {
      hint: 'Check address and port, the network and whether sshd runs.',
      cause,
    });
  } finally {
    client.destroy();
  }
}

function describe(key: Buffer): OfferedHostKey {
  return {
    keyType: hostKeyType(key),
    key: key.toString('base64'),
    fingerprint: fingerprintOfKey(key.toString('base64')),
  };
}

/** @param key base64 */
export const fingerprintOfKey = (key: string): string => fingerprintOf(Buffer.from(key, 'base64'));

/** A line of known_hosts without its line end. */
export const knownHostsLine = ({ address, port }: Omit<Address, 'name'>, keyType: string, key: string): string =>
  `${hostName(address, port)} ${keyType} ${key}`;
