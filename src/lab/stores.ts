// The PKCS12 files of the lab's hosts, as its processes and tools open them. What was opened once is remembered by the
// digest of its bytes: all nodes hold the same cell stores.
import { X509Certificate } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Secret } from '../core/secret.ts';
import { summarizeCertificate } from '../tls/summarize-certificate.ts';
import { storeFiles } from './repository/store-file.ts';
import type { StoreContent } from './repository/store-file.ts';

/** @throws OperatorError KEYSTORE_PASSWORD, KEYSTORE_FORMAT; Error when there is no such file */
export const openStoreFile = async (file: string, password: Secret): Promise<StoreContent> =>
  storeFiles.open(await readFile(file), password);

/** @throws OperatorError KEYSTORE_PASSWORD, KEYSTORE_FORMAT */
export const openStoreBytes = (bytes: Uint8Array, password: Secret): StoreContent => storeFiles.open(bytes, password);

export type ServedKey = { readonly key: string; readonly chain: readonly string[] };

/** Private key and chain in PEM, leaf first; undefined when the store has no such alias. */
export function keyOf(store: StoreContent, alias: string): ServedKey | undefined {
  const entry = store.personal.find((one) => one.alias === alias.toLowerCase());
  if (entry === undefined) return undefined;
  const key = entry.key().export({ type: 'pkcs8', format: 'pem' });
  return { key: key.toString(), chain: entry.chain.map(({ pem }) => pem) };
}

/** Without an alias all of them. */
export const keysOf = (store: StoreContent, alias: string): readonly ServedKey[] =>
  (alias === '' ? store.personal.map((one) => one.alias) : [alias]).flatMap((name) => keyOf(store, name) ?? []);

const trusted = new WeakMap<StoreContent, readonly X509Certificate[]>();

/** What Java's trust manager takes for trusted: the signers, and the first certificate of each personal chain. */
export function signersOf(store: StoreContent): readonly X509Certificate[] {
  const known = trusted.get(store) ?? [
    ...store.signers.map(({ certificate }) => new X509Certificate(certificate.pem)),
    ...store.personal.flatMap(({ chain }) => chain.slice(0, 1)).map(({ pem }) => new X509Certificate(pem)),
  ];
  trusted.set(store, known);
  return known;
}

/** Adds a signer under the alias, or under alias_1, alias_2, ... when it is taken. Gives the alias; a certificate that
 * is there already changes nothing and gives undefined. */
export async function addSigner(
  file: string,
  password: Secret,
  alias: string,
  certificate: X509Certificate,
): Promise<string | undefined> {
  const store = await openStoreFile(file, password);
  const summary = summarizeCertificate(certificate.raw);
  if (store.signers.some((one) => one.certificate.sha256 === summary.sha256)) return undefined;
  const taken = new Set([...store.signers, ...store.personal].map((one) => one.alias));
  const wanted = alias.toLowerCase();
  let free = wanted;
  for (let number = 1; taken.has(free); number += 1) free = `${wanted}_${number}`;
  const signers = [...store.signers, { alias: free, certificate: summary }];
  await writeFile(`${file}.new`, storeFiles.write({ ...store, signers }, password), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return free;
}
