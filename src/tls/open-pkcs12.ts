// Opens PKCS12 key stores, old (RC2, 3DES) and new (PBES2), with all their aliases. Why not node:crypto: see
// docs/decisions/0002-node-forge.md. Java's view of the file (aliases, trusted entries) is that of OpenJDK 17 keytool.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { CertificateSummary } from '../core/certificate.ts';
import { OperatorError } from '../core/errors.ts';
import { exposeSecret } from '../core/secret.ts';
import type { Secret } from '../core/secret.ts';
import { childOf, childrenOf, integerOf, octetsOf, oidOf, parseDer } from './asn1-value.ts';
import { sourceFault } from './key-store-source.ts';
import type { KeyStoreSource } from './key-store-source.ts';
import { orderChain } from './order-chain.ts';
import { decrypt } from './password-encryption.ts';
import { OID, readBags } from './pkcs12-bags.ts';
import type { BagsOfFile, CertificateBag, KeyBag } from './pkcs12-bags.ts';
import { checkMac } from './pkcs12-mac.ts';
import { summarizeCertificate } from './summarize-certificate.ts';

export type KeyStoreEntry = {
  /** as the file writes it; Java compares without case */
  readonly alias: string;
  /** leaf first, as far as the file has it */
  readonly chain: readonly CertificateSummary[];
  readonly hasKey: boolean;
};
type KeyStoreSigner = {
  readonly alias: string;
  readonly certificate: CertificateSummary;
  /** marked so that Java lists it; `openssl pkcs12 -nokeys` writes no such mark and keytool then shows no entry */
  readonly javaTrusted: boolean;
};
export type KeyStore = {
  /** legacy: readable by Java 8 and old products; modern: PBES2 or a SHA-2 check, which old Java cannot read */
  readonly format: 'legacy' | 'modern';
  readonly entries: readonly KeyStoreEntry[];
  readonly signers: readonly KeyStoreSigner[];
};

type OpenedEntry = KeyStoreEntry & { readonly keyBag: KeyBag | undefined };
type Opened = Omit<KeyStore, 'entries'> & { readonly entries: readonly OpenedEntry[] };

/** @throws OperatorError KEYSTORE_PASSWORD, KEYSTORE_FORMAT; both name `source.file` */
export function openPkcs12(bytes: Uint8Array, password: Secret, source: KeyStoreSource = {}): KeyStore {
  const { format, entries, signers } = open(bytes, password, source);
  return { format, signers, entries: entries.map(({ alias, chain, hasKey }) => ({ alias, chain, hasKey })) };
}

/** Certificates of a trust store: everything in it that is no key's own certificate or chain. */
export const readTrustStore = (
  bytes: Uint8Array,
  password: Secret,
  source: KeyStoreSource = {},
): readonly CertificateSummary[] => open(bytes, password, source).signers.map(({ certificate }) => certificate);

/** The private key of one alias: for servers of the lab, and to see that key and certificate belong together.
 * @throws OperatorError CERTIFICATE_ALIAS, and those of openPkcs12 */
export function extractKey(
  bytes: Uint8Array,
  password: Secret,
  alias: string,
  source: KeyStoreSource = {},
): { readonly key: KeyObject; readonly chain: readonly CertificateSummary[] } {
  const entry = open(bytes, password, source).entries.find((one) => isSameAlias(one.alias, alias));
  const [leaf] = entry?.chain ?? [];
  if (entry?.keyBag === undefined || leaf === undefined) {
    throw sourceFault('CERTIFICATE_ALIAS', source, `alias "${alias}" has no private key`);
  }
  const key = openKey(entry.keyBag, password, source);
  if (!new X509Certificate(leaf.pem).checkPrivateKey(key)) {
    throw sourceFault('CERTIFICATE_ALIAS', source, `the key of alias "${alias}" does not belong to its certificate`);
  }
  return { key, chain: entry.chain };
}

/** Java lower-cases aliases. */
export const isSameAlias = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function open(bytes: Uint8Array, password: Secret, source: KeyStoreSource): Opened {
  try {
    return arrange(readFile(bytes, password, source));
  } catch (cause) {
    if (cause instanceof OperatorError && cause.place === source.place) throw cause;
    throw formatFault(bytes, source, cause);
  }
}

function readFile(bytes: Uint8Array, password: Secret, source: KeyStoreSource): BagsOfFile {
  const [version, authSafe, macData] = childrenOf(parseDer(bytes));
  if (integerOf(version) !== 3 || oidOf(childOf(authSafe, 0)) !== OID.data) throw new Error('no PKCS12 of version 3');
  if (macData === undefined) throw new Error('the file has no integrity check');
  const content = octetsOf(childOf(childOf(authSafe, 1), 0));
  const mac = checkMac(macData, content, exposeSecret(password));
  if (!mac.holds) throw passwordFault(password, source);
  const { bags, isModern } = readBags(content, exposeSecret(password));
  return { bags, isModern: isModern || mac.isModern };
}

/** a certificate with a key of its own, or one that had it when the file was made */
const isOwn = ({ localKeyId, javaTrusted }: CertificateBag): boolean => localKeyId !== undefined && !javaTrusted;

function arrange({ bags, isModern }: BagsOfFile): Opened {
  const keys = bags.filter((bag) => bag.kind === 'key');
  const certificates = bags
    .filter((bag) => bag.kind === 'certificate')
    .map((bag) => ({ bag, summary: summarizeCertificate(bag.der) }));
  const pool = certificates.map(({ summary }) => summary);
  const entries = certificates
    .filter(({ bag }) => isOwn(bag))
    .map(({ bag, summary }): OpenedEntry => {
      const keyBag = keys.find(({ localKeyId }) => localKeyId === bag.localKeyId);
      const alias = bag.friendlyName ?? keyBag?.friendlyName ?? '';
      return { alias, chain: orderChain(pool, summary).chain, hasKey: keyBag !== undefined, keyBag };
    });
  const inChains = new Set(entries.flatMap(({ chain }) => chain.map(({ sha256 }) => sha256)));
  const signers = certificates
    .filter(({ bag, summary }) => !isOwn(bag) && (bag.javaTrusted || !inChains.has(summary.sha256)))
    .map(({ bag, summary }) => ({
      alias: bag.friendlyName ?? '',
      certificate: summary,
      javaTrusted: bag.javaTrusted,
    }));
  return { format: isModern ? 'modern' : 'legacy', entries, signers };
}

function openKey({ key }: KeyBag, password: Secret, source: KeyStoreSource): KeyObject {
  try {
    const der = key instanceof Uint8Array ? key : decrypt(key, exposeSecret(password));
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  } catch {
    // The cause could quote the key's bytes; it is dropped on purpose.
    const hint = 'Give the key the password of its store: keytool -keypasswd, or export it again.';
    throw sourceFault('KEYSTORE_PASSWORD', source, 'the password opens the store but not the private key in it', {
      hint,
    });
  }
}

function passwordFault({ label }: Secret, source: KeyStoreSource): OperatorError {
  const hint = `Check the ${label}; the file is well-formed as far as that can be seen without it.`;
  return sourceFault('KEYSTORE_PASSWORD', source, 'the password does not open it', { hint });
}

const JAVA_MAGIC: ReadonlyMap<string, string> = new Map([
  ['feedfeed', 'JKS'],
  ['cececece', 'JCEKS'],
]);

function formatFault(bytes: Uint8Array, source: KeyStoreSource, cause: unknown): OperatorError {
  const start = Buffer.from(bytes.subarray(0, 16));
  const java = JAVA_MAGIC.get(start.toString('hex', 0, 4));
  if (java !== undefined) {
    const hint = 'Convert it: keytool -importkeystore -srcstoretype JKS -deststoretype PKCS12.';
    return sourceFault('KEYSTORE_FORMAT', source, `a Java key store of type ${java}, not PKCS12`, { hint });
  }
  if (start.toString('latin1').startsWith('-----BEGIN ')) {
    const hint = 'Make a key store of it: openssl pkcs12 -export -name ALIAS -in CHAIN.pem -inkey KEY.pem.';
    return sourceFault('KEYSTORE_FORMAT', source, 'PEM text, not a PKCS12 key store', { hint });
  }
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  const hint = 'Check that the file was copied whole and in binary; keytool -list shows whether Java reads it.';
  return sourceFault('KEYSTORE_FORMAT', source, `not a readable PKCS12 key store${reason}`, { hint, cause });
}
