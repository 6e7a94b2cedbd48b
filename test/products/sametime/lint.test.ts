// Findings about sametime.ini: each trap of the vendor's pages is a case that is found, and a sound file has none.
import { expect, test } from 'vitest';
import { lintCommunity, type LintFacts } from '../../../src/products/sametime/lint.ts';
import { config, parse } from './sample.ts';

const SOUND = [
  'ST_TLS_TRUST_STORE_FILE=/local/notesdata/trust.p12',
  'ST_TLS_TRUST_STORE_TYPE=p12',
  'ST_TLS_TRUST_STORE_PASSWORD_STASH_FILE=/local/notesdata/trust.sth',
  'ST_TLS_KEY_STORE_FILE=C:\\Domino\\key.p12',
  'ST_TLS_KEY_STORE_TYPE=p12',
  'ST_TLS_KEY_STORE_PASSWORD_STASH_FILE=C:\\Domino\\key.sth',
  'ST_TLS_MIN_PROTOCOL_VERSION=0x303',
  'ST_TLS_MAX_PROTOCOL_VERSION=0x303',
];

/** Each as `severity CODE scope`. */
const found = (lines: readonly string[], facts: LintFacts = {}): readonly string[] =>
  lintCommunity(config(...SOUND, ...lines), facts).map(({ severity, code, scope }) =>
    [severity, code, scope ?? ''].join(' ').trim(),
  );

test('a sound file has no findings', () => {
  expect(found([])).toEqual([]);
  const settled = ['ST_TLS_MAX_SESSION_AGE=86400', 'ST_TLS_SESSION_CACHE_TIME=86400', 'ST_TLS_SESSION_CACHE_SIZE=-1'];
  const hosts = ['STSRV_TLS_CLIENT_AUTH=2', 'STSRV_TLS_MIRROR_TRUSTED_HOSTS=1'];
  expect(found([...settled, ...hosts, 'ST_TLS_SECURITY_LEVEL=2'], { keyTypes: { ST_: ['RSA'] } })).toEqual([]);
});

test.each<readonly [string, readonly string[], LintFacts, readonly string[]]>([
  [
    'mirror for all also hits LDAP',
    ['ST_TLS_MIRROR_TRUSTED_HOSTS=1', 'STSRV_TLS_CLIENT_AUTH=2'],
    {},
    ['fails HOSTS_INHERITED STLDAP_', 'warning HOSTS_INHERITED STMUX_'],
  ],
  [
    'trusted hosts for all, LDAP excepted',
    [
      'ST_TLS_TRUSTED_HOSTS=a.example',
      'STLDAP_TLS_TRUSTED_HOSTS=b.example',
      'STMUX_TLS_TRUSTED_HOSTS=c.example',
      'STSRV_TLS_CLIENT_AUTH=2',
    ],
    {},
    ['warning PROTOCOL_OLD'].slice(1),
  ],
  ['hosts without a needed certificate', ['STSRV_TLS_TRUSTED_HOSTS=a.example'], {}, ['note HOSTS_UNCHECKED STSRV_']],
  ['a value of mirror that is a label', ['STSRV_TLS_MIRROR_TRUSTED_HOSTS=acme'], {}, ['fails MIRROR_VALUE']],
  ['SAML with TLS_', ['STSAML_TLS_KEY_LABEL=a'], {}, ['warning SAML_SPELLING']],
  ['a key that nobody knows', ['STMUX_TLS_CIPHERS=a'], {}, ['warning KEY_UNKNOWN']],
  ['the gate of client versions', ['VP_SECURITY_LEVEL=7000'], {}, ['note NOT_TLS']],
  ['TLS 1.3', ['STMUX_TLS_MAX_PROTOCOL_VERSION=0x304'], {}, ['fails PROTOCOL_TLS13']],
  ['an unknown number', ['STMUX_TLS_CLIENT_AUTH=3'], {}, ['fails VALUE_UNKNOWN']],
  ['an empty range', ['STMUX_TLS_MAX_PROTOCOL_VERSION=0x302'], {}, ['fails PROTOCOL_RANGE_EMPTY STMUX_']],
  ['an old protocol', ['STMUX_TLS_MIN_PROTOCOL_VERSION=0x301'], {}, ['warning PROTOCOL_OLD STMUX_']],
  [
    'Suite B with an RSA store',
    ['STSRV_TLS_SECURITY_LEVEL=3'],
    { keyTypes: { STSRV_: ['RSA'] } },
    ['fails LEVEL_NEEDS_ECDSA STSRV_'],
  ],
  [
    'Suite B with both',
    ['STSRV_TLS_SECURITY_LEVEL=4'],
    { keyTypes: { STSRV_: ['RSA', 'EC'] } },
    ['warning LEVEL_NEEDS_ECDSA STSRV_'],
  ],
  ['Suite B with an unread store', ['STSRV_TLS_SECURITY_LEVEL=3'], {}, ['warning LEVEL_NEEDS_ECDSA STSRV_']],
  ['Suite B with ECDSA', ['STSRV_TLS_SECURITY_LEVEL=3'], { keyTypes: { STSRV_: ['EC'] } }, []],
  ['one of the crossed keys', ['ST_TLS_MAX_SESSION_AGE=86400'], {}, ['warning SESSION_AGE_UNCLEAR ST_']],
  [
    'crossed keys with a cache',
    ['ST_TLS_MAX_SESSION_AGE=9', 'ST_TLS_SESSION_CACHE_TIME=9', 'ST_TLS_SESSION_CACHE_SIZE=0'],
    {},
    ['warning SESSION_AGE_UNCLEAR ST_'],
  ],
  ['a cleartext password', ['STMUX_TLS_KEY_STORE_PASSWORD=mysecret'], {}, ['fails PASSWORD_CLEARTEXT STMUX_']],
  ['a password to be stashed', ['ST_TLS_KEY_STORE_PASSWORD=mysecret'], { stashFiles: [] }, ['note STASH_PENDING ST_']],
  [
    'a stash of an earlier password',
    ['ST_TLS_KEY_STORE_PASSWORD=mysecret'],
    { stashFiles: ['C:\\Domino\\key.sth'] },
    ['fails STASH_LEFT ST_'],
  ],
  [
    'a bare path',
    ['STMUX_TLS_KEY_STORE_FILE=key.p12'],
    {},
    ['warning STORE_PATH_BARE STMUX_', 'warning STORE_PASSWORD_BORROWED STMUX_'],
  ],
  ['tunnelling', [], { tunnellingPorts: [8082] }, ['warning TUNNEL_UNENCRYPTED']],
  ['two keys of one name', ['FOO=1', 'foo=2'], {}, ['fails WRITTEN_TWICE']],
])('%s', (_title, lines, facts, expected) => {
  expect(found(lines, facts)).toEqual(expected);
});

test('the six suites of the vendor: two without forward secrecy, and those of the other kind of key', () => {
  const six = [
    'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_256_GCM_SHA384',
    'TLS_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  ].join(',');
  const codes = (types: readonly string[]) =>
    found([`ST_TLS_CIPHER_SUITES=${six}`], { keyTypes: { ST_: types } }).map((text) => text.split(' ')[1]);
  expect(codes(['RSA']).toSorted((a = '', b = '') => a.localeCompare(b))).toEqual([
    'SUITE_NEVER_USED',
    'SUITE_NEVER_USED',
    'SUITE_NO_FORWARD_SECRECY',
    'SUITE_NO_FORWARD_SECRECY',
  ]);
  expect(codes(['EC']).filter((code) => code === 'SUITE_NEVER_USED')).toHaveLength(4);
  expect(found(['ST_TLS_CIPHER_SUITES=TLS_FOO,TLS_AES_128_GCM_SHA256'])).toEqual([
    'warning SUITE_UNKNOWN ST_',
    'warning SUITE_TLS13 ST_',
  ]);
});

test('nothing written: both protocol keys are missed, and no text shows a password', () => {
  expect(lintCommunity(parse('[Config]\n')).map(({ code }) => code)).toEqual(['PROTOCOL_NOT_WRITTEN']);
  expect(JSON.stringify(lintCommunity(config('ST_TLS_KEY_STORE_PASSWORD=mysecret')))).not.toContain('mysecret');
});

test('a TLS key outside [Config] and mux ports that a Notes database overrules are found', () => {
  const ini = parse(`[Config]\n${SOUND.join('\n')}\n[Debug]\nST_TLS_DEBUG=1\nST_TLS_CLIENT_AUTH=2\nVPMX_PORT=1533\n`);
  expect(lintCommunity(ini).map(({ code }) => code)).toEqual(['WRONG_SECTION', 'MUX_DECIDED_ELSEWHERE']);
});

test('every finding says in one sentence what to do', () => {
  const lines = [
    'ST_TLS_MIRROR_TRUSTED_HOSTS=1',
    'ST_TLS_SECURITY_LEVEL=3',
    'STSAML_TLS_KEY_LABEL=a',
    'STMUX_TLS_KEY_STORE_FILE=k',
  ];
  for (const { fix, text } of lintCommunity(config(...lines), { tunnellingPorts: [80] })) {
    expect(fix).toMatch(/^[A-Z].*\.$/u);
    expect(text).not.toMatch(/\.$/u);
  }
});
