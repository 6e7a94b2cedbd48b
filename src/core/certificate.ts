// What is known of a certificate that an inventory declares: public facts, and the file with its secret.
import type { Secret } from './secret.ts';

export type CertificateSummary = {
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601, UTC */
  readonly notBefore: string;
  readonly notAfter: string;
  /** upper-case hexadecimal pairs with colons */
  readonly sha256: string;
  /** the form WebSphere prints as fingerPrint */
  readonly sha1: string;
  readonly names: readonly string[];
  readonly keyBits: number;
  readonly keyType: string;
  /** for instance sha256WithRSA */
  readonly signature: string;
  readonly selfSigned: boolean;
  readonly certificateAuthority: boolean;
  /** PEM text */
  readonly pem: string;
};

export type CertificateFacts = {
  /** name in the inventory */
  readonly name: string;
  /** file the key store was read from */
  readonly file: string;
  /** digest of the file, so that a plan is bound to it */
  readonly fileSha256: string;
  /** alias inside the file, as the file writes it */
  readonly aliasInFile: string;
  /** alias it gets in WebSphere: lower case */
  readonly alias: string;
  /** legacy: RC2/3DES, readable by old Java; modern: PBES2 */
  readonly format: 'legacy' | 'modern';
  /** leaf first, root last */
  readonly chain: readonly CertificateSummary[];
};

export type CertificateFile = {
  readonly facts: CertificateFacts;
  readonly bytes: Uint8Array;
  readonly password: Secret;
};
