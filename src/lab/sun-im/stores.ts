// The stores of a host as its programs open them: the server's JKS with the password of sslpassword.conf, and the multiplexor's
// databases. A store that cannot be opened is told in words, it ends nothing. The JKS is a real one. The databases are not: the
// form of cert8.db and key3.db is that of NSS, which nothing here can write; ours are a list and a .p12 under the same names.
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Secret } from '../../core/secret.ts';
import { extractJksKey, javaStoreForm, openJks } from '../../tls/open-jks.ts';
import type { ServedKey } from '../stores.ts';
import { openDatabase } from './nss-database.ts';
import { passwordIn } from './settings.ts';
import type { MuxSettings } from './settings.ts';

export type ServerStore = {
  readonly key: ServedKey;
  readonly trusted: readonly X509Certificate[];
};

function passwordOf(file: string): Secret {
  if (!existsSync(file)) throw new Error(`${file} does not exist`);
  const password = passwordIn(readFileSync(file, 'latin1'));
  if (password === undefined) throw new Error(`${file} has no line for Internal (Software) Token`);
  return new Secret(password, `password in ${path.basename(file)}`);
}

/** @throws Error with the reason */
export function openServerStore(file: string, passwordFile: string): ServerStore {
  const password = passwordOf(passwordFile);
  if (!existsSync(file)) throw new Error(`${file} does not exist`);
  const bytes = readFileSync(file);
  // Java before 8 knows a JKS by its first bytes and nothing else in its place.
  if (javaStoreForm(bytes) !== 'jks') throw new Error(`${file}: Invalid keystore format`);
  const { entries, signers } = openJks(bytes, password);
  const [entry] = entries;
  if (entry === undefined) throw new Error(`${file} holds no key`);
  const key = extractJksKey(bytes, password, entry.alias ?? '', {}).export({ type: 'pkcs8', format: 'pem' });
  return {
    key: { key: key.toString(), chain: entry.chain.map(({ pem }) => pem) },
    // What Java's trust manager takes: trusted entries, and the first certificate of each chain.
    trusted: [...signers.map(({ certificate }) => certificate), ...entry.chain.slice(0, 1)].map(
      ({ pem }) => new X509Certificate(pem),
    ),
  };
}

/** @throws Error with the reason */
export function openMuxKey(settings: MuxSettings): ServedKey {
  const { folder, keyPrefix, certificatePrefix, moduleFile, nickname, passwordFile } = settings;
  const names = {
    certificates: path.join(folder, `${certificatePrefix}cert8.db`),
    keys: path.join(folder, `${keyPrefix}key3.db`),
    modules: path.join(folder, moduleFile),
  };
  const database = openDatabase(names);
  if (database === undefined) throw new Error(`no database in ${folder} under the prefixes of iim.conf`);
  const unlocked = database.unlock(passwordOf(passwordFile));
  if (unlocked === undefined) throw new Error(`the password in ${passwordFile} does not open the key database`);
  const found = unlocked.keys.find((one) => one.nickname === nickname);
  if (found === undefined) throw new Error(`there is no certificate ${nickname}`);
  return {
    key: found.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    chain: found.chain.map(({ pem }) => pem),
  };
}
