// Which cipher suites of a scope are really offered: not dropped by the level or FIPS mode, and usable with the versions
// and certificates that are left. Sources: wiki "Security Considerations for TLS Configuration" (default: all but
// anonymous); RFC 5246, 5288, 5289.
import { propertiesOf } from '../../policy/suite-properties.ts';
import { cipherSuites, suiteByName, type CipherSuite } from '../../tls/cipher-suites.ts';
import { keepUnobjected, type Kept } from './kept.ts';
import { suiteObjections } from './level-limits.ts';
import type { IniProtocol, ScopeSettings, StoredCertificate } from './types.ts';

/** @param keys that a listener shows; undefined: a caller, whose peer shows the key */
export function predictSuites(
  settings: ScopeSettings,
  versions: readonly IniProtocol[],
  keys: readonly StoredCertificate[] | undefined,
): Kept<string> {
  const { securityLevel = 0, fips = false, cipherSuites } = settings;
  const names = cipherSuites ?? DEFAULT_SUITES;
  return keepUnobjected(names, String, (name) => {
    const suite = suiteByName(name);
    if (suite === undefined) return ['its name is not registered'];
    return [
      ...suiteObjections(suite, securityLevel, fips),
      ...(suite.isTls13 ? ['it is of TLS 1.3'] : []),
      ...(needsTls12(suite) && !versions.includes('TLSv1.2') ? ['it needs TLSv1.2'] : []),
      ...(keys === undefined ? [] : keyObjections(suite, keys)),
    ];
  });
}

const KEY_TYPES: ReadonlyMap<string, string> = new Map([
  ['ECDSA', 'EC'],
  ['RSA', 'RSA'],
  ['DSS', 'DSA'],
]);

/** Suites of RFC 5246, 5288 and 5289: AEAD or a SHA-2 check. */
const needsTls12 = (suite: CipherSuite): boolean => propertiesOf(suite).aead || /_SHA(?:256|384)$/u.test(suite.iana);

function keyObjections(suite: CipherSuite, keys: readonly StoredCertificate[]): readonly string[] {
  const { authentication } = propertiesOf(suite);
  const wanted = KEY_TYPES.get(authentication);
  if (wanted === undefined || keys.some(({ certificate }) => certificate.keyType === wanted)) return [];
  return [`no certificate with an ${wanted} key is left`];
}

const DEFAULT_SUITES: readonly string[] = cipherSuites()
  .filter(
    (suite) =>
      suite.jsse !== null &&
      !suite.isTls13 &&
      suite.id < 0xff00 &&
      !['anon', 'NULL'].includes(propertiesOf(suite).authentication),
  )
  .map(({ iana }) => iana);
