// The known_hosts file of OpenSSH: which host key belongs to which host. Pure but for the salt of a new hashed line.
// Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; hostfile.c and sshconnect.c of OpenSSH 9.2.
import { createHash, createHmac, randomBytes } from 'node:crypto';

export type KnownHost = {
  /** counts from 1 */
  readonly line: number;
  /** authority: the key of one that signs host certificates; it is no host's own key */
  readonly mark: 'none' | 'revoked' | 'authority';
  /** as written */
  readonly hosts: string;
  /** whether they name a host, which is given as hostName() has it */
  readonly isFor: (name: string) => boolean;
  readonly keyType: string;
  /** the key in wire form */
  readonly key: Buffer;
};

export type HostKeyVerdict =
  | { readonly kind: 'trusted'; readonly line: number }
  | { readonly kind: 'revoked'; readonly line: number }
  /** another key of the same type is on that line */
  | { readonly kind: 'changed'; readonly line: number }
  /** authority: line of one that may have signed a certificate of this host */
  | { readonly kind: 'unknown'; readonly knownTypes: readonly string[]; readonly authority?: number };

const MARKS: Readonly<Record<string, KnownHost['mark']>> = { '@revoked': 'revoked', '@cert-authority': 'authority' };

let last: { readonly text: string; readonly entries: readonly KnownHost[] } | undefined;

/** Lines that are comments, incomplete or of an old format trust nothing and are skipped, as OpenSSH does. */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  // Each host reads the file, which another one may just have added to, but mostly it is the same.
  if (last?.text !== text)
    last = { text, entries: text.split('\n').flatMap((line, index) => parseLine(line, index + 1)) };
  return last.entries;
}

function parseLine(text: string, line: number): readonly KnownHost[] {
  const fields = text.trim().split(/[ \t]+/);
  const marker = fields[0]?.startsWith('@') === true ? fields.shift() : undefined;
  const mark = marker === undefined ? 'none' : MARKS[marker];
  const [hosts, keyType, encoded] = fields;
  if (mark === undefined || hosts === undefined || hosts.startsWith('#')) return [];
  if (keyType === undefined || encoded === undefined) return [];
  const key = Buffer.from(encoded, 'base64');
  if (hostKeyType(key) !== keyType) return [];
  return [{ line, mark, hosts, isFor: namedBy(hosts), keyType, key }];
}

/** The type that a key in wire form names: a length, then the name (RFC 4253, 6.6); empty if it is no key. */
export function hostKeyType(key: Buffer): string {
  return key.length < 4 ? '' : key.toString('latin1', 4, 4 + key.readUInt32BE(0));
}

/** As ssh-keygen -l shows it. */
export const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

/** The name under which OpenSSH files a host: with brackets if the port is not 22. */
export function hostName(address: string, port: number): string {
  return (port === 22 ? address : `[${address}]:${port}`).toLowerCase();
}

export function keysOf(entries: readonly KnownHost[], address: string, port: number): readonly KnownHost[] {
  const name = hostName(address, port);
  return entries.filter(({ isFor }) => isFor(name));
}

/** @param entries those of one host, from keysOf
 * @param others those of the same address without a port: OpenSSH believes the same key there, and nothing else */
export function judgeHostKey(
  entries: readonly KnownHost[],
  offered: Buffer,
  others: readonly KnownHost[] = [],
): HostKeyVerdict {
  const same = [...entries, ...others].filter(({ key, mark }) => mark !== 'authority' && key.equals(offered));
  const revoked = same.find(({ mark }) => mark === 'revoked');
  if (revoked !== undefined) return { kind: 'revoked', line: revoked.line };
  const own = entries.filter(({ mark }) => mark === 'none');
  const trusted = own.find(({ key }) => key.equals(offered));
  if (trusted !== undefined) return { kind: 'trusted', line: trusted.line };
  const other = own.find(({ keyType }) => keyType === hostKeyType(offered));
  if (other !== undefined) return { kind: 'changed', line: other.line };
  const elsewhere = others.find(({ key, mark }) => mark === 'none' && key.equals(offered));
  if (elsewhere !== undefined) return { kind: 'trusted', line: elsewhere.line };
  const authority = entries.find(({ mark }) => mark === 'authority')?.line;
  return {
    kind: 'unknown',
    knownTypes: [...new Set(own.map(({ keyType }) => keyType))],
    ...(authority === undefined ? {} : { authority }),
  };
}

/** A line for a new host; its name is hashed where the file hashes names already. */
export function knownHostLine(entries: readonly KnownHost[], name: string, key: Buffer): string {
  const isHashed = entries.some(({ hosts }) => hosts.startsWith('|1|'));
  return `${isHashed ? hashedName(name, randomBytes(20)) : name} ${hostKeyType(key)} ${key.toString('base64')}\n`;
}

const hashedName = (name: string, salt: Buffer): string =>
  `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;

/** A list of patterns names a host if one matches and none of the negated ones does. */
function namedBy(hosts: string): KnownHost['isFor'] {
  if (hosts.startsWith('|')) return (name) => isHashOf(hosts, name);
  const patterns = hosts.toLowerCase().split(',');
  const negated = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => matcher(pattern.slice(1)));
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!')).map(matcher);
  return (name) => wanted.some((matches) => matches(name)) && !negated.some((matches) => matches(name));
}

function isHashOf(hosts: string, name: string): boolean {
  const [, version, salt = '', hash] = hosts.split('|');
  return (
    version === '1' && hash !== undefined && hashedName(name, Buffer.from(salt, 'base64')) === `|1|${salt}|${hash}`
  );
}

/** `*` stands for any characters, `?` for one; brackets are literal. */
function matcher(pattern: string): (name: string) => boolean {
  // A file of many hosts has a plain name on nearly every line, and each host looks at all of them.
  if (!/[*?]/.test(pattern)) return (name) => name === pattern;
  const source = pattern
    .replaceAll(/[\\^$+.()|[\]{}]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  const whole = new RegExp(`^${source}$`);
  return (name) => whole.test(name);
}
