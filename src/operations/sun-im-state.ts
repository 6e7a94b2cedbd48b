// The state of one iim.conf with the stores beside it, free of secrets. It does not depend on what a task wants, so that all
// tasks on one server share it.
import type { CertificateSummary } from '../core/certificate.ts';
import { knownOf, type KnownCertificate, type KnownChain, type KnownStore } from './community-state.ts';

/** pem: of a leaf, whose names are compared with the domain; '' for authorities */
export type SunImCertificate = KnownCertificate & { readonly selfSigned: boolean; readonly pem: string };

export const authorityOf = (certificate: CertificateSummary): SunImCertificate => ({
  ...knownOf(certificate),
  selfSigned: certificate.selfSigned,
  pem: '',
});

export const sunImChainOf = (chain: readonly CertificateSummary[]): readonly SunImCertificate[] =>
  chain.map((certificate, index) => ({ ...authorityOf(certificate), pem: index === 0 ? certificate.pem : '' }));

/** password: none of the password files that belong to it opens it */
export type StoreFault = 'password' | 'unreadable' | 'format' | 'missing';

/** keyOpens: the password of the store opens its key, too; Sun IM knows only one */
export type KnownJavaStore = KnownStore & { readonly keyOpens: boolean };
export type SunImChain = KnownChain & { readonly chain: readonly SunImCertificate[] };

export type KnownDatabase = {
  readonly form: 'dbm' | 'sql';
  readonly nicknames: readonly string[];
  /** nicknames that have a key */
  readonly keys: readonly string[];
  /** of the nickname that the multiplexor is to use; null: it is not there */
  readonly leaf: SunImCertificate | null;
  /** certutil says that it can serve TLS */
  readonly isValid: boolean;
  /** the key can be used without a password */
  readonly isOpen: boolean;
};

/** why a database cannot be used, and what to do */
export type DatabaseFault = { readonly fault: string; readonly fix: string };

export type SunImState = {
  /** by their names in the inventory: what tasks can ask for */
  readonly certificates: Readonly<Record<string, SunImChain>>;
  /** key -> text, of every setting that TLS is about; no passwords */
  readonly values: Readonly<Record<string, string>>;
  /** path -> content; those that iim.conf names and those that strictstep makes */
  readonly stores: Readonly<Record<string, KnownJavaStore | StoreFault>>;
  /** folder -> content */
  readonly databases: Readonly<Record<string, KnownDatabase | DatabaseFault>>;
  /** path -> mode and what it opens; form: not as the guide has it */
  readonly passwordFiles: Readonly<
    Record<string, { readonly mode: string; readonly opens: readonly string[] } | 'form' | 'unreadable' | 'missing'>
  >;
};
