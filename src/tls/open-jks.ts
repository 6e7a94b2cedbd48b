// Opens Java key stores (JKS, and JCEKS without secret keys): certificates, and that there is a key; keys are never opened.
// Source: OpenJDK 17, sun.security.provider.JavaKeyStore (magic, version, entries, SHA-1 over password and content).
import { createHash, timingSafeEqual } from 'node:crypto';
import type { CertificateSummary } from '../core/certificate.ts';
import { exposeSecret } from '../core/secret.ts';
import type { Secret } from '../core/secret.ts';
import { makeByteReader } from './byte-reader.ts';
import type { ByteReader } from './byte-reader.ts';
import type { CertificateContents, ContainedEntry, ContainedSigner } from './certificate-contents.ts';
import { sourceFault } from './key-store-source.ts';
import type { KeyStoreSource } from './key-store-source.ts';
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

/** undefined: the bytes do not begin as a Java key store does */
export const javaStoreForm = (bytes: Uint8Array): 'jks' | 'jceks' | undefined =>
  MAGIC.get(makeByteReader(bytes).uint(4));

/** @throws OperatorError KEYSTORE_PASSWORD, KEYSTORE_FORMAT; both name `source.file` */
export function openJks(bytes: Uint8Array, password: Secret, source: KeyStoreSource = {}): CertificateContents {
  const form = javaStoreForm(bytes);
  if (form === undefined) throw formatFault(source, 'it does not begin as a Java key store does');
  const content = bytes.subarray(0, Math.max(0, bytes.length - DIGEST_BYTES));
  // The layout first: a file that was cut off is no matter of the password.
  const { entries, signers } = readEntries(makeByteReader(content), source);
  if (!isDigestOf(bytes.subarray(content.length), content, password)) {
    const hint = `Check the ${password.label}; a file that was changed after it was made looks the same.`;
    throw sourceFault('KEYSTORE_PASSWORD', source, 'the password does not open it', { hint });
  }
  return { form, entries, signers };
}

function isDigestOf(digest: Uint8Array, content: Uint8Array, password: Secret): boolean {
  const text = Buffer.from(exposeSecret(password), 'utf16le').swap16();
  const wanted = createHash('sha1').update(text).update(WHITENER).update(content).digest();
  return digest.length === wanted.length && timingSafeEqual(digest, wanted);
}

function readEntries(
  reader: ByteReader,
  source: KeyStoreSource,
): { readonly entries: readonly ContainedEntry[]; readonly signers: readonly ContainedSigner[] } {
  reader.uint(4);
  const version = reader.uint(4);
  if (version !== 1 && version !== 2) throw formatFault(source, `version ${version} of a Java key store is not known`);
  const count = reader.uint(4);
  const entries: ContainedEntry[] = [];
  const signers: ContainedSigner[] = [];
  for (let index = 0; index < count && reader.isWhole(); index += 1) {
    const tag = reader.uint(4);
    const alias = textOf(reader.vector(2));
    reader.take(DATE_BYTES);
    if (tag === TAG.trusted) {
      const certificate = readCertificate(reader, version, source);
      if (certificate !== undefined) signers.push({ alias, certificate, javaTrusted: true });
    } else if (tag === TAG.key) entries.push(readKeyEntry(reader, alias, version, source));
    else throw unknownEntry(reader, tag, alias, source);
  }
  if (!reader.isExact()) throw cutOff(source);
  return { entries, signers };
}

function unknownEntry(reader: ByteReader, tag: number, alias: string, source: KeyStoreSource) {
  if (!reader.isWhole()) return cutOff(source);
  if (tag === TAG.secretKey) return formatFault(source, `entry ${alias} is a secret key, which is not read here`);
  return formatFault(source, `an entry of kind ${tag} is not known`);
}

function readKeyEntry(reader: ByteReader, alias: string, version: number, source: KeyStoreSource): ContainedEntry {
  reader.vector(4);
  const count = reader.uint(4);
  const chain: CertificateSummary[] = [];
  for (let index = 0; index < count && reader.isWhole(); index += 1) {
    const certificate = readCertificate(reader, version, source);
    if (certificate !== undefined) chain.push(certificate);
  }
  const ordered = orderChain(chain, chain[0]).chain;
  const isOrdered = ordered.length === chain.length && ordered.every(({ sha256 }, at) => sha256 === chain[at]?.sha256);
  return { alias, chain: ordered, hasKey: true, isOrdered };
}

/** undefined: the file ended before it */
function readCertificate(reader: ByteReader, version: number, source: KeyStoreSource): CertificateSummary | undefined {
  const type = version === 2 ? textOf(reader.vector(2)) : 'X.509';
  const der = reader.vector(4);
  if (!reader.isWhole()) return undefined;
  if (type !== 'X.509') throw formatFault(source, `a certificate of type ${type} is not known`);
  return summarizeCertificate(der);
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

const cutOff = (source: KeyStoreSource) => formatFault(source, 'it ends in the middle, or goes on after its end');

function formatFault(source: KeyStoreSource, fact: string) {
  const hint = 'Check that the file was copied whole and in binary; keytool -list shows whether Java reads it.';
  return sourceFault('KEYSTORE_FORMAT', source, `not a readable Java key store: ${fact}`, { hint });
}
