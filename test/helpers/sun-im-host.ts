// What tests do to the hosts of a Sun IM lab, embedded or of real parts: files as an administrator would write them, commands of the
// product's room as the transport would run them.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exposeSecret, Secret } from '../../src/core/secret.ts';
import type { Command } from '../../src/core/shell.ts';
import { confFile, serverNamed } from '../../src/lab/sun-im/site.ts';
import type { SunImSite } from '../../src/lab/sun-im/site.ts';
import { extractKey } from '../../src/tls/open-pkcs12.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';

/** What both labs have. */
type AnyLab = { readonly dir: string; readonly site: SunImSite };

export type Mode = 'plain' | 'dynamic' | 'strict';

export const PASSWORD = 'st0re-password';

/** Writes keys into iim.conf, as an administrator with an editor would; null takes the lines away. */
export function setConf(lab: AnyLab, name: string, values: Readonly<Record<string, string | null>>): void {
  const file = confFile(lab.site, serverNamed(lab.site, name).host);
  const keys = Object.keys(values);
  const lines = readFileSync(file, 'latin1').split('\n');
  const kept = lines.filter((line) => !keys.some((key) => line.replaceAll(/[ \t]/g, '').startsWith(`${key}=`)));
  const added = Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [`${key}=${value}`]));
  writeFileSync(file, [...kept, ...added, ''].join('\n'), 'latin1');
}

/** The lab's certificate as a .p12 with that password, and its root. */
export function labCertificate(lab: AnyLab, password: Secret) {
  const given = readFileSync(path.join(lab.dir, 'secrets/wild_acme_com.password'), 'utf8').trim();
  const bytes = readFileSync(path.join(lab.dir, 'certificates/wild_acme_com.p12'));
  const { key, chain } = extractKey(bytes, new Secret(given, 'password of the certificate'), 'acme-wild-2026');
  const root = chain.at(-1);
  if (root === undefined) throw new Error('the certificate has no chain');
  const p12 = writePkcs12({ entries: [{ alias: 'acme-wild-2026', key, chain }], signers: [], password, legacy: true });
  return { p12, root };
}

export const lineOf = (argv: Command['argv']): string =>
  argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');

export const inputOf = (stdin: NonNullable<Command['stdin']>): string =>
  stdin.map((part) => (part instanceof Secret ? exposeSecret(part) : String(part))).join('');
