// Findings about protocol versions, cipher suites, security levels and session ages. Sources: wiki "Security Considerations
// for TLS Configuration"; HCL Sametime 11.6 "Implementing TLS configuration"; RFC 6460 (Suite B).
import { suiteByName } from '../../tls/cipher-suites.ts';
import { propertiesOf } from '../../policy/suite-properties.ts';
import { nameOfKey } from './lint-stores.ts';
import { INI_PROTOCOLS } from './setting-values.ts';
import { SCOPES } from './types.ts';
import type { CommunityFinding, CommunityTlsSettings, Scope, ScopeSettings } from './types.ts';

/** keyTypes: of the certificates in the scope's key store; absent: not known */
type KeyTypes = { readonly [Key in Scope]?: readonly string[] };

type Draft = readonly [code: string, severity: CommunityFinding['severity'], text: string, fix: string];

export const lintProtocol = (
  { written, effective }: CommunityTlsSettings,
  keyTypes: KeyTypes,
): readonly CommunityFinding[] =>
  SCOPES.filter((scope) => scope === 'ST_' || Object.keys(written[scope]).length > 0).flatMap((scope) =>
    [
      ...(scope === 'STSAML_' ? [] : versionFindings(effective[scope], scope)),
      ...suiteFindings(effective[scope], keyTypes[scope]),
      ...levelFindings(effective[scope], keyTypes[scope]),
      ...(scope === 'STSAML_' || scope === 'STLDAP_' ? [] : ageFindings(effective[scope], scope)),
    ].map(([code, severity, text, fix]) => ({ code, severity, scope, text, fix })),
  );

function versionFindings({ minProtocol, maxProtocol }: ScopeSettings, scope: Scope): readonly Draft[] {
  const keys = [nameOfKey('minProtocol', scope), nameOfKey('maxProtocol', scope)] as const;
  if (minProtocol === undefined || maxProtocol === undefined) {
    const absent = keys.filter((_, index) => [minProtocol, maxProtocol][index] === undefined).join(' and ');
    const text = `${absent} is not written, and the vendor's pages name different defaults`;
    return [
      ['PROTOCOL_NOT_WRITTEN', 'warning', text, `Write both ${keys.join(' and ')}, for instance 0x303 for TLS 1.2.`],
    ];
  }
  if (INI_PROTOCOLS.indexOf(minProtocol) > INI_PROTOCOLS.indexOf(maxProtocol)) {
    const text = `the least protocol ${minProtocol} is above the highest, ${maxProtocol}`;
    return [['PROTOCOL_RANGE_EMPTY', 'fails', text, `Set ${keys[0]} to the value of ${keys[1]} or lower.`]];
  }
  if (minProtocol === 'TLSv1.2') return [];
  return [
    ['PROTOCOL_OLD', 'warning', `${minProtocol} is allowed`, `Set ${keys[0]} to 0x303 when every peer can do TLS 1.2.`],
  ];
}

function suiteFindings(
  { cipherSuites = [] }: ScopeSettings,
  keyTypes: readonly string[] | undefined,
): readonly Draft[] {
  return cipherSuites.flatMap((name): readonly Draft[] => {
    const suite = suiteByName(name);
    if (suite === undefined) {
      return [
        [
          'SUITE_UNKNOWN',
          'warning',
          `${name} is not in the registry of cipher suites`,
          'Correct the name; a wrong one is never used.',
        ],
      ];
    }
    if (suite.isTls13) {
      return [
        [
          'SUITE_TLS13',
          'warning',
          `${name} is of TLS 1.3, for which sametime.ini has no value`,
          'Remove it from the list.',
        ],
      ];
    }
    const { authentication } = propertiesOf(suite);
    const wanted = authentication === 'ECDSA' ? 'EC' : authentication;
    const never = keyTypes !== undefined && ['EC', 'RSA'].includes(wanted) && !keyTypes.includes(wanted);
    return [
      ...(suite.forwardSecrecy
        ? []
        : [
            [
              'SUITE_NO_FORWARD_SECRECY',
              'warning',
              `${name} has no forward secrecy`,
              'Remove it from the list when every peer has an ECDHE suite.',
            ] as const,
          ]),
      ...(never
        ? [
            [
              'SUITE_NEVER_USED',
              'note',
              `${name} needs a certificate with an ${wanted} key, and the key store has none`,
              'Remove it, or add such a certificate.',
            ] as const,
          ]
        : []),
    ];
  });
}

function levelFindings(
  { securityLevel = 0 }: ScopeSettings,
  keyTypes: readonly string[] | undefined,
): readonly Draft[] {
  if (securityLevel < 3 || keyTypes?.every((type) => type === 'EC') === true) return [];
  const fix = 'Use a certificate with an ECDSA key on P-256 or P-384, signed the same way, or level 2.';
  const text = `security level ${securityLevel} (Suite B) drops every RSA certificate at start`;
  if (keyTypes === undefined)
    return [['LEVEL_NEEDS_ECDSA', 'warning', `${text}; what the key store holds was not read`, fix]];
  const rest = keyTypes.includes('EC') ? 'some of the key store are' : 'the key store has no other';
  return [['LEVEL_NEEDS_ECDSA', keyTypes.includes('EC') ? 'warning' : 'fails', `${text}, and ${rest}`, fix]];
}

function ageFindings(settings: ScopeSettings, scope: Scope): readonly Draft[] {
  const { maxSessionAge, sessionCacheTime, sessionCacheSize = -1 } = settings;
  if (maxSessionAge === undefined && sessionCacheTime === undefined) return [];
  const isSafe = maxSessionAge === sessionCacheTime && sessionCacheSize === -1;
  if (isSafe) return [];
  const [age, time, size] = (['maxSessionAge', 'sessionCacheTime', 'sessionCacheSize'] as const).map((name) =>
    nameOfKey(name, scope),
  );
  const text = `the vendor's descriptions of ${age} and ${time} are mixed up, and only one of them limits the age of a session`;
  return [['SESSION_AGE_UNCLEAR', 'warning', text, `Write the same seconds to ${age} and ${time}, and -1 to ${size}.`]];
}
