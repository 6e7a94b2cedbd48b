// The same content in another form, and a chain as separate files.
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exposeSecret, Secret } from '../../src/core/secret.ts';
import { CONVERSIONS, convertKeyStore, hostCommand } from '../../src/tls/convert-key-store.ts';
import type { Conversion } from '../../src/tls/convert-key-store.ts';
import { openCertificateFile } from '../../src/tls/open-certificate-file.ts';
import { extractKey } from '../../src/tls/open-pkcs12.ts';
import { splitChain } from '../../src/tls/split-chain.ts';
import { KEYTOOL_PASSWORD, OPENSSL_PASSWORD, readFixture } from './fixtures.ts';

const OUT = new Secret('another pass', 'password of out');
const input = (name: string, password: Secret | undefined = KEYTOOL_PASSWORD) => ({
  bytes: readFixture(name),
  password,
  source: { file: name },
});
const convert = (name: string, to: Conversion, password = KEYTOOL_PASSWORD) =>
  convertKeyStore(input(name, password), { to, outPassword: OUT, alias: 'certificate' });

describe('convert', () => {
  test.each(
    ['openssl-modern.p12', 'openssl-legacy.p12'].flatMap((name) => CONVERSIONS.map((to) => [name, to] as const)),
  )('%s to %s keeps key and chain, under the new password alone', (name, to) => {
    const { bytes } = convert(name, to, OPENSSL_PASSWORD);
    const original = extractKey(readFixture(name), OPENSSL_PASSWORD, 'acme wild');
    const contents = openCertificateFile(bytes, OUT, { file: 'out' });
    expect(contents.form).toBe(to);
    expect(contents.entries[0]?.chain.map(({ sha256 }) => sha256)).toEqual(original.chain.map(({ sha256 }) => sha256));
    const key =
      to === 'pem'
        ? createPrivateKey({ key: Buffer.from(bytes), passphrase: exposeSecret(OUT) })
        : extractKey(bytes, OUT, 'acme wild').key;
    expect(key.equals(original.key)).toBe(true);
    expect(Buffer.from(bytes).includes('BEGIN PRIVATE KEY')).toBe(false);
    if (to !== 'pem') expect(() => openCertificateFile(bytes, OPENSSL_PASSWORD, { file: 'out' })).toThrow('password');
  });

  test('there and back: several aliases and a trusted certificate survive', () => {
    const there = convert('keytool-multi.p12', 'pkcs12-legacy').bytes;
    const { entries, signers } = openCertificateFile(there, OUT, { file: 'out' });
    expect(new Set(entries.map(({ alias }) => alias))).toEqual(new Set(['messaging', 'selfsigned']));
    expect(signers.map(({ alias, javaTrusted }) => [alias, javaTrusted])).toEqual([['extra-root', true]]);
  });

  test('a JKS trust store becomes PKCS12', () => {
    const trust = openCertificateFile(convert('keytool-trust.jks', 'pkcs12-legacy').bytes, OUT, { file: 'out' });
    expect(new Set(trust.signers.map(({ alias }) => alias))).toEqual(new Set(['acme-issuing', 'acme-root']));
  });

  test.each(['pkcs12-legacy', 'pkcs12-modern'] as const)('a JKS with a key becomes %s with the same key', (to) => {
    const { bytes } = convert('keytool-multi.jks', to);
    // keytool made this one of the same JKS.
    const original = extractKey(readFixture('keytool-multi-legacy.p12'), KEYTOOL_PASSWORD, 'messaging');
    const { key, chain } = extractKey(bytes, OUT, 'messaging');
    expect(key.equals(original.key)).toBe(true);
    expect(chain.map(({ sha256 }) => sha256)).toEqual(original.chain.map(({ sha256 }) => sha256));
    const { signers } = openCertificateFile(bytes, OUT, { file: 'out' });
    expect(signers.map(({ alias, javaTrusted }) => [alias, javaTrusted])).toEqual([['acme-root', true]]);
  });

  test('a key that the password does not open, or that was damaged, is refused without a byte of it', () => {
    const whole = Buffer.from(readFixture('keytool-multi.jks'));
    // the alias, eight bytes of date, four of length, the DER head; then salt, key and check
    const damaged = Buffer.from(whole);
    const at = damaged.indexOf('messaging') + 9 + 8 + 4 + 200;
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    const content = damaged.subarray(0, -20);
    const password = Buffer.from(exposeSecret(KEYTOOL_PASSWORD), 'utf16le').swap16();
    createHash('sha1')
      .update(password)
      .update('Mighty Aphrodite')
      .update(content)
      .digest()
      .copy(damaged, content.length);
    const from = { bytes: Uint8Array.from(damaged), password: KEYTOOL_PASSWORD, source: { file: 'changed.jks' } };
    expect(() => convertKeyStore(from, { to: 'pem', outPassword: OUT, alias: 'a' })).toThrow(
      expect.objectContaining({
        code: 'KEYSTORE_PASSWORD',
        message: expect.stringMatching(/changed\.jks: .* does not open the key of entry messaging$/),
      }),
    );
  });

  test('a PEM key with a wrong password is refused, and its text is in no message', () => {
    const { bytes } = convert('openssl-modern.p12', 'pem', OPENSSL_PASSWORD);
    const again = { bytes, password: new Secret('wrong', 'it'), source: { file: 'key.pem' } };
    expect(() => convertKeyStore(again, { to: 'pkcs12-legacy', outPassword: OUT, alias: 'a' })).toThrow(
      expect.objectContaining({ code: 'KEYSTORE_PASSWORD', message: expect.not.stringContaining('BEGIN') }),
    );
    try {
      convertKeyStore(again, { to: 'pkcs12-legacy', outPassword: OUT, alias: 'a' });
    } catch (error) {
      expect(error instanceof Error && error.cause).toBe(undefined);
    }
  });

  test('the command for a host holds no password and quotes names', () => {
    const commands = (['pkcs12-legacy', 'pkcs12-modern', 'pem', 'der', 'jks', 'jceks'] as const).flatMap((from) =>
      CONVERSIONS.map((to) => hostCommand("it's mine.p12", from, to, 'out.p12')),
    );
    expect(commands.every((command) => command.includes(String.raw`'it'\''s mine.p12'`))).toBe(true);
    expect(commands.join('\n')).not.toMatch(/pass/);
    expect(hostCommand('a.p12', 'pkcs12-modern', 'pkcs12-legacy', 'b.p12')).toBe(
      'keytool -importkeystore -J-Dkeystore.pkcs12.legacy -srckeystore a.p12 -srcstoretype PKCS12 -destkeystore b.p12 -deststoretype PKCS12',
    );
  });
});

describe('split', () => {
  test('intermediates and root, never the leaf', () => {
    const source = { file: 'disordered.pem' };
    const bytes = readFileSync(new URL('fixtures/disordered.pem', import.meta.url));
    const files = splitChain(openCertificateFile(bytes, undefined, source), source);
    expect(files.map(({ name, certificate }) => [name, new X509Certificate(certificate.pem).subject])).toEqual([
      ['intermediate.pem', 'O=Acme\nCN=Acme Issuing'],
      ['root.pem', 'O=Acme\nCN=Acme Root'],
    ]);
  });

  test('a chain without its root is refused before anything is written', () => {
    const source = { file: 'openssl-no-chain.p12' };
    const contents = openCertificateFile(readFixture(source.file), OPENSSL_PASSWORD, source);
    expect(() => splitChain(contents, source)).toThrow(expect.objectContaining({ code: 'CERTIFICATE_CHAIN' }));
  });
});
