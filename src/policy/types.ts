// Words of the policy room: what a policy asks of a port, and what came out. Form of the files: docs/policies.md.
import type { ProtocolVersion } from '../tls/types.ts';

/** Where a rule comes from, for instance "RFC 9325 section 4.1 (MUST NOT)". */
type Reference = { readonly reference: string };

export const PROTOCOL_RULES = ['required', 'allowed', 'forbidden'] as const;
export type ProtocolRule = Reference & { readonly is: (typeof PROTOCOL_RULES)[number] };

/** Properties that must all hold; inside a list one is enough. */
export type SuiteMatch = {
  /** IANA names */
  readonly names?: readonly string[] | undefined;
  readonly encryption?: readonly string[] | undefined;
  readonly mode?: readonly string[] | undefined;
  readonly keyExchange?: readonly string[] | undefined;
  readonly authentication?: readonly string[] | undefined;
  /** strictly fewer bits */
  readonly bitsBelow?: number | undefined;
  readonly bitsAtLeast?: number | undefined;
  readonly forwardSecrecy?: boolean | undefined;
  readonly aead?: boolean | undefined;
  readonly export?: boolean | undefined;
};

export type SuiteRule = Reference & {
  /** why, in a few words */
  readonly rule: string;
  readonly match: SuiteMatch;
  /** versions the rule is about; absent: all */
  readonly versions?: readonly ProtocolVersion[] | undefined;
};

export type SuiteRules = {
  readonly forbidden: readonly SuiteRule[];
  /** when there are any, a suite that none of them matches is a violation */
  readonly allowed: readonly SuiteRule[];
  /** where a port accepts suites that match and suites that do not, one that matches must be chosen */
  readonly preferred: readonly SuiteRule[];
};

export type CertificateRules = Reference & {
  readonly leastRsaBits?: number | undefined;
  readonly leastEllipticBits?: number | undefined;
  /** of the signature, such as SHA1; the signature of a root is not looked at, nobody relies on it */
  readonly forbiddenHashes?: readonly string[] | undefined;
  /** 0: valid now */
  readonly leastDaysLeft?: number | undefined;
  /** from notBefore to notAfter, of the server's own certificate */
  readonly mostDays?: number | undefined;
  readonly chainComplete?: boolean | undefined;
};

export type NegotiationRules = Reference & {
  /** RFC 5746, below TLS 1.3 */
  readonly secureRenegotiation?: 'required' | undefined;
  /** RFC 7627, TLS 1.0 to 1.2 */
  readonly extendedMasterSecret?: 'required' | undefined;
  readonly compression?: 'forbidden' | undefined;
  /** of ephemeral Diffie-Hellman primes */
  readonly leastDhBits?: number | undefined;
};

export type Policy = {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  readonly protocols: Readonly<Record<ProtocolVersion, ProtocolRule>>;
  readonly suites: SuiteRules;
  readonly certificate?: CertificateRules | undefined;
  readonly negotiation?: NegotiationRules | undefined;
  readonly clientCertificate?: (Reference & { readonly oneOf: readonly ('none' | 'want' | 'need')[] }) | undefined;
  readonly cleartext?: (Reference & { readonly is: 'refused' }) | undefined;
  /** what a reader of the verdict should know of the policy itself */
  readonly notes: readonly string[];
};

export type ViolationCode =
  | 'protocol-forbidden'
  | 'protocol-missing'
  | 'suite-forbidden'
  | 'suite-not-allowed'
  | 'suite-missing'
  | 'suite-order'
  | 'preference'
  | 'key-size'
  | 'signature-hash'
  | 'certificate-expired'
  | 'certificate-expires-soon'
  | 'certificate-not-yet-valid'
  | 'certificate-lifetime'
  | 'certificate-different'
  | 'chain-incomplete'
  | 'secure-renegotiation'
  | 'extended-master-secret'
  | 'compression'
  | 'dh-size'
  | 'client-certificate'
  | 'cleartext-accepted'
  | 'inconclusive';

export type Violation = Reference & {
  /** `inconclusive`: the fact is not known, so nobody may say that the rule holds */
  readonly code: ViolationCode;
  readonly what: string;
  /** "TLSv1.2", "chain[0]", "port" */
  readonly where: string;
};

export type PolicyVerdict = {
  readonly name: string;
  readonly version: number;
  readonly pass: boolean;
  readonly violations: readonly Violation[];
};
