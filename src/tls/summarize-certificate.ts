// Public facts of one X.509 certificate, read by node:crypto so that old signatures and curves are understood too.
import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { CertificateSummary } from '../core/certificate.ts';
import { OperatorError } from '../core/errors.ts';

const CURVE_BITS: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp384r1: 384,
  secp521r1: 521,
  secp256k1: 256,
};
const EDWARDS_BITS: Readonly<Record<string, number>> = { ed25519: 256, ed448: 456 };

/** @param certificate DER, or PEM text of which the first certificate counts
 * @throws OperatorError KEYSTORE_FORMAT */
export function summarizeCertificate(certificate: Uint8Array | string): CertificateSummary {
  const x509 = openCertificate(certificate);
  return {
    subject: renderName(x509.subject),
    issuer: renderName(x509.issuer),
    notBefore: x509.validFromDate.toISOString(),
    notAfter: x509.validToDate.toISOString(),
    sha256: x509.fingerprint256,
    sha1: x509.fingerprint,
    names: namesOf(x509),
    ...keyFacts(x509),
    signature: (x509.signatureAlgorithm ?? 'unknown').replace(/Encryption$/, ''),
    selfSigned: isSelfSigned(x509),
    certificateAuthority: x509.ca,
    pem: x509.toString(),
  };
}

function openCertificate(certificate: Uint8Array | string): X509Certificate {
  try {
    const x509 = new X509Certificate(certificate);
    // OpenSSL takes dates that are none; they show when they are asked for.
    x509.validFromDate.toISOString();
    x509.validToDate.toISOString();
    return x509;
  } catch (cause) {
    const hint = 'Give one X.509 certificate in DER or PEM form.';
    throw new OperatorError('KEYSTORE_FORMAT', 'the bytes are not an X.509 certificate', { hint, cause });
  }
}

/** Node prints one attribute a line, most general first; people and Java write the common name first. */
const renderName = (name: string | undefined): string => (name ?? '').split('\n').toReversed().join(', ');

/** Names that a caller may compare: DNS names and addresses, else the common name as old callers do. */
function namesOf({ subjectAltName, subject }: X509Certificate): readonly string[] {
  if (subjectAltName === undefined) {
    return [...subject.matchAll(/^CN=(.*)$/gm)].map(([, name = '']) => name);
  }
  return [...subjectAltName.matchAll(/(?:^|, )(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(([, name = '']) =>
    name.startsWith('"') ? String(JSON.parse(name)) : name,
  );
}

function keyFacts(x509: X509Certificate): { keyBits: number; keyType: string } {
  const key = publicKeyOf(x509);
  const type = key?.asymmetricKeyType;
  if (key === undefined || type === undefined) return { keyBits: 0, keyType: 'unknown' };
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const keyBits = modulusLength ?? CURVE_BITS[namedCurve ?? ''] ?? EDWARDS_BITS[type] ?? 0;
  return { keyBits, keyType: type.toUpperCase() };
}

/** undefined: a key of a sort that OpenSSL does not know */
function publicKeyOf(x509: X509Certificate): KeyObject | undefined {
  try {
    return x509.publicKey;
  } catch {
    return undefined;
  }
}

function isSelfSigned(x509: X509Certificate): boolean {
  if (x509.subject !== x509.issuer) return false;
  return isSignedBy(x509, x509);
}

/** Whether the signature is the issuer's; false also for algorithms that OpenSSL no longer does. */
export function isSignedBy(x509: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return x509.verify(issuer.publicKey);
  } catch {
    return false;
  }
}
