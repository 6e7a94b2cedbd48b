// Words of the Sametime community server. Sources: HCL Sametime 11.6 "Implementing TLS configuration"; wiki "Security
// Considerations for TLS Configuration". Nothing here was verified on a real community server.
import type { CertificateSummary } from '../../core/certificate.ts';
import type { Secret } from '../../core/secret.ts';
import type { ProtocolVersion } from '../../tls/types.ts';

/** Prefix of the keys in [Config]. ST_: global; STSRV_: port 1516 and its callers; STMUX_: port 1533; STLDAP_: calls to
 * LDAP; STSAML_: signatures of SAML, spelled without TLS_. */
export const SCOPES = ['ST_', 'STSRV_', 'STMUX_', 'STLDAP_', 'STSAML_'] as const;
export type Scope = (typeof SCOPES)[number];

/** One key of sametime.ini as it should be; null removes its line. A Secret never becomes text in this room. */
export type IniEdit = { readonly section: string; readonly key: string; readonly value: string | Secret | null };

/** sametime.ini knows no value for TLS 1.3. */
export type IniProtocol = Exclude<ProtocolVersion, 'SSLv2' | 'TLSv1.3'>;

export type SecurityLevelNumber = 0 | 1 | 2 | 3 | 4;

/** What one scope says; a setting that is not written is absent. */
export type ScopeSettings = {
  readonly trustStoreFile?: string;
  readonly trustStoreType?: 'p12' | 'jks';
  readonly trustStorePassword?: Secret;
  readonly trustStoreStashFile?: string;
  readonly keyStoreFile?: string;
  readonly keyStoreType?: 'p12' | 'jks';
  readonly keyStorePassword?: Secret;
  readonly keyStoreStashFile?: string;
  readonly keyLabel?: string;
  readonly clientAuthentication?: 'none' | 'want' | 'need';
  readonly trustedHosts?: readonly string[];
  readonly mirrorTrustedHosts?: boolean;
  readonly securityLevel?: SecurityLevelNumber;
  readonly fips?: boolean;
  readonly minProtocol?: IniProtocol;
  readonly maxProtocol?: IniProtocol;
  /** names as written, in this order */
  readonly cipherSuites?: readonly string[];
  /** seconds */
  readonly maxSessionAge?: number;
  /** sessions; -1 none, 0 no limit */
  readonly sessionCacheSize?: number;
  /** seconds; may be what really limits the age of a session, see the table */
  readonly sessionCacheTime?: number;
  readonly trustManagerAlgorithm?: 'PKIX';
};
export type SettingName = keyof ScopeSettings;

/** null removes the key, an absent setting is left as it is. */
export type DesiredScope = { readonly [Name in SettingName]?: ScopeSettings[Name] | null };
export type DesiredSettings = { readonly [Key in Scope]?: DesiredScope };

export type CommunityTlsSettings = {
  readonly written: Readonly<Record<Scope, ScopeSettings>>;
  /** with the fallback to ST_, setting by setting */
  readonly effective: Readonly<Record<Scope, ScopeSettings>>;
  /** written values that are none of the documented ones; the setting counts as absent */
  readonly unknown: readonly { readonly key: string; readonly line: number; readonly value: string }[];
};

/** server: 1516, for servers and server applications; mux: 1533, for clients */
export type CommunityPort = 'server' | 'mux';
export type CommunityMode = 'legacy' | 'dynamic' | 'strict';
/** How a strict server's plaintext port is written. No stored vendor page shows it: the probe decides. */
export type StrictSpelling = 'omit' | 'empty' | 'zero';

/** What the file says of a port. It is a claim; only a probe from outside proves a mode. */
export type ModeClaim = {
  readonly mode: CommunityMode | 'unclear';
  /** null: absent, empty or 0 */
  readonly plainPort: number | null;
  readonly tlsPort: number | null;
  /** of the plaintext key, when it carries no port */
  readonly spelling: StrictSpelling | null;
  /** false: stconfig.nsf, a Notes database, decides and may overwrite these keys */
  readonly isAuthoritative: boolean;
  /** why it is unclear, or what is not verified */
  readonly remarks: readonly string[];
};

export type StoredCertificate = {
  readonly alias: string;
  readonly certificate: CertificateSummary;
  /** of a key: the rest of its chain, as far as the store holds it */
  readonly issuers?: readonly CertificateSummary[];
};

export type CommunityFinding = {
  readonly code: string;
  /** fails: the server or a peer will not work, or a secret lies open */
  readonly severity: 'fails' | 'warning' | 'note';
  readonly scope?: Scope;
  readonly text: string;
  /** one full sentence */
  readonly fix: string;
};
