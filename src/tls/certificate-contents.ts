// What a file with certificates holds, whatever its form: PKCS12, Java key store, PEM, DER.
import type { CertificateSummary } from '../core/certificate.ts';

export type CertificateForm = 'pkcs12-legacy' | 'pkcs12-modern' | 'jks' | 'jceks' | 'pem' | 'der';

export type ContainedEntry = {
  /** null: the form has no aliases */
  readonly alias: string | null;
  /** leaf first, as far as the file has it */
  readonly chain: readonly CertificateSummary[];
  readonly hasKey: boolean;
  /** false: the form has an order, and it is not the one from the leaf to the root */
  readonly isOrdered: boolean;
};

export type ContainedSigner = {
  readonly alias: string | null;
  readonly certificate: CertificateSummary;
  /** false: keytool and Java show no entry for it */
  readonly javaTrusted: boolean;
};

export type CertificateContents = {
  readonly form: CertificateForm;
  readonly entries: readonly ContainedEntry[];
  readonly signers: readonly ContainedSigner[];
};
