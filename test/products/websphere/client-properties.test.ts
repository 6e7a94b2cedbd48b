// Files in the form of WebSphere's ssl.client.props, written for these tests: global part, active block, commented template.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exposeSecret } from '../../../src/core/secret.ts';
import {
  readClientProperties,
  readClientTrustPassword,
  setClientProtocol,
} from '../../../src/products/websphere/client-properties.ts';

const source = { host: 'stp', path: '/opt/p/properties/ssl.client.props' };
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const GLOBAL = [
  '# Global',
  'com.ibm.ssl.defaultAlias=Client',
  'com.ibm.security.useFIPS=false',
  'user.root=/opt/p',
  '',
];
const STORES = [
  'com.ibm.ssl.trustStore=${user.root}/etc/trust.p12',
  'com.ibm.ssl.trustStoreType=PKCS12',
  'com.ibm.ssl.trustStorePassword={xor}CDo9Hgw=',
];
const TEMPLATE = ['#com.ibm.ssl.alias=Another', '#com.ibm.ssl.protocol=SSL_TLS', ''];
const file = (protocolLines: readonly string[], eol = '\n'): string =>
  [
    ...GLOBAL,
    'com.ibm.ssl.alias=Client',
    ...protocolLines,
    'com.ibm.ssl.securityLevel=HIGH',
    ...STORES,
    ...TEMPLATE,
  ].join(eol);

describe('reading', () => {
  test('gives the active block, its protocol and its trust store, and passes the template over', () => {
    const bytes = bytesOf(file(['com.ibm.ssl.protocol=SSL_TLS']));
    expect(readClientProperties(bytes, source)).toEqual({
      defaultAlias: 'Client',
      blocks: [{ alias: 'Client', line: 6, protocol: 'SSL_TLS', protocolLine: 7 }],
      protocol: 'SSL_TLS',
      trustStore: '${user.root}/etc/trust.p12',
      trustStoreType: 'PKCS12',
      keyStore: undefined,
      keyAlias: undefined,
      fips: undefined,
      verifiesHostNames: false,
    });
    const password = readClientTrustPassword(bytes, source);
    expect(exposeSecret(password)).toBe('WebAS');
    expect(`${password.toString()} ${password.label}`).not.toContain('WebAS');
  });

  test('names, FIPS mode and the key store come from the global lines and the active block, not from other blocks', () => {
    const text = [
      'com.ibm.ssl.performURLHostNameVerification=true',
      'com.ibm.security.useFIPS=false',
      file([
        'com.ibm.ssl.protocol=SSL_TLS',
        'com.ibm.ssl.keyStore=${user.root}/etc/key.p12',
        'com.ibm.ssl.keyStoreClientAlias=Own',
      ]),
      'com.ibm.ssl.alias=Other',
      'com.ibm.security.useFIPS=true',
    ].join('\n');
    expect(readClientProperties(bytesOf(text), source)).toMatchObject({
      keyStore: '${user.root}/etc/key.p12',
      keyAlias: 'Own',
      verifiesHostNames: true,
      fips: undefined,
    });
    const level = ['com.ibm.security.useFIPS=true', 'com.ibm.websphere.security.FIPSLevel=SP800-131'];
    expect(readClientProperties(bytesOf(file(level)), source).fips).toBe('SP800-131');
  });

  test('takes the block that the default alias names, wherever it stands', () => {
    const other = ['com.ibm.ssl.alias=Other', 'com.ibm.ssl.protocol=TLSv1.2', ''].join('\n');
    const text = `${other}${file(['com.ibm.ssl.protocol=SSL_TLS'])}${other}`;
    const { protocol, blocks } = readClientProperties(bytesOf(text), source);
    expect(protocol).toBe('SSL_TLS');
    expect(blocks.map((block) => block.protocol)).toEqual(['TLSv1.2', 'SSL_TLS', 'TLSv1.2']);
    expect(textOf(setClientProtocol(bytesOf(text), 'SSL_TLSv2', source))).toBe(
      text.replace('protocol=SSL_TLS\n', 'protocol=SSL_TLSv2\n'),
    );
  });

  test('does not take the continuation of another value for a line or a comment', () => {
    const hidden = file(['note=1\\', '# goes on\\', 'com.ibm.ssl.protocol=SSL_TLS']);
    expect(readClientProperties(bytesOf(hidden), source).protocol).toBeNull();
    const shown = file(['# a comment never goes on\\', 'com.ibm.ssl.protocol=SSL_TLS']);
    expect(readClientProperties(bytesOf(shown), source).protocol).toBe('SSL_TLS');
  });

  test.each([
    ['two protocol lines', file(['com.ibm.ssl.protocol=SSL_TLS', 'com.ibm.ssl.protocol=TLSv1.2']), 'in lines 7, 8'],
    ['no default alias', 'com.ibm.ssl.alias=Client\n', 'defaultAlias'],
    [
      'no block of the default alias',
      'com.ibm.ssl.defaultAlias=Client\n#com.ibm.ssl.alias=Client\n',
      'no block is named Client',
    ],
    ['two such blocks', `${file([])}\ncom.ibm.ssl.alias=Client\n`, '2 blocks are named Client'],
    ['a value over two lines', file(['com.ibm.ssl.protocol=SSL_\\', 'TLS']), 'line 7 goes on'],
  ])('refuses %s and names host and file', (_name, text, part) => {
    const refused = expect.objectContaining({
      code: 'FACT_UNREADABLE',
      message: expect.stringMatching(/^stp: \/opt\/p\/properties\/ssl\.client\.props: /u),
    });
    for (const read of [readClientProperties, (bytes: Uint8Array) => setClientProtocol(bytes, 'SSL_TLSv2', source)]) {
      expect(() => read(bytesOf(text), source)).toThrow(refused);
      expect(() => read(bytesOf(text), source)).toThrow(part);
    }
  });
});

describe('changing the protocol', () => {
  test('inserts a line behind the alias when there is no active one, with the line end of the alias', () => {
    const commented = file(['#com.ibm.ssl.protocol=SSL_TLS'], '\r\n');
    expect(textOf(setClientProtocol(bytesOf(commented), 'SSL_TLSv2', source))).toBe(
      commented.replace('alias=Client\r\n#', 'alias=Client\r\ncom.ibm.ssl.protocol=SSL_TLSv2\r\n#'),
    );
  });

  test('keeps a file without a final line end that way', () => {
    const text = 'com.ibm.ssl.defaultAlias=Client\r\ncom.ibm.ssl.alias=Client';
    expect(textOf(setClientProtocol(bytesOf(text), 'TLSv1.2', source))).toBe(`${text}\r\ncom.ibm.ssl.protocol=TLSv1.2`);
  });

  test('writes a separator behind a bare key', () => {
    const changed = setClientProtocol(bytesOf(file(['com.ibm.ssl.protocol'])), 'TLSv1.2', source);
    expect(readClientProperties(changed, source).protocol).toBe('TLSv1.2');
  });

  test('refuses a value that WebSphere does not know', () => {
    expect(() => setClientProtocol(bytesOf(file([])), 'TLSv9', source)).toThrow(
      expect.objectContaining({ code: 'INPUT_VALUE' }),
    );
  });

  const eol = fc.constantFrom('\n', '\r\n');
  const blank = fc.stringMatching(/^[ \t]{0,3}$/u);
  const noise = fc.oneof(
    fc.stringMatching(/^[#!][ -~]{0,30}$/u),
    fc.stringMatching(/^com\.ibm\.[a-z]{1,8} ?[=:][ -[\]-\xff]{0,20}$/u),
    fc.constant(''),
    fc.constant('#com.ibm.ssl.alias=Client'),
    fc.constant('  # com.ibm.ssl.protocol=SSL_TLS'),
    fc.constant('note=goes on\\'),
  );
  const noisy = fc.array(fc.tuple(noise, eol), { maxLength: 6 }).map((lines) => {
    // A continuation would swallow the line behind the noise.
    const text = lines.map(([line, end]) => `${line}${end}`).join('');
    return /\\\r?\n$/u.test(text) ? `${text}x\n` : text;
  });
  const separator = fc.tuple(blank, fc.constantFrom('=', ':', ' '), blank).map((parts) => parts.join(''));

  test('changes the value and no other byte, whatever stands around it', () => {
    fc.assert(
      fc.property(
        noisy,
        noisy,
        noisy,
        separator,
        blank,
        blank,
        eol,
        fc.boolean(),
        (a, b, c, by, indent, behind, end, hasFinalEnd) => {
          const before = `com.ibm.ssl.defaultAlias=Client${end}${a}${indent}com.ibm.ssl.alias${by}Client${end}${b}${indent}com.ibm.ssl.protocol${by}`;
          const after = `${behind}${end}${c}last=1${hasFinalEnd ? end : ''}`;
          const changed = setClientProtocol(bytesOf(`${before}SSL_TLS${after}`), 'SSL_TLSv2', source);
          expect(textOf(changed)).toBe(`${before}SSL_TLSv2${after}`);
          expect(readClientProperties(changed, source).protocol).toBe('SSL_TLSv2');
          expect(setClientProtocol(changed, 'SSL_TLSv2', source)).toEqual(changed);
        },
      ),
    );
  });

  test('adds exactly one line where there was none', () => {
    fc.assert(
      fc.property(noisy, noisy, eol, (a, b, end) => {
        const before = `com.ibm.ssl.defaultAlias=Client${end}${a}com.ibm.ssl.alias=Client${end}`;
        const changed = setClientProtocol(bytesOf(`${before}${b}`), 'SSL_TLSv2', source);
        expect(textOf(changed)).toBe(`${before}com.ibm.ssl.protocol=SSL_TLSv2${end}${b}`);
      }),
    );
  });
});
