// What the certificate commands share: their options, entries by alias, and the refusal of duplicates. Files named in a
// call are opened on the deployment manager's host, where this code runs.
import { readFileSync } from 'node:fs';
import type { CertificateSummary } from '../../core/certificate.ts';
import type { OpenStore } from './key-stores.ts';
import type { Options } from './options.ts';
import { commandException } from './scripting-exception.ts';

export const STORE = ['keyStoreName*', 'keyStoreScope'];
export const ONE = [...STORE, 'certificateAlias*'];

/** PKCS12 aliases are lower case. */
export const aliasOption = (options: Options, name = 'certificateAlias'): string =>
  (options.get(name) ?? '').toLowerCase();

/** @throws ScriptingException */
export function found<Entry>(entry: Entry | undefined, alias: string, store: string): Entry {
  if (entry === undefined)
    throw commandException(`The certificate alias "${alias}" does not exist in key store "${store}".`);
  return entry;
}

/** @throws ScriptingException when the alias is taken, or the certificate is there under any alias */
export function refuseDuplicate({ name, content }: OpenStore, alias: string, certificate: CertificateSummary): void {
  const aliases = [...content.personal, ...content.signers].map((entry) => entry.alias);
  if (aliases.includes(alias)) throw commandException(`The alias "${alias}" already exists in key store "${name}".`);
  const same = [
    ...content.personal.map((entry) => ({ alias: entry.alias, certificate: entry.chain[0] })),
    ...content.signers,
  ].find((entry) => entry.certificate?.sha256 === certificate.sha256);
  if (same === undefined) return;
  throw commandException(`The certificate already exists in key store "${name}" under the alias "${same.alias}".`);
}

/** @throws ScriptingException */
export const readHostFile = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch {
    throw commandException(`java.io.FileNotFoundException: ${path} (No such file or directory)`);
  }
};
