// Certificates in PEM and DER files. A private key in such a file is noticed, never read. Source: RFC 7468.
import { X509Certificate } from 'node:crypto';
import type { CertificateSummary } from '../core/certificate.ts';
import type { CertificateContents, ContainedEntry } from './certificate-contents.ts';
import { sourceFault } from './key-store-source.ts';
import type { KeyStoreSource } from './key-store-source.ts';
import { orderChain } from './order-chain.ts';
import { summarizeCertificate } from './summarize-certificate.ts';

const CERTIFICATE =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/;

/** Certificates of a PEM text in its order.
 * @throws OperatorError KEYSTORE_FORMAT */
export function readPemCertificates(text: string, source: KeyStoreSource = {}): readonly CertificateSummary[] {
  const blocks = text.match(CERTIFICATE) ?? [];
  const begun = [...text.matchAll(/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/g)].length;
  const hint =
    'Check that the file was copied whole; openssl x509 -in FILE -noout -text shows whether OpenSSL reads it.';
  if (blocks.length === 0 || blocks.length !== begun) {
    const fact = begun === 0 ? 'it holds no certificate' : 'a certificate in it has no end';
    throw sourceFault('KEYSTORE_FORMAT', source, fact, { hint });
  }
  return blocks.map((block, index) => {
    try {
      return summarizeCertificate(block);
    } catch (cause) {
      throw sourceFault('KEYSTORE_FORMAT', source, `certificate ${index + 1} in it cannot be read`, { hint, cause });
    }
  });
}

export const isPem = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes('-----BEGIN ');

/** @throws OperatorError KEYSTORE_FORMAT */
export function openPem(bytes: Uint8Array, source: KeyStoreSource = {}): CertificateContents {
  const text = Buffer.from(bytes).toString('latin1');
  return { form: 'pem', ...arrange(readPemCertificates(text, source), PRIVATE_KEY.test(text)) };
}

/** undefined: no certificate in DER form */
export function openDer(bytes: Uint8Array): CertificateContents | undefined {
  try {
    // OpenSSL reads the first of what is there; a file of one certificate holds nothing else.
    if (new X509Certificate(bytes).raw.length !== bytes.length) return undefined;
  } catch {
    return undefined;
  }
  return { form: 'der', ...arrange([summarizeCertificate(bytes)], false) };
}

/** Servers' certificates with their chains; a file with authorities alone is a list of signers. */
function arrange(
  certificates: readonly CertificateSummary[],
  hasKey: boolean,
): Pick<CertificateContents, 'entries' | 'signers'> {
  const own = certificates.filter(({ certificateAuthority }) => !certificateAuthority);
  const leaves = own.length === 0 && hasKey ? certificates.slice(0, 1) : own;
  const entries = leaves.map((leaf) => entryOf(leaf, certificates, hasKey));
  const used = new Set(entries.flatMap(({ chain }) => chain.map(({ sha256 }) => sha256)));
  const signers = certificates
    .filter(({ sha256 }) => !used.has(sha256))
    .map((certificate) => ({ alias: null, certificate, javaTrusted: true }));
  return { entries, signers };
}

function entryOf(leaf: CertificateSummary, all: readonly CertificateSummary[], hasKey: boolean): ContainedEntry {
  const { chain } = orderChain(all, leaf);
  const places = chain.map(({ sha256 }) => all.findIndex((one) => one.sha256 === sha256));
  const isOrdered = places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
  return { alias: null, chain, hasKey, isOrdered };
}
