// Findings about what the settings say: keys that 7.2 reads no more, words of the wrong kind, TLS that contradicts itself.
// Sources: setting-table.ts; Instant Messaging 7.2 Administration Guide, chapter 12 with its cautions.
import { draft, keyed, withLine, type FindingDraft, type KeyedFinding } from './finding.ts';
import { effectiveEntry, entriesOf, type IimFile } from './iim.ts';
import { lintMux } from './lint-mux.ts';
import { coserverNameOf, RETIRED, SETTINGS } from './setting-table.ts';
import type { ReadSunIm, SunImFinding } from './types.ts';

export const lintSettings = (conf: IimFile, read: ReadSunIm): readonly SunImFinding[] => [
  ...entriesOf(conf).flatMap(({ key, line }) => nameFindings(key).map((finding) => ({ ...finding, line }))),
  // What breaks the grammar is told by its line already.
  ...read.unknown
    .filter(({ key }) => effectiveEntry(conf, key)?.fault === null)
    .map(({ key, line, value }) => ({ ...unknownFinding(key, value), line })),
  ...[...serverFindings(read), ...lintMux(read)].map((finding) => withLine(conf, finding)),
];

function nameFindings(key: string): readonly FindingDraft[] {
  const successor = RETIRED[key];
  if (successor !== undefined) {
    const fix =
      successor === null ? 'Remove it; startTLS needs no port of its own.' : `Remove it and use ${successor}.`;
    return [draft('fails', 'RETIRED_KEY', `${key} looks like security, and 7.2 reads it no more`, fix)];
  }
  const [, coserver] = /^iim_server\.([A-Za-z0-9]+)\.usessl$/u.exec(key) ?? [];
  if (coserver !== undefined) {
    return [
      draft(
        'fails',
        'RETIRED_KEY',
        `${key} looks like security, and 7.2 reads it no more`,
        `Remove it and use iim_server.${coserver}.requiressl.`,
      ),
    ];
  }
  if (key !== 'iim_server.usessl') return [];
  return [
    draft(
      'warning',
      'UNDOCUMENTED_KEY',
      `${key} is in no table of 7.2; iim_server.sslkeystore is what makes the server offer TLS`,
      'Remove it.',
    ),
  ];
}

function unknownFinding(key: string, value: string): FindingDraft {
  const kind =
    SETTINGS.find((row) => row.key === key)?.kind ?? (coserverNameOf(key) === undefined ? 'text' : 'boolean');
  const word = value.toLowerCase();
  const isOther =
    kind === 'switch' ? ['true', 'false', 'yes', 'no'].includes(word) : ['on', 'off', 'yes', 'no'].includes(word);
  const words = kind === 'switch' ? 'on or off' : 'true or false';
  if (isOther) {
    return draft(
      'fails',
      'VALUE_SWITCH',
      `${key} is "${value}", and this key takes ${words}: iim_mux has on and off, iim_server true and false`,
      `Write ${words}.`,
    );
  }
  return draft(
    'fails',
    'VALUE_UNKNOWN',
    `the value of ${key} is none of the documented ones`,
    kind === 'switch' || kind === 'boolean' ? `Write ${words}.` : 'Correct the value.',
  );
}

function serverFindings({ effective, written, coservers }: ReadSunIm): readonly KeyedFinding[] {
  const { keyStore, requireTls, trustAllCertificates } = effective;
  const pairs = coservers.filter((one) => one.requireTls === true && one.isListed).map(({ name }) => name);
  return [
    ...(trustAllCertificates === true
      ? [
          keyed(
            'iim_server.trust_all_cert',
            'fails',
            'TRUST_ALL',
            'iim_server.trust_all_cert is true: every certificate is trusted, expired and self-signed ones too',
            'Set it to false; it is for tests only, though the example of the guide has it.',
          ),
        ]
      : []),
    ...(requireTls === true && keyStore === undefined
      ? [
          keyed(
            'iim_server.requiressl',
            'fails',
            'REQUIRE_WITHOUT_STORE',
            'TLS is required and iim_server.sslkeystore is not set, so nobody gets in',
            'Set iim_server.sslkeystore first.',
          ),
        ]
      : []),
    ...(keyStore === undefined
      ? pairs.map((name) =>
          keyed(
            `iim_server.${name}.requiressl`,
            'fails',
            'REQUIRE_WITHOUT_STORE',
            `TLS is required for ${name} and iim_server.sslkeystore is not set, so the two do not get together`,
            'Set iim_server.sslkeystore first.',
          ),
        )
      : []),
    ...(written.keyStorePasswordFile !== undefined && keyStore === undefined
      ? [
          keyed(
            'iim_server.keystorepasswordfile',
            'note',
            'NOT_OFFERED',
            'a password file is named and no key store, so the server offers no TLS',
            'Set iim_server.sslkeystore.',
          ),
        ]
      : []),
  ];
}
