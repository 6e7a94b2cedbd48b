// Makes authorities and server certificates for the lab and the tests: RSA 2048, SHA-256, signed by node:crypto.
// Extensions as RFC 5280 wants them, since Java checks them.
import { createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';
import type { CertificateSummary } from '../core/certificate.ts';
import { bits, childOf, nothing, oid, renderDer, sequence } from './asn1-value.ts';
import { summarizeCertificate } from './summarize-certificate.ts';

export type IssuedCertificate = { readonly certificate: CertificateSummary; readonly key: KeyObject };

type Wish = {
  /** common name */
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** default: a new one, which takes a few hundred milliseconds */
  readonly key?: KeyObject;
};

const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';

export const makeKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** A root, or an intermediate authority when an issuer is given. */
export const makeCertificateAuthority = (wish: Wish & { readonly issuer?: IssuedCertificate }): IssuedCertificate =>
  issue(wish, wish.issuer, [
    { name: 'basicConstraints', critical: true, cA: true },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
  ]);

/** @param wish names: DNS names and addresses that callers may use */
export const issueCertificate = (
  wish: Wish & { readonly names: readonly string[]; readonly issuer: IssuedCertificate },
): IssuedCertificate =>
  issue(wish, wish.issuer, [
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    ...(wish.names.length === 0 ? [] : [{ name: 'subjectAltName', altNames: wish.names.map(altName) }]),
  ]);

const altName = (name: string): object => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name });

function issue(wish: Wish, issuer: IssuedCertificate | undefined, extensions: readonly object[]): IssuedCertificate {
  const key = wish.key ?? makeKey();
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forgePublicKey(key);
  // a positive number: the first bit stays clear
  certificate.serialNumber = `1${randomBytes(8).toString('hex')}`.padStart(18, '0');
  certificate.validity.notBefore = wish.notBefore;
  certificate.validity.notAfter = wish.notAfter;
  certificate.setSubject([commonName(wish.subject)]);
  certificate.setIssuer([commonName(commonNameOf(issuer?.certificate) ?? wish.subject)]);
  const authorityKey = issuer === undefined ? certificate.publicKey : forgePublicKey(issuer.key);
  const authorityKeyId = forge.pki.getPublicKeyFingerprint(authorityKey).getBytes();
  certificate.setExtensions([
    ...extensions,
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: authorityKeyId },
  ]);
  certificate.signatureOid = SHA256_WITH_RSA;
  certificate.siginfo.algorithmOid = SHA256_WITH_RSA;
  // node-forge can sign only with keys of its own kind, slowly: its writer gives the part to sign, node:crypto signs it.
  certificate.signature = '';
  const toBeSigned = childOf(forge.pki.certificateToAsn1(certificate), 0);
  const signature = sign('sha256', renderDer(toBeSigned), issuer?.key ?? key);
  const der = renderDer(sequence(toBeSigned, sequence(oid(SHA256_WITH_RSA), nothing()), bits(signature)));
  return { certificate: summarizeCertificate(der), key };
}

const commonName = (value: string): forge.pki.CertificateField => ({ name: 'commonName', value });
const commonNameOf = (certificate: CertificateSummary | undefined): string | undefined =>
  certificate?.subject.replace(/^CN=/, '');

const forgePublicKey = (key: KeyObject): forge.pki.PublicKey =>
  forge.pki.publicKeyFromPem(createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString());
