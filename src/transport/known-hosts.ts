// The known_hosts file of OpenSSH: which host key belongs to which host. Pure.
// Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. Not supported: certificate authorities (those lines trust nothing here).
import { createHmac } from 'node:crypto';

export type KnownHost = {
  /** counts from 1 */
  readonly line: number;
  readonly revoked: boolean;
  readonly hosts: string;
  readonly keyType: string;
  /** the key in wire form */
  readonly key: Buffer;
};

export type HostKeyVerdict =
  | { readonly kind: 'trusted'; readonly line: number }
  | { readonly kind: 'revoked'; readonly line: number }
  /** another key of the same type is on that line */
  | { readonly kind: 'changed'; readonly line: number }
  | { readonly kind: 'unknown'; readonly knownTypes: readonly string[] };

/** Lines that are comments, incomplete or of an old format trust nothing and are skipped, as OpenSSH does. */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  return text.split('\n').flatMap((line, index) => parseLine(line, index + 1));
}

function parseLine(text: string, line: number): readonly KnownHost[] {
  const fields = text.trim().split(/[ \t]+/);
  const marker = fields[0]?.startsWith('@') === true ? fields.shift() : undefined;
  if (marker !== undefined && marker !== '@revoked') return [];
  const [hosts, keyType, encoded] = fields;
  if (hosts === undefined || hosts.startsWith('#') || keyType === undefined || encoded === undefined) return [];
  const key = Buffer.from(encoded, 'base64');
  if (hostKeyType(key) !== keyType) return [];
  return [{ line, revoked: marker === '@revoked', hosts, keyType, key }];
}

/** The type that a key in wire form names: a length, then the name (RFC 4253, 6.6); empty if it is no key. */
export function hostKeyType(key: Buffer): string {
  return key.length < 4 ? '' : key.toString('latin1', 4, 4 + key.readUInt32BE(0));
}

/** The name under which OpenSSH files a host: with brackets if the port is not 22. */
export function hostName(address: string, port: number): string {
  return (port === 22 ? address : `[${address}]:${port}`).toLowerCase();
}

export function keysOf(entries: readonly KnownHost[], address: string, port: number): readonly KnownHost[] {
  const name = hostName(address, port);
  return entries.filter(({ hosts }) => isNamed(hosts, name));
}

/** @param entries those of one host, from keysOf */
export function judgeHostKey(entries: readonly KnownHost[], offered: Buffer): HostKeyVerdict {
  const same = entries.filter(({ key }) => key.equals(offered));
  const revoked = same.find((entry) => entry.revoked);
  if (revoked !== undefined) return { kind: 'revoked', line: revoked.line };
  const [trusted] = same;
  if (trusted !== undefined) return { kind: 'trusted', line: trusted.line };
  const valid = entries.filter((entry) => !entry.revoked);
  const other = valid.find(({ keyType }) => keyType === hostKeyType(offered));
  if (other !== undefined) return { kind: 'changed', line: other.line };
  return { kind: 'unknown', knownTypes: [...new Set(valid.map(({ keyType }) => keyType))] };
}

/** A list of patterns names a host if one matches and none of the negated ones does. */
function isNamed(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return isHashOf(hosts, name);
  const patterns = hosts.toLowerCase().split(',');
  const negated = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'));
  return wanted.some((pattern) => isMatch(pattern, name)) && !negated.some((pattern) => isMatch(pattern, name));
}

function isHashOf(hosts: string, name: string): boolean {
  const [, version, salt, hash] = hosts.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  const digest = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return digest.equals(Buffer.from(hash, 'base64'));
}

/** `*` stands for any characters, `?` for one; brackets are literal. */
function isMatch(pattern: string, name: string): boolean {
  const source = pattern
    .replaceAll(/[\\^$+.()|[\]{}]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
