// Decides on the key that a host offers, before anything else is sent to it.
// Source: ssh(1), VERIFYING HOST KEYS; RFC 8332 (one RSA key, three signature algorithms).
import { appendFile, readFile } from 'node:fs/promises';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { OperatorError } from '../core/errors.ts';
import type { LogInEntry } from '../inventory/types.ts';
import { isHostKey } from './algorithms.ts';
import { whyNotCertified } from './host-certificate.ts';
import type { HostKeyVerdict, KnownHost } from './known-hosts.ts';
import {
  fingerprintOf,
  hostKeyType,
  hostName,
  judgeHostKey,
  keysOf,
  knownHostLine,
  parseKnownHosts,
} from './known-hosts.ts';

/** The key of a host that nobody has seen before was believed and written down. */
export type NewHostKey = {
  readonly host: string;
  readonly address: string;
  readonly keyType: string;
  readonly fingerprint: string;
  readonly file: string;
};

export type HostKeyCheck = {
  /** types that known_hosts has come first, so that a host with several keys is asked for the one we know */
  readonly algorithms: readonly ServerHostKeyAlgorithm[];
  /** the error that ends the connection; undefined: trusted */
  readonly judge: (offered: Buffer) => Promise<OperatorError | undefined>;
};

const ALGORITHMS: readonly (readonly [type: string, algorithms: readonly ServerHostKeyAlgorithm[]])[] = [
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
];

/** @param accept told of a first key, which is then believed; absent: a key that is not known is refused
 * @param isDirect false: it is reached through another host
 * @throws OperatorError INPUT_UNREADABLE; a file that does not exist knows no host */
export async function loadHostKeyCheck(
  entry: LogInEntry,
  accept?: (key: NewHostKey) => void,
  isDirect = true,
): Promise<HostKeyCheck> {
  const { address, port } = entry;
  const text = await readKnownHosts(entry);
  const entries = parseKnownHosts(text);
  const known = keysOf(entries, address, port);
  const portless = port === 22 ? [] : keysOf(entries, address, 22);
  const types = new Set([...known, ...portless].filter(({ mark }) => mark === 'none').map(({ keyType }) => keyType));
  const [first, later] = [
    ALGORITHMS.filter(([type]) => types.has(type)),
    ALGORITHMS.filter(([type]) => !types.has(type)),
  ];
  return {
    algorithms: [
      ...[...first, ...later].flatMap(([, algorithms]) => algorithms),
      ...(entry.legacyAlgorithms ?? []).filter(isHostKey),
    ],
    judge: async (offered) => {
      const verdict = judgeHostKey(known, offered, portless);
      if (verdict.kind === 'unknown' && verdict.knownTypes.length === 0 && verdict.authority !== undefined)
        return await certificateError(entry, { known, offered, isDirect, line: verdict.authority });
      const isFirst = verdict.kind === 'unknown' && verdict.knownTypes.length === 0;
      if (!isFirst || accept === undefined) return hostKeyError(entry, verdict, offered);
      await remember(entry, { text, entries, offered });
      accept({
        host: entry.name,
        address: hostName(address, port),
        keyType: hostKeyType(offered),
        fingerprint: fingerprintOf(offered),
        file: entry.knownHostsFile,
      });
      return undefined;
    },
  };
}

type Offer = {
  readonly known: readonly KnownHost[];
  readonly offered: Buffer;
  readonly isDirect: boolean;
  /** of the first authority */
  readonly line: number;
};

/** A host of which known_hosts has an authority only. */
async function certificateError(
  { name, address, port, knownHostsFile: file }: LogInEntry,
  { known, offered, isDirect, line }: Offer,
): Promise<OperatorError | undefined> {
  const isRevoked = ({ key }: KnownHost): boolean => known.some((one) => one.mark === 'revoked' && one.key.equals(key));
  const authorities = known.filter((one) => one.mark === 'authority' && !isRevoked(one));
  const why = isDirect
    ? await whyNotCertified({ address, port, offered, authorities, now: new Date() })
    : 'ssh-keyscan cannot ask for a certificate through a jump host';
  if (why === undefined) return undefined;
  const key = `${hostKeyType(offered)} ${fingerprintOf(offered)}`;
  const fact = `host ${name}: its key ${key} is not in ${file}, which has a certificate authority for it: ${why}`;
  return new OperatorError('HOST_KEY', fact, {
    hint: `Renew the certificate of the host, or prove the fingerprint on its console and add the key itself to ${file}.`,
    place: { file, line, column: 1 },
  });
}

type Found = { readonly text: string; readonly entries: readonly KnownHost[]; readonly offered: Buffer };

/** Before anything else is sent to the host: a key that cannot be kept is not believed. */
async function remember(
  { name, address, port, knownHostsFile }: LogInEntry,
  { text, entries, offered }: Found,
): Promise<void> {
  const line = knownHostLine(entries, hostName(address, port), offered);
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  try {
    await appendFile(knownHostsFile, `${gap}${line}`, { mode: 0o600 });
  } catch (cause) {
    const message = `host ${name}: its key cannot be written to ${knownHostsFile}`;
    throw new OperatorError('HOST_KEY', message, { hint: 'Give knownHosts a file that can be written.', cause });
  }
}

async function readKnownHosts({ name, knownHostsFile }: LogInEntry): Promise<string> {
  try {
    return await readFile(knownHostsFile, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    const message = `host ${name}: the known_hosts file ${knownHostsFile} cannot be read`;
    throw new OperatorError('INPUT_UNREADABLE', message, { cause });
  }
}

function hostKeyError(entry: LogInEntry, verdict: HostKeyVerdict, offered: Buffer): OperatorError | undefined {
  if (verdict.kind === 'trusted') return undefined;
  const { name, address, port, knownHostsFile: file } = entry;
  const key = `${hostKeyType(offered)} ${fingerprintOf(offered)}`;
  const refuse = (fact: string, hint: string, line?: number): OperatorError =>
    new OperatorError('HOST_KEY', `host ${name}: ${fact}`, {
      hint,
      ...(line === undefined ? {} : { place: { file, line, column: 1 } }),
    });
  if (verdict.kind === 'revoked') {
    const hint = 'Do not connect; ask who revoked the key, and why.';
    return refuse(`its key ${key} is revoked in ${file}`, hint, verdict.line);
  }
  if (verdict.kind === 'changed') {
    return refuse(
      `it offers the key ${key}, but ${file} has another one for ${hostName(address, port)}`,
      `If the host got a new key, prove the fingerprint on its console and replace line ${verdict.line}; if not, somebody is in between.`,
      verdict.line,
    );
  }
  const compare = `Compare the fingerprint with the one on the host's console (ssh-keygen -lf), then`;
  const scan = `add the key with ssh-keyscan -p ${port} ${address} >> ${file}`;
  const others = verdict.knownTypes.length === 0 ? '' : ` (only ${verdict.knownTypes.join(', ')})`;
  const first = verdict.knownTypes.length === 0 ? `, or use --accept-new-host-keys once with plan or check` : '';
  return refuse(`its key ${key} is not in ${file}${others}`, `${compare} ${scan}${first}.`);
}
