// Findings about a Sun Instant Messaging server: each trap of the vendor's pages and tools that a file can show is a case that is
// found, the vendor's own two examples are reported with their faults, and a sound file has no finding.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CertificateSummary } from '../../../src/core/certificate.ts';
import { lintSunIm, type SunImLintFacts } from '../../../src/products/sun-im/lint.ts';
import type { ServerStore } from '../../../src/products/sun-im/types.ts';
import { summarizeCertificate } from '../../../src/tls/summarize-certificate.ts';
import { config, example, fixture, parse } from './sample.ts';

const SOUND = [
  '! plain text',
  'iim_server.domainname=acme.example',
  'iim_server.serverid=im-acme',
  'iim_server.coservers=coserver1',
  'iim_server.coserver1.host=im.other.example:5269',
  'iim_server.coserver1.serverid=im-other',
  'iim_server.coserver1.domain=other.example',
  'iim_server.sslkeystore=server-keystore.jks',
  'iim_server.keystorepasswordfile=sslpassword.conf',
  'iim_mux.listenport=5222',
];
const MUX_ON = ['iim_mux.usessl=on', 'iim_mux.secconfigdir=/etc/opt/sun/im/default/config'];

/** Each as `severity CODE line`. */
const say = ({ severity, code, line }: ReturnType<typeof lintSunIm>[number]): string =>
  [severity, code, ...(line === undefined ? [] : [line])].join(' ');
const found = (lines: readonly string[], facts: SunImLintFacts = {}): readonly string[] =>
  lintSunIm(config(...SOUND, ...lines), facts).map(say);
/** in front of the lines of a case */
const N = SOUND.length;

const covered = summarizeCertificate(fixture('xmpp-names.pem'));
const byName = summarizeCertificate(fixture('common-name.pem'));
const store = (more: Partial<ServerStore> = {}): SunImLintFacts => ({
  stores: {
    server: {
      form: 'jks',
      keys: [{ alias: 'im', chain: [covered] }],
      trusted: [covered],
      keyPasswordFits: true,
      ...more,
    },
    mux: undefined,
  },
});
const keyOf = (certificate: CertificateSummary) => [{ alias: 'im', chain: [certificate] }];
const database = (form: 'dbm' | 'sql', ...nicknames: readonly string[]): SunImLintFacts => ({
  stores: { server: undefined, mux: { form, nicknames, chain: [] } },
});
const secretFile = (mode: string, owner: string): SunImLintFacts => ({
  passwordFile: {
    path: '/etc/opt/sun/im/default/config/sslpassword.conf',
    facts: { sha256: '', sizeBytes: 1, mode, owner },
    serviceOwner: '500:500',
  },
});
const gateway = (host: string, port: number): SunImLintFacts => ({
  ownHosts: ['im.acme.example'],
  gateway: [{ name: 'default', domains: ['acme.example'], targets: [{ host, port }] }],
});
const MUX_FOUND = [`warning LEGACY_SSL ${N + 1}`, `warning LEGACY_SSL_AND_TLS ${N + 1}`, 'note ONE_PASSWORD_FILE'];

test('a sound file has no findings, with all facts', () => {
  const facts = { version: '7.2', javaVersion: '1.5.0_22', ...store(), ...secretFile('0600', '500:500') };
  expect(found([], { ...facts, ...gateway('im.acme.example', 5222) })).toEqual([]);
});

test.each<readonly [string, readonly string[], SunImLintFacts, readonly string[]]>([
  ...['sslport', 'usesslport', 'secconfigdir', 'keydbprefix', 'certdbprefix'].map(
    (key) => [`retired: ${key}`, [`iim_server.${key}=x`], {}, [`fails RETIRED_KEY ${N + 1}`]] as const,
  ),
  ['retired: usessl of a coserver', ['iim_server.coserver1.usessl=true'], {}, [`fails RETIRED_KEY ${N + 1}`]],
  ["a key of Sun's QA that no table has", ['iim_server.usessl=true'], {}, [`warning UNDOCUMENTED_KEY ${N + 1}`]],
  ['a typographic quote', ['iim_server.useport = "True\xe2\x80\x9d'], {}, [`fails CURLY_QUOTE ${N + 1}`]],
  ['a typographic quote in a comment', ['! \xe2\x80\x99-server\xe2\x80\x99'], {}, [`note NOT_ASCII ${N + 1}`]],
  ['an open quote', ['iim.user="inetuser'], {}, [`fails VALUE_BROKEN ${N + 1}`]],
  ['a letter outside ASCII', ['iim.user=m\xc3\xbcller'], {}, [`warning NOT_ASCII ${N + 1}`]],
  ['on where true belongs', ['iim_server.requiressl=on'], {}, [`fails VALUE_SWITCH ${N + 1}`]],
  ['on where true belongs, for a pair', ['iim_server.coserver1.requiressl=on'], {}, [`fails VALUE_SWITCH ${N + 1}`]],
  ['true where on belongs', ['iim_mux.usessl=true'], {}, [`fails VALUE_SWITCH ${N + 1}`]],
  ['a word of no kind', ['iim_server.requiressl=maybe'], {}, [`fails VALUE_UNKNOWN ${N + 1}`]],
  ['trust in everybody', ['iim_server.trust_all_cert=true'], {}, [`fails TRUST_ALL ${N + 1}`]],
  [
    'two values, the last counts',
    ['iim_server.requiressl=true', 'iim_server.requiressl=false'],
    {},
    [`warning DUPLICATE_KEY ${N + 2}`],
  ],
  ['a value for a language', ['iim_server.requiressl;lang-en=true'], {}, [`warning LANGUAGE_ONLY ${N + 1}`]],
  ['a comment with a blank in front', [' ! iim_server.requiressl=true'], {}, [`fails COMMENT_INDENTED ${N + 1}`]],
  ['a comment of another language', ['#iim_server.requiressl=true'], {}, [`warning NUMBER_SIGN ${N + 1}`]],
  ['a comment that ends with a backslash', ['! C:\\'], {}, [`warning COMMENT_OPEN ${N + 1}`]],
  ['a line without a sign', ['requiressl true'], {}, [`warning NO_ENTRY ${N + 1}`]],
  ['another case', ['iim_server.requireSSL=true'], {}, [`warning KEY_CASE ${N + 1}`]],
  [
    'TLS required and strict for a pair',
    ['iim_server.requiressl=true', 'iim_server.coserver1.requiressl=true'],
    {},
    [`note COSERVER_REDUNDANT ${N + 2}`],
  ],
  [
    'TLS required, and not for a pair',
    ['iim_server.requiressl=true', 'iim_server.coserver1.requiressl=false'],
    {},
    [`warning COSERVER_REDUNDANT ${N + 2}`],
  ],
  [
    'a coserver that is not listed',
    ['iim_server.coserver2.host=im2.example'],
    {},
    [`warning COSERVER_UNLISTED ${N + 1}`],
  ],
  [
    'a listed coserver without a host',
    ['iim_server.coservers="coserver1,x"'],
    {},
    [`warning DUPLICATE_KEY ${N + 1}`, 'fails COSERVER_NO_HOST'],
  ],
  [
    'a coserver with our host',
    ['iim_server.coserver1.host=IM.acme.example:5269'],
    { ownHosts: ['im.acme.example'] },
    [`warning DUPLICATE_KEY ${N + 1}`, `fails COSERVER_SELF ${N + 1}`],
  ],
  [
    'a coserver with our domain',
    ['iim_server.coserver1.domain=acme.example'],
    {},
    [`warning DUPLICATE_KEY ${N + 1}`, `fails COSERVER_SELF ${N + 1}`],
  ],
  [
    'a coserver with our id',
    ['iim_server.coserver1.serverid=im-acme'],
    {},
    [`warning DUPLICATE_KEY ${N + 1}`, `fails COSERVER_SELF ${N + 1}`],
  ],
  [
    'a coserver at the port of 2006',
    ['iim_server.coserver1.host=im.other.example:5270'],
    {},
    [`warning DUPLICATE_KEY ${N + 1}`, `warning COSERVER_OLD_PORT ${N + 1}`],
  ],
  ['legacy SSL beside TLS', MUX_ON, {}, MUX_FOUND],
  [
    'legacy SSL and TLS required',
    [...MUX_ON, 'iim_server.requiressl=true'],
    {},
    [`warning LEGACY_SSL ${N + 1}`, `fails LEGACY_SSL_AND_TLS ${N + 1}`, 'note ONE_PASSWORD_FILE'],
  ],
  [
    'a nickname with an underscore',
    [...MUX_ON, 'iim_mux.certnickname=Multiplexor_Cert'],
    {},
    [
      `warning LEGACY_SSL ${N + 1}`,
      `warning LEGACY_SSL_AND_TLS ${N + 1}`,
      `warning NICKNAME_SPELLING ${N + 3}`,
      'note ONE_PASSWORD_FILE',
    ],
  ],
  ['a prefix without a hyphen', ['iim_mux.keydbprefix=This-Database'], {}, [`warning PREFIX_HYPHEN ${N + 1}`]],
  ["a prefix with one, as in Sun's QA", ['iim_mux.keydbprefix=https-im-'], {}, []],
  ['the folder of the databases', ['iim_mux.usessl=on'], {}, [...MUX_FOUND, 'note FOLDER_DEFAULT']],
  [
    'a nickname that is not there',
    MUX_ON,
    database('dbm', 'Multiplexor_Cert'),
    [...MUX_FOUND, 'fails NICKNAME_MISSING'],
  ],
  ['a database of today', MUX_ON, database('sql', 'Multiplexor-Cert'), [...MUX_FOUND, 'fails DATABASE_FORM']],
  [
    'a database that cannot be opened',
    MUX_ON,
    {
      stores: {
        server: undefined,
        mux: { form: 'dbm', nicknames: [], chain: [], refusal: 'the password does not open it' },
      },
    },
    [...MUX_FOUND, 'fails DATABASE_UNUSABLE'],
  ],
  ['a database that nobody uses', [], database('sql'), []],
  ['a gateway at legacy SSL', MUX_ON, gateway('im.acme.example', 5222), [...MUX_FOUND, 'fails GATEWAY_AT_SSL']],
  ['a gateway at the server', MUX_ON, gateway('im.acme.example', 5269), MUX_FOUND],
  ['a PKCS12 that calls itself .jks', [], store({ form: 'pkcs12' }), ['fails STORE_FORM']],
  [
    'a store that its password file does not open',
    [],
    store({ refusal: 'it does not open it' }),
    ['fails STORE_UNUSABLE'],
  ],
  ['a key with another password', [], store({ keyPasswordFits: false }), ['fails KEY_PASSWORD']],
  ['a store without a key', [], store({ keys: [] }), ['fails NO_KEY']],
  ['a store with two keys', [], store({ keys: [...keyOf(covered), ...keyOf(covered)] }), ['warning SEVERAL_KEYS']],
  ['a store without signers', [], store({ trusted: [] }), ['warning NO_SIGNER']],
  [
    'a chain without its root',
    [],
    store({ keys: keyOf({ ...covered, selfSigned: false }) }),
    ['warning CHAIN_INCOMPLETE'],
  ],
  ['a certificate for the common name alone', [], store({ keys: keyOf(byName) }), ['warning NAME_BY_CN']],
  [
    'a certificate for another domain',
    ['iim_server.domainname=other.example'],
    store(),
    [`warning DUPLICATE_KEY ${N + 1}`, `fails COSERVER_SELF 7`, 'fails NAME_NOT_COVERED'],
  ],
  ['a password file for all', [], secretFile('0644', '500:500'), ['fails PASSWORD_FILE_OPEN']],
  ['a password file for the group', [], secretFile('0640', '500:500'), ['fails PASSWORD_FILE_OPEN']],
  ['a password file of an end user', [], secretFile('0600', '1000:500'), ['fails PASSWORD_FILE_OWNER']],
  ['an old server', [], { version: '7 2006Q1' }, ['fails VERSION_OLD']],
  ['an old Java', [], { javaVersion: '1.4.2_19' }, ['fails JAVA_OLD']],
])('%s', (_title, lines, facts, expected) => {
  expect(found(lines, facts)).toEqual(expected);
});

test('TLS that is required and not offered is a finding for all and for a pair', () => {
  const without = ['iim_server.coservers=a', 'iim_server.a.host=a.example', 'iim_server.a.requiressl=true'];
  expect(lintSunIm(config(...without)).map(say)).toEqual(['fails REQUIRE_WITHOUT_STORE 3']);
  expect(lintSunIm(config('iim_server.requiressl=true')).map(say)).toEqual(['fails REQUIRE_WITHOUT_STORE 1']);
  expect(lintSunIm(config('iim_server.keystorepasswordfile=p')).map(say)).toEqual(['note NOT_OFFERED 1']);
});

test('neighbours of one company, and the right pairing of the chapter on federation, are not taken for the server itself', () => {
  const pair = (own: string, host: string, id: string): readonly string[] =>
    lintSunIm(
      config(
        `iim_server.serverid=${own}`,
        'iim_server.coservers=c',
        `iim_server.c.host=${host}:5269`,
        `iim_server.c.serverid=${id}`,
      ),
    ).map(say);
  expect(pair('im1-acme', 'im2.acme.example', 'im2-acme')).toEqual([]);
  expect(pair('Iamcompany22', 'iim.i-zed.com', 'Iami-zed')).toEqual([]);
  expect(pair('im1-acme', 'im2.acme.example', 'other')).toEqual(['warning COSERVER_LOOKS_SELF 3']);
});

test('line ends of CR alone, and a last line that is open, are told', () => {
  expect(lintSunIm(parse('iim.user=a\riim_server.useport=true\\')).map(say)).toEqual([
    'fails VALUE_BROKEN 2',
    'warning LINE_OPEN 2',
    'note LINE_END_CR',
  ]);
});

test("the vendor's example 12-1 is reported with its three faults", () => {
  const findings = lintSunIm(example('12-1'));
  expect(findings.map(say)).toEqual(['fails CURLY_QUOTE 5', 'fails TRUST_ALL 12', 'warning COSERVER_LOOKS_SELF 9']);
  expect(findings.at(-1)?.text).toContain('"i-zed" is in this server\'s own id Iami-zed and not in that of coserver1');
});

test("the vendor's example 12-2 is reported with its prefixes, its nickname and its quotes in comments", () => {
  expect(lintSunIm(example('12-2')).map(say)).toEqual([
    'note NOT_ASCII 7',
    'note NOT_ASCII 8',
    'warning PREFIX_HYPHEN 27',
    'warning PREFIX_HYPHEN 28',
    'warning LEGACY_SSL 25',
    'warning NICKNAME_SPELLING 30',
  ]);
});

test('no finding shows a password', () => {
  const lines = [
    'iim_server.password="geheim',
    'iim_server.coserver1.password=geheim\xe2\x80\x9d',
    '#iim_server.password=geheim',
  ];
  const findings = lintSunIm(config(...SOUND, ...lines));
  expect(findings.map(({ code }) => code)).toContain('VALUE_BROKEN');
  expect(JSON.stringify(findings)).not.toContain('geheim');
});

test('every code of a finding is explained in the documentation and has a case here', () => {
  const room = new URL('../../../src/products/sun-im/', import.meta.url);
  const sources = readdirSync(room).filter((name) => /^(?:lint|password-file)/u.test(name));
  const text = sources.map((name) => readFileSync(new URL(name, room), 'utf8')).join('');
  const codes = new Set([...text.matchAll(/'([A-Z][A-Z\d]*_[A-Z\d_]+|LEGACY_SSL)'/gu)].map(([, code = '']) => code));
  codes.delete('FACT_UNREADABLE');
  expect(codes.size).toBeGreaterThan(35);
  const docs = readFileSync(new URL('../../../docs/products/sun-im.md', import.meta.url), 'utf8');
  const cases = readFileSync(new URL(import.meta.url), 'utf8');
  const missing = (where: string): readonly string[] => [...codes].filter((code) => !where.includes(code));
  expect({ docs: missing(docs), cases: missing(cases) }).toEqual({ docs: [], cases: [] });
});
