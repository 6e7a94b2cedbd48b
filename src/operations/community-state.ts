// The state of one sametime.ini with the stores beside it, free of secrets: what is written, what the stores hold, and how
// each password is kept. It does not depend on what a task wants, so that all tasks on one server share it.
import type { CertificateSummary } from '../core/certificate.ts';
import type { CommunityMode } from '../products/sametime/types.ts';

/** What the server and its peers judge a certificate by. */
export type KnownCertificate = Pick<
  CertificateSummary,
  'subject' | 'sha1' | 'sha256' | 'keyType' | 'keyBits' | 'signature'
> & { readonly names: readonly string[] };

/** leaf first */
export type KnownChain = { readonly alias: string; readonly chain: readonly KnownCertificate[] };

export type KnownStore = {
  /** pkcs12-legacy is what old Java reads */
  readonly form: string;
  /** four octal digits */
  readonly mode: string;
  readonly keys: readonly KnownChain[];
  readonly trust: readonly { readonly alias: string; readonly certificate: KnownCertificate }[];
};

/** stash: as the server keeps it, or will at its next start; wrong: it does not open the store that it is for;
 * lost: a stash is named, and there is neither the file nor a password to make it from */
export type PasswordForm = 'cleartext' | 'stash' | 'wrong' | 'lost';

export type CommunityState = {
  /** by their names in the inventory: what tasks can ask for */
  readonly certificates: Readonly<Record<string, KnownChain>>;
  /** `Section/KEY` -> text, of every setting that TLS is about; no passwords */
  readonly values: Readonly<Record<string, string>>;
  /** KEY -> form; an absent password is not there */
  readonly passwords: Readonly<Record<string, PasswordForm>>;
  /** path -> content; closed: there, and none of the known passwords opens it. A file that is not there is not listed. */
  readonly stores: Readonly<Record<string, KnownStore | 'closed'>>;
  /** of the client port where a Notes database decides: what the port does now; null: sametime.ini decides */
  readonly clientMode: CommunityMode | 'inconclusive' | null;
};

export const knownOf = (certificate: CertificateSummary): KnownCertificate => {
  const { subject, sha1, sha256, keyType, keyBits, signature, names } = certificate;
  return { subject, sha1, sha256, keyType, keyBits, signature, names };
};

/** For the predictor, which asks for no more than is known here. */
export const summaryOf = (known: KnownCertificate): CertificateSummary => ({
  issuer: '',
  notBefore: '',
  notAfter: '',
  selfSigned: false,
  certificateAuthority: false,
  pem: '',
  ...known,
});
