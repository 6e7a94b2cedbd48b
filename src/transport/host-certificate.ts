// Host certificates by the tools of OpenSSH, for ssh2 cannot ask for one. ssh-keyscan gets the certificates that the host has
// for anybody; ssh-keygen proves the signature in each and says what it is for. That the host holds the key that is certified is
// proved by the connection itself. Source: PROTOCOL.certkeys of OpenSSH; ssh-keyscan(1) -c; ssh-keygen(1) -L.
import { fingerprintOf } from './known-hosts.ts';
import type { KnownHost } from './known-hosts.ts';
import { runLocal } from './local-shell.ts';

const TIMEOUT_MS = 10_000;

export type Certified = {
  readonly address: string;
  readonly port: number;
  /** the host's own key, as it was offered */
  readonly offered: Buffer;
  /** entries of known_hosts for the host that are of authorities, none of them revoked */
  readonly authorities: readonly KnownHost[];
  readonly now: Date;
};

/** Undefined: one of the authorities says that the key is this host's. Else why not, as a clause. */
export async function whyNotCertified(certified: Certified): Promise<string | undefined> {
  const { address, port } = certified;
  const scan = ['ssh-keyscan', '-c', '-T', '5', '-p', String(port), address];
  const { stdout } = await runLocal({ argv: scan, timeoutMs: TIMEOUT_MS });
  // Keys are printed behind the name of the host, certificates without it.
  const certificates = stdout.split('\n').filter((line) => /^\S+-cert-v01@openssh\.com /.test(line));
  if (certificates.length === 0) return 'ssh-keyscan -c gets no host certificate from it';
  const reasons: string[] = [];
  for (const certificate of certificates) {
    const argv = ['env', 'TZ=UTC', 'LC_ALL=C', 'ssh-keygen', '-L', '-f', '-'];
    const stdin = [`${certificate}\n`];
    const shown = await runLocal({ argv, stdin, timeoutMs: TIMEOUT_MS });
    const reason = shown.exitCode === 0 ? judgeCertificate(shown.stdout, certified) : 'its signature is not good';
    if (reason === undefined) return undefined;
    reasons.push(reason);
  }
  return `its certificate does not count: ${[...new Set(reasons)].join('; ')}`;
}

const isOf = (line: string, key: Buffer): boolean => line.split(' ').includes(fingerprintOf(key));

/** @param text what ssh-keygen -L prints of one certificate, with times in UTC */
export function judgeCertificate(text: string, { address, offered, authorities, now }: Certified): string | undefined {
  const value = (name: string): string => new RegExp(`^ *${name}: *(.*)$`, 'm').exec(text)?.[1] ?? '';
  const [, principals = ''] = /^ *Principals: *\n((?: {16,}\S.*\n)*)/m.exec(text.replaceAll('\t', '        ')) ?? [];
  if (!value('Type').endsWith(' host certificate')) return 'it is no host certificate';
  if (!isOf(value('Public key'), offered)) return 'it is for another key';
  if (!authorities.some(({ key }) => isOf(value('Signing CA'), key)))
    return 'it is signed by an authority that is not in known_hosts';
  const names = principals.split('\n').map((line) => line.trim().toLowerCase());
  if (!names.includes(address.toLowerCase())) return `it does not name ${address}`;
  if (!isValid(value('Valid'), now)) return `it is valid ${value('Valid') || 'at no time'}`;
  return value('Critical Options') === '(none)' ? undefined : 'it has critical options';
}

const moment = (iso: string): number => Date.parse(`${iso}Z`);

/** `forever`, `from A to B`, `after A` or `before B` */
function isValid(text: string, now: Date): boolean {
  if (text === 'forever') return true;
  const [, from] = /(?:from|after) (\S+)/.exec(text) ?? [];
  const [, to] = /(?:to|before) (\S+)/.exec(text) ?? [];
  if (from === undefined && to === undefined) return false;
  return (from === undefined || moment(from) <= now.getTime()) && (to === undefined || now.getTime() < moment(to));
}
