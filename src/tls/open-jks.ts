// Opens Java key stores (JKS, and JCEKS without secret keys): certificates, and that there is a key. Only a conversion of a
// JKS opens the keys.
// Source: OpenJDK 17, sun.security.provider.JavaKeyStore (magic, version, entries, SHA-1 over password and content).
import { createHash, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { CertificateSummary } from '../core/certificate.ts';
import { OperatorError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import { makeByteReader } from './byte-reader.ts';
import type { ByteReader } from './byte-reader.ts';
import type { CertificateContents, ContainedEntry } from './certificate-contents.ts';
import { sourceFault } from './key-store-source.ts';
import type { KeyStoreSource } from './key-store-source.ts';
import { javaPassword, openJksKey } from './open-jks-key.ts';
import { orderChain } from './order-chain.ts';
import { summarizeCertificate } from './summarize-certificate.ts';

const MAGIC: ReadonlyMap<number, 'jks' | 'jceks'> = new Map([
  [0xfeedfeed, 'jks'],
  [0xcececece, 'jceks'],
]);
const DIGEST_BYTES = 20;
const DATE_BYTES = 8;
const WHITENER = 'Mighty Aphrodite';
const TAG = { key: 1, trusted: 2, secretKey: 3 } as const;

type RawEntry = {
  readonly alias: string;
  readonly isKey: boolean;
  readonly sealedKey: Uint8Array;
  readonly certificates: readonly Uint8Array[];
};

/** undefined: the bytes do not begin as a Java key store does */
export const javaStoreForm = (bytes: Uint8Array): 'jks' | 'jceks' | undefined =>
  MAGIC.get(makeByteReader(bytes).uint(4));

/** @throws OperatorError KEYSTORE_PASSWORD, KEYSTORE_FORMAT; both name `source.file` */
export function openJks(bytes: Uint8Array, password: Secret, source: KeyStoreSource = {}): CertificateContents {
  const form = javaStoreForm(bytes);
  if (form === undefined) throw formatFault(source, 'it does not begin as a Java key store does');
  const content = bytes.subarray(0, Math.max(0, bytes.length - DIGEST_BYTES));
  // The layout first: a file that was cut off is no matter of the password.
  const raw = readEntries(makeByteReader(content), source);
  if (!isDigestOf(bytes.subarray(content.length), content, password)) {
    const hint = `Check the ${password.label}; a file that was changed after it was made looks the same.`;
    throw sourceFault('KEYSTORE_PASSWORD', source, 'the password does not open it', { hint });
  }
  const entries = raw.filter(({ isKey }) => isKey).map((entry) => keyEntry(entry, source));
  const signers = raw
    .filter(({ isKey }) => !isKey)
    .flatMap(({ alias, certificates }) =>
      certificates.map((der) => ({ alias, certificate: summaryOf(der, alias, source), javaTrusted: true })),
    );
  return { form, entries, signers };
}

/** The key of an entry of a JKS, which is asked for by the password of the store: keytool gives both the same by default.
 * @throws OperatorError KEYSTORE_PASSWORD, KEYSTORE_FORMAT */
export function extractJksKey(bytes: Uint8Array, password: Secret, alias: string, source: KeyStoreSource): KeyObject {
  openJks(bytes, password, source);
  const raw = readEntries(makeByteReader(bytes.subarray(0, -DIGEST_BYTES)), source);
  const entry = raw.find((one) => one.isKey && one.alias === alias);
  const key = entry && openJksKey(entry.sealedKey, password);
  if (key !== undefined) return key;
  const hint = 'Give key and store one password first: keytool -keypasswd, which asks for both.';
  throw sourceFault('KEYSTORE_PASSWORD', source, `the ${password.label} does not open the key of entry ${alias}`, {
    hint,
  });
}

function isDigestOf(digest: Uint8Array, content: Uint8Array, password: Secret): boolean {
  const wanted = createHash('sha1').update(javaPassword(password)).update(WHITENER).update(content).digest();
  return digest.length === wanted.length && timingSafeEqual(digest, wanted);
}

/** In the order of the file, which is the order in which a server would send them. */
function keyEntry({ alias, certificates }: RawEntry, source: KeyStoreSource): ContainedEntry {
  const chain = certificates.map((der) => summaryOf(der, alias, source));
  const ordered = orderChain(chain, chain[0]).chain;
  const isOrdered = ordered.length === chain.length && ordered.every(({ sha256 }, at) => sha256 === chain[at]?.sha256);
  return { alias, chain: ordered, hasKey: true, isOrdered };
}

function summaryOf(der: Uint8Array, alias: string, source: KeyStoreSource): CertificateSummary {
  try {
    return summarizeCertificate(der);
  } catch (cause) {
    if (cause instanceof OperatorError) throw formatFault(source, `a certificate of entry ${alias} cannot be read`);
    throw cause;
  }
}

function readEntries(reader: ByteReader, source: KeyStoreSource): readonly RawEntry[] {
  reader.uint(4);
  const version = reader.uint(4);
  if (version !== 1 && version !== 2) throw formatFault(source, `version ${version} of a Java key store is not known`);
  const count = reader.uint(4);
  const entries: RawEntry[] = [];
  for (let index = 0; index < count && reader.isWhole(); index += 1) {
    const tag = reader.uint(4);
    const alias = textOf(reader.vector(2));
    reader.take(DATE_BYTES);
    if (!reader.isWhole()) break;
    if (tag !== TAG.key && tag !== TAG.trusted) throw unknownEntry(tag, alias, source);
    const sealedKey = tag === TAG.key ? reader.vector(4) : new Uint8Array(0);
    const length = tag === TAG.key ? reader.uint(4) : 1;
    const certificates = readCertificates(reader, length, version, source);
    entries.push({ alias, isKey: tag === TAG.key, sealedKey, certificates });
  }
  if (reader.isExact()) return entries;
  throw formatFault(source, 'it ends in the middle, or goes on after its end');
}

function readCertificates(
  reader: ByteReader,
  count: number,
  version: number,
  source: KeyStoreSource,
): readonly Uint8Array[] {
  const certificates: Uint8Array[] = [];
  for (let index = 0; index < count && reader.isWhole(); index += 1) {
    const type = version === 2 ? textOf(reader.vector(2)) : 'X.509';
    certificates.push(reader.vector(4));
    if (reader.isWhole() && type !== 'X.509') throw formatFault(source, `a certificate of type ${type} is not known`);
  }
  return certificates;
}

const unknownEntry = (tag: number, alias: string, source: KeyStoreSource): OperatorError =>
  formatFault(
    source,
    tag === TAG.secretKey
      ? `entry ${alias} is a secret key, which is not read here`
      : `an entry of kind ${tag} is not known`,
  );

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

function formatFault(source: KeyStoreSource, fact: string): OperatorError {
  const hint = 'Check that the file was copied whole and in binary; keytool -list shows whether Java reads it.';
  return sourceFault('KEYSTORE_FORMAT', source, `not a readable Java key store: ${fact}`, { hint });
}
