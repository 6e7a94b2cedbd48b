// What a community server will really do with its TLS settings: which certificates, versions and suites its security level
// and FIPS mode take away without a word in sametime.ini, and whether something is left. Sources: wiki "Security
// Considerations for TLS Configuration" (what is dropped at start); level-limits.ts; not verified on a real server.
import type { CertificateSummary } from '../../core/certificate.ts';
import { objectionsOf, SECURITY_LEVELS } from '../../tls/security-levels.ts';
import { keepUnobjected, type Kept } from './kept.ts';
import { leastProtocolOf } from './level-limits.ts';
import { predictSuites } from './predict-suites.ts';
import { INI_PROTOCOLS } from './setting-values.ts';
import type { IniProtocol, ScopeSettings, StoredCertificate } from './types.ts';

export type PredictionInput = {
  /** of one scope, with the fallback to ST_ */
  readonly settings: ScopeSettings;
  readonly keys: readonly StoredCertificate[];
  readonly trust: readonly StoredCertificate[];
  /** a listener needs a key, a caller or a listener that asks for certificates needs trust */
  readonly needs: { readonly key: boolean; readonly trust: boolean };
  /** taken when none is written; HCL 11.6 says TLS 1.2, which is taken here, the older wiki says TLS 1.0 */
  readonly defaultMinimum?: IniProtocol;
};

export type Prediction = {
  readonly keys: Kept<StoredCertificate>;
  readonly trust: Kept<StoredCertificate>;
  readonly versions: Kept<IniProtocol>;
  /** IANA names, in the order of the setting */
  readonly suites: Kept<string>;
  /** what was taken for granted, in words */
  readonly assumptions: readonly string[];
  /** why it could not work; empty: it can */
  readonly refusals: readonly string[];
};

export function predictCommunity({
  settings,
  keys,
  trust,
  needs,
  defaultMinimum = 'TLSv1.2',
}: PredictionInput): Prediction {
  const { securityLevel = 0, fips = false, keyLabel } = settings;
  const byLevel = { keys: dropWeak(keys, settings), trust: dropWeak(trust, settings) };
  const versions = predictVersions(settings, defaultMinimum);
  const shown =
    keyLabel === undefined ? byLevel.keys.kept : byLevel.keys.kept.filter(({ alias }) => isSame(alias, keyLabel));
  const suites = predictSuites(settings, versions.kept, needs.key ? shown : undefined);
  const label = keyLabel === undefined ? '' : ` with the label ${keyLabel}`;
  return {
    ...byLevel,
    versions,
    suites,
    assumptions: [
      ...(settings.minProtocol === undefined ? [`no least protocol is written, so ${defaultMinimum} is assumed`] : []),
      ...(settings.cipherSuites === undefined
        ? ['no cipher suites are written, so all that Java has are assumed, except for anonymous ones']
        : []),
      ...(keyLabel === undefined && shown.length > 1
        ? ['the key store has several keys and no label is written, so it is not known which one is shown']
        : []),
      ...(securityLevel > 0 || fips
        ? ['what a level and FIPS mode drop follows the standards, not a list of the vendor']
        : []),
    ],
    refusals: [
      ...(needs.key && shown.length === 0 ? [`no key${label} is left${lost(byLevel.keys)}`] : []),
      ...(needs.trust && byLevel.trust.kept.length === 0 ? [`no signer is left${lost(byLevel.trust)}`] : []),
      ...(versions.kept.length === 0 ? [`no protocol version is left${lost(versions)}`] : []),
      // Without a version or a key no suite can be used; that is said already.
      ...(versions.kept.length > 0 && (shown.length > 0 || !needs.key) && suites.kept.length === 0
        ? [`no cipher suite is left${settings.cipherSuites === undefined ? '' : lost(suites)}`]
        : []),
    ],
  };
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const lost = ({ dropped }: Kept<unknown>): string =>
  dropped.length === 0 ? '' : `: ${dropped.map(({ name, reasons }) => `${name} (${reasons.join(', ')})`).join('; ')}`;

function dropWeak(
  certificates: readonly StoredCertificate[],
  { securityLevel = 0, fips = false }: ScopeSettings,
): Kept<StoredCertificate> {
  const level = SECURITY_LEVELS.find((one) => one.level === securityLevel);
  const objections = (certificate: CertificateSummary): readonly string[] => [
    ...(level === undefined ? [] : objectionsOf(level, certificate)),
    ...(fips && /md[25]/iu.test(certificate.signature)
      ? [`its signature ${certificate.signature} is not allowed by FIPS mode`]
      : []),
  ];
  return keepUnobjected(
    certificates,
    ({ alias }) => alias,
    ({ certificate, issuers = [] }) => [
      ...objections(certificate),
      ...issuers.flatMap((issuer) => objections(issuer).map((text) => `of its issuer ${issuer.subject}, ${text}`)),
    ],
  );
}

const at = (version: IniProtocol): number => INI_PROTOCOLS.indexOf(version);

function predictVersions(settings: ScopeSettings, defaultMinimum: IniProtocol): Kept<IniProtocol> {
  const { securityLevel = 0, fips = false, minProtocol = defaultMinimum, maxProtocol = 'TLSv1.2' } = settings;
  const written = INI_PROTOCOLS.filter((version) => at(version) >= at(minProtocol) && at(version) <= at(maxProtocol));
  return keepUnobjected(written, String, (version) => [
    ...(at(version) < at(leastProtocolOf(securityLevel))
      ? [`security level ${securityLevel} begins with ${leastProtocolOf(securityLevel)}`]
      : []),
    ...(fips && version === 'SSLv3' ? ['FIPS mode begins with TLSv1'] : []),
  ]);
}
