// Which protocol versions and cipher suites a security level and FIPS mode leave. The limits for certificates are in
// src/tls/security-levels.ts. Sources: NIST SP 800-131A (transition, strict) and SP 800-52; RFC 6460 section 4 (Suite B);
// not verified on a real community server.
import { propertiesOf } from '../../policy/suite-properties.ts';
import type { CipherSuite } from '../../tls/cipher-suites.ts';
import type { IniProtocol, SecurityLevelNumber } from './types.ts';

const AES_256 = 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384';
const AES_128 = 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256';

type Limits = {
  readonly minProtocol: IniProtocol;
  /** names: exactly these; approved: what NIST approves */
  readonly suites: 'all' | 'approved' | readonly string[];
};

const LIMITS: Readonly<Record<SecurityLevelNumber, Limits>> = {
  0: { minProtocol: 'SSLv3', suites: 'all' },
  1: { minProtocol: 'TLSv1', suites: 'approved' },
  2: { minProtocol: 'TLSv1.2', suites: 'approved' },
  3: { minProtocol: 'TLSv1.2', suites: [AES_256, AES_128] },
  4: { minProtocol: 'TLSv1.2', suites: [AES_256] },
};

export const leastProtocolOf = (level: SecurityLevelNumber): IniProtocol => LIMITS[level].minProtocol;

const APPROVED_ENCRYPTIONS: ReadonlySet<string> = new Set(['AES', '3DES']);
const APPROVED_KEYS: ReadonlySet<string> = new Set(['RSA', 'DH', 'DHE', 'ECDH', 'ECDHE']);
const APPROVED_AUTHENTICATIONS: ReadonlySet<string> = new Set(['RSA', 'DSS', 'ECDSA']);

/** Why it may not be used with approved algorithms only; undefined: it may. */
function notApproved(suite: CipherSuite): string | undefined {
  const { encryption, keyExchange, authentication, export: isExport } = propertiesOf(suite);
  if (!APPROVED_ENCRYPTIONS.has(encryption)) return `its encryption ${encryption} is not approved`;
  if (isExport || suite.bits < 112) return `its key has ${suite.bits} bits`;
  if (!APPROVED_KEYS.has(keyExchange)) return `its key exchange ${keyExchange} is not approved`;
  if (!APPROVED_AUTHENTICATIONS.has(authentication)) return `its authentication ${authentication} is not approved`;
  return undefined;
}

/** Why the level or FIPS mode drops the suite; empty: it stays. */
export function suiteObjections(suite: CipherSuite, level: SecurityLevelNumber, fips: boolean): readonly string[] {
  const { suites } = LIMITS[level];
  const reason = notApproved(suite);
  const byFips = fips && reason !== undefined ? [`FIPS mode: ${reason}`] : [];
  if (suites === 'all') return byFips;
  if (suites === 'approved')
    return [...(reason === undefined ? [] : [`security level ${level}: ${reason}`]), ...byFips];
  return suites.includes(suite.iana) ? byFips : [`security level ${level}: it is not a suite of Suite B`, ...byFips];
}
