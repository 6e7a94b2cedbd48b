// Decides on the key that a host offers, before anything else is sent to it.
// Source: ssh(1), VERIFYING HOST KEYS; RFC 8332 (one RSA key, three signature algorithms).
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { OperatorError } from '../core/errors.ts';
import type { HostEntry } from '../inventory/types.ts';
import type { HostKeyVerdict } from './known-hosts.ts';
import { hostKeyType, hostName, judgeHostKey, keysOf, parseKnownHosts } from './known-hosts.ts';

export type HostKeyCheck = {
  /** types that known_hosts has come first, so that a host with several keys is asked for the one we know */
  readonly algorithms: ServerHostKeyAlgorithm[];
  /** the error that ends the connection; undefined: trusted */
  readonly judge: (offered: Buffer) => OperatorError | undefined;
};

const ALGORITHMS: readonly (readonly [type: string, algorithms: readonly ServerHostKeyAlgorithm[]])[] = [
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']],
];

/** @throws OperatorError INPUT_UNREADABLE; a file that does not exist knows no host */
export async function loadHostKeyCheck(entry: HostEntry): Promise<HostKeyCheck> {
  const known = keysOf(parseKnownHosts(await readKnownHosts(entry)), entry.address, entry.port);
  const types = new Set(known.filter(({ revoked }) => !revoked).map(({ keyType }) => keyType));
  const [first, later] = [
    ALGORITHMS.filter(([type]) => types.has(type)),
    ALGORITHMS.filter(([type]) => !types.has(type)),
  ];
  return {
    algorithms: [...first, ...later].flatMap(([, algorithms]) => algorithms),
    judge: (offered) => hostKeyError(entry, judgeHostKey(known, offered), offered),
  };
}

async function readKnownHosts({ name, knownHostsFile }: HostEntry): Promise<string> {
  try {
    return await readFile(knownHostsFile, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    const message = `host ${name}: the known_hosts file ${knownHostsFile} cannot be read`;
    throw new OperatorError('INPUT_UNREADABLE', message, { cause });
  }
}

function hostKeyError(entry: HostEntry, verdict: HostKeyVerdict, offered: Buffer): OperatorError | undefined {
  if (verdict.kind === 'trusted') return undefined;
  const { name, address, port, knownHostsFile: file } = entry;
  const key = `${hostKeyType(offered)} ${fingerprintOf(offered)}`;
  const place = 'line' in verdict ? { place: { file, line: verdict.line, column: 1 } } : {};
  const refuse = (fact: string, hint: string): OperatorError =>
    new OperatorError('HOST_KEY', `host ${name}: ${fact}`, { hint, ...place });
  if (verdict.kind === 'revoked') {
    return refuse(`its key ${key} is revoked in ${file}`, 'Do not connect; ask who revoked the key, and why.');
  }
  if (verdict.kind === 'changed') {
    return refuse(
      `it offers the key ${key}, but ${file} has another one for ${hostName(address, port)}`,
      `If the host got a new key, prove the fingerprint on its console and replace line ${verdict.line}; if not, somebody is in between.`,
    );
  }
  const others = verdict.knownTypes.length === 0 ? '' : ` (only ${verdict.knownTypes.join(', ')})`;
  return refuse(
    `its key ${key} is not in ${file}${others}`,
    `Compare the fingerprint with the one on the host's console (ssh-keygen -lf), then add the key with ssh-keyscan -p ${port} ${address} >> ${file}.`,
  );
}

const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
