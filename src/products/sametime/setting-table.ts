// Every TLS setting of sametime.ini as data: its key, the scopes that have it, its default, and how sure that is.
import type { Scope, SettingName } from './types.ts';

const HCL = 'https://help.hcltechsw.com/sametime/11.6/admin/implement_tls_configuration.html';
const WIKI = 'https://ds_infolib.hcltechsw.com/ldd/stwiki.nsf/dx/Security_Considerations_for_TLS_Configuration';
const BASIC_CONSTRAINTS = 'https://help.hcltechsw.com/sametime/10.0/config/st_adm_security_ssl_basic_constraints.html';

type ValueKind =
  | 'text'
  | 'list'
  | 'number'
  | 'switch'
  | 'secret'
  | 'store-type'
  | 'client-authentication'
  | 'protocol'
  | 'level'
  | 'algorithm';

export type SettingRow = {
  readonly name: SettingName;
  /** behind the prefix: ST_ + TLS_KEY_LABEL */
  readonly suffix: string;
  /** behind STSAML_, which is spelled without TLS_ */
  readonly samlSuffix: string | null;
  readonly kind: ValueKind;
  readonly scopes: readonly Scope[];
  /** what the server takes when the key is absent; null: nothing documented */
  readonly whenAbsent: string | null;
  readonly source: string;
  /** false: key, meaning or value has only one reading of a contradictory page behind it; `remark` says which */
  readonly verified: boolean;
  readonly remark: string;
};

const TLS: readonly Scope[] = ['ST_', 'STSRV_', 'STMUX_', 'STLDAP_'];
const INBOUND: readonly Scope[] = ['ST_', 'STSRV_', 'STMUX_'];
const ALL: readonly Scope[] = [...TLS, 'STSAML_'];

const row = (
  name: SettingName,
  suffix: string,
  kind: ValueKind,
  more: Partial<Omit<SettingRow, 'name' | 'suffix' | 'kind'>> = {},
): SettingRow => ({
  name,
  suffix: `TLS_${suffix}`,
  kind,
  samlSuffix: more.scopes === undefined ? suffix : null,
  scopes: ALL,
  whenAbsent: null,
  source: HCL,
  verified: true,
  remark: '',
  ...more,
});

const STASH = 'relative to the Domino directory by the text, absolute in its example';
const AGE = {
  verified: false,
  remark:
    'the texts of MAX_SESSION_AGE and SESSION_CACHE_TIME are mixed up; both with no cache is safe in either reading',
};

export const SETTINGS: readonly SettingRow[] = [
  row('trustStoreFile', 'TRUST_STORE_FILE', 'text', {
    remark: 'the wiki has a bare name; its folder is not documented',
  }),
  row('trustStoreType', 'TRUST_STORE_TYPE', 'store-type', { remark: 'version 12 takes p12 only' }),
  row('trustStorePassword', 'TRUST_STORE_PASSWORD', 'secret'),
  row('trustStoreStashFile', 'TRUST_STORE_PASSWORD_STASH_FILE', 'text', { remark: STASH }),
  row('keyStoreFile', 'KEY_STORE_FILE', 'text', { remark: 'full path by HCL 11.6' }),
  row('keyStoreType', 'KEY_STORE_TYPE', 'store-type', { remark: 'version 12 takes p12 only' }),
  row('keyStorePassword', 'KEY_STORE_PASSWORD', 'secret'),
  row('keyStoreStashFile', 'KEY_STORE_PASSWORD_STASH_FILE', 'text', { remark: STASH }),
  row('keyLabel', 'KEY_LABEL', 'text', { remark: 'needed only when the key store has several keys' }),
  row('clientAuthentication', 'CLIENT_AUTH', 'client-authentication', { scopes: INBOUND, whenAbsent: '0' }),
  row('trustedHosts', 'TRUSTED_HOSTS', 'list', {
    scopes: TLS,
    remark: 'empty: the name in the certificate of the other side is never checked',
  }),
  row('mirrorTrustedHosts', 'MIRROR_TRUSTED_HOSTS', 'switch', {
    scopes: TLS,
    whenAbsent: '0',
    verified: false,
    source: WIKI,
    remark: "the vendor's description of this key is a copy of KEY_LABEL's; that 1 switches it on is an inference",
  }),
  row('securityLevel', 'SECURITY_LEVEL', 'level', { whenAbsent: '0', remark: 'what a level drops is not listed' }),
  row('fips', 'FIPS_COMPLIANCE', 'switch', { scopes: TLS, whenAbsent: '0' }),
  row('minProtocol', 'MIN_PROTOCOL_VERSION', 'protocol', {
    scopes: TLS,
    verified: false,
    remark: 'absent means TLS 1.0 by the wiki and TLS 1.2 by HCL 11.6',
  }),
  row('maxProtocol', 'MAX_PROTOCOL_VERSION', 'protocol', { scopes: TLS, whenAbsent: '0x303' }),
  row('cipherSuites', 'CIPHER_SUITES', 'list', { scopes: TLS, remark: 'absent: all but anonymous, by the wiki' }),
  row('maxSessionAge', 'MAX_SESSION_AGE', 'number', { scopes: TLS, ...AGE }),
  row('sessionCacheSize', 'SESSION_CACHE_SIZE', 'number', { scopes: INBOUND, whenAbsent: '-1' }),
  row('sessionCacheTime', 'SESSION_CACHE_TIME', 'number', { scopes: INBOUND, whenAbsent: '0', ...AGE }),
  row('trustManagerAlgorithm', 'TRUST_MANAGER_FACTORY_ALGORITHM', 'algorithm', {
    scopes: ['ST_'],
    source: BASIC_CONSTRAINTS,
    remark: 'only when a signer does not say that it is an authority (Basic Constraints)',
  }),
];

/** undefined: the scope does not have it */
export function keyOf({ suffix, samlSuffix, scopes }: SettingRow, scope: Scope): string | undefined {
  if (!scopes.includes(scope)) return undefined;
  const own = scope === 'STSAML_' ? samlSuffix : suffix;
  return own === null ? undefined : `${scope}${own}`;
}
