// Files with certificates in every form, made by other tools: what is in them, and what is said of those that do not open.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import type { CertificateContents } from '../../src/tls/certificate-contents.ts';
import { openCertificateFile } from '../../src/tls/open-certificate-file.ts';
import { KEYTOOL_PASSWORD, OPENSSL_PASSWORD, readFixture } from './fixtures.ts';

/** as `openssl x509 -fingerprint` and `keytool -list` printed them */
const SHA256 = {
  leaf: '11:48:C0:4A:3B:6C:40:E0:C3:C5:A1:51:C4:A6:AD:08:79:E6:6A:4E:B4:EC:5D:D3:7E:8F:EB:34:58:B6:00:34',
  issuing: 'EB:25:A4:FB:2C:AA:36:F5:0B:0C:BA:61:0F:B3:33:AB:0D:CD:2B:30:02:BE:D5:32:9C:79:7F:2B:B3:02:54:5C',
  root: '04:ED:91:4E:9D:BF:A6:3C:71:DD:3D:57:DA:0F:5B:F1:4C:78:F0:2D:0A:AC:7A:E1:A1:D1:5A:99:3C:4B:DE:F9',
} as const;
const CHAIN = [SHA256.leaf, SHA256.issuing, SHA256.root];

const pemFixture = (name: string): string => readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), 'utf8');
const open = (bytes: Uint8Array, password?: Secret): CertificateContents =>
  openCertificateFile(bytes, password, { file: 'store' });

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof OperatorError) return error.code;
    throw error;
  }
  return 'opened';
}

const shapeOf = ({ form, entries, signers }: CertificateContents) => ({
  form,
  entries: entries.map(({ alias, chain, hasKey, isOrdered }) => ({
    alias,
    chain: chain.map(({ sha256 }) => sha256),
    hasKey,
    isOrdered,
  })),
  signers: signers.map(({ alias, certificate, javaTrusted }) => [alias, certificate.sha256, javaTrusted] as const),
});

describe('Java key stores', () => {
  test('a JKS with several aliases: the key is noticed, the chain and the trusted certificate are read', () => {
    expect(shapeOf(open(readFixture('keytool-multi.jks'), KEYTOOL_PASSWORD))).toEqual({
      form: 'jks',
      entries: [{ alias: 'messaging', chain: CHAIN, hasKey: true, isOrdered: true }],
      signers: [['acme-root', SHA256.root, true]],
    });
  });

  test('a trust store alone', () => {
    const { entries, signers } = shapeOf(open(readFixture('keytool-trust.jks'), KEYTOOL_PASSWORD));
    expect(entries).toEqual([]);
    expect(signers.toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
      ['acme-issuing', SHA256.issuing, true],
      ['acme-root', SHA256.root, true],
    ]);
  });

  test('a JCEKS is told apart and read as well', () => {
    expect(shapeOf(open(readFixture('keytool-trust.jceks'), KEYTOOL_PASSWORD))).toEqual({
      form: 'jceks',
      entries: [],
      signers: [['acme-root', SHA256.root, true]],
    });
  });

  test.each(['keytool-multi.jks', 'keytool-trust.jks', 'keytool-trust.jceks'])(
    '%s: a wrong password is said',
    (name) => {
      expect(codeOf(() => open(readFixture(name), new Secret('changeIt', 'it')))).toBe('KEYSTORE_PASSWORD');
    },
  );

  test('every store that was cut off is refused as unreadable, and never opened', () => {
    const whole = readFixture('keytool-multi.jks');
    for (let length = 4; length < whole.length; length += 7)
      expect([length, codeOf(() => open(whole.subarray(0, length), KEYTOOL_PASSWORD))]).toEqual([
        length,
        'KEYSTORE_FORMAT',
      ]);
    expect(codeOf(() => open(Buffer.concat([whole, Buffer.from([0])]), KEYTOOL_PASSWORD))).toBe('KEYSTORE_FORMAT');
  });

  test('a store with any byte changed never opens', () => {
    const whole = readFixture('keytool-trust.jks');
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Uint8Array.from(whole, (byte, index) => (index === at ? byte ^ flip : byte));
        expect(codeOf(() => open(changed, KEYTOOL_PASSWORD))).toMatch(/^KEYSTORE_/);
      }),
      { numRuns: 300 },
    );
  });

  test('the number of entries is not believed', () => {
    const changed = Uint8Array.from(readFixture('keytool-trust.jks'));
    changed.set([0xff, 0xff, 0xff, 0xff], 8);
    expect(codeOf(() => open(changed, KEYTOOL_PASSWORD))).toBe('KEYSTORE_FORMAT');
  });
});

describe('PKCS12', () => {
  test('keytool with -J-Dkeystore.pkcs12.legacy: key, chain and trusted certificate', () => {
    expect(shapeOf(open(readFixture('keytool-multi-legacy.p12'), KEYTOOL_PASSWORD))).toEqual({
      form: 'pkcs12-legacy',
      entries: [{ alias: 'messaging', chain: CHAIN, hasKey: true, isOrdered: true }],
      signers: [['acme-root', SHA256.root, true]],
    });
  });

  test.each([
    ['openssl-modern', OPENSSL_PASSWORD, 'pkcs12-modern', 1, 0],
    ['openssl-legacy', OPENSSL_PASSWORD, 'pkcs12-legacy', 1, 0],
    ['openssl-nokeys', OPENSSL_PASSWORD, 'pkcs12-modern', 0, 2],
    ['keytool-multi', KEYTOOL_PASSWORD, 'pkcs12-modern', 2, 1],
    ['keytool-trust', KEYTOOL_PASSWORD, 'pkcs12-modern', 0, 2],
    ['keytool-trust-legacy', KEYTOOL_PASSWORD, 'pkcs12-legacy', 0, 2],
  ] as const)('%s', (name, password, form, entries, signers) => {
    const contents = open(readFixture(`${name}.p12`), password);
    expect([contents.form, contents.entries.length, contents.signers.length]).toEqual([form, entries, signers]);
    expect(codeOf(() => open(readFixture(`${name}.p12`), new Secret('nope', 'it')))).toBe('KEYSTORE_PASSWORD');
    expect(codeOf(() => open(readFixture(`${name}.p12`).subarray(0, 700), password))).toBe('KEYSTORE_FORMAT');
    expect(codeOf(() => open(readFixture(`${name}.p12`)))).toBe('USAGE');
  });
});

describe('PEM and DER', () => {
  test('a chain in another order is put in order, and that it was not is said', () => {
    expect(shapeOf(open(Buffer.from(pemFixture('disordered'))))).toEqual({
      form: 'pem',
      entries: [{ alias: null, chain: CHAIN, hasKey: false, isOrdered: false }],
      signers: [],
    });
  });

  test('in the right order nothing is said; a private key beside it is noticed, and authorities alone are signers', () => {
    const [root = '', leaf = '', issuing = ''] = pemFixture('disordered').match(/-----BEGIN[^]*?-----END.*\n/g) ?? [];
    const key = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n';
    const ordered = open(Buffer.from(`Bag Attributes\n${key}${leaf}${issuing}${root}`));
    expect(ordered.entries).toMatchObject([{ hasKey: true, isOrdered: true }]);
    const authorities = open(Buffer.from(issuing + root));
    expect([authorities.entries.length, authorities.signers.length]).toEqual([0, 2]);
  });

  test('one certificate in DER form', () => {
    const { raw } = new X509Certificate(pemFixture('disordered'));
    expect(shapeOf(open(raw)).signers.map(([, sha256]) => sha256)).toEqual([SHA256.root]);
    expect(codeOf(() => open(Buffer.concat([raw, raw]), KEYTOOL_PASSWORD))).toBe('KEYSTORE_FORMAT');
  });

  test.each([
    ['text without a certificate', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
    ['a certificate that is cut off', pemFixture('disordered').slice(0, -200)],
    ['a certificate with damaged text', pemFixture('disordered').replace('MII', 'MIx')],
    ['no certificate file at all', 'hello world, this is a text'],
    ['an empty file', ''],
  ])('%s is refused as unreadable', (_what, text) => {
    expect(codeOf(() => open(Buffer.from(text)))).toBe('KEYSTORE_FORMAT');
  });
});
