// Key stores of other tools and our own: what is in them, and what is said of those that do not open.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspect } from 'node:util';
import { createSecureContext } from 'node:tls';
import { OperatorError } from '../../src/core/errors.ts';
import { exposeSecret, Secret } from '../../src/core/secret.ts';
import { childrenOf, integer, parseDer, renderDer, sequence } from '../../src/tls/asn1-value.ts';
import { extractKey, openPkcs12, readTrustStore } from '../../src/tls/open-pkcs12.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';
import { CHAIN, ISSUING, LEAF, ROOT, SPARE_KEY } from './authority.ts';
import { FINGERPRINTS, KEYTOOL_PASSWORD, OPENSSL_PASSWORD, readFixture } from './fixtures.ts';

const WRONG = new Secret('hunter2-not-it', 'password of wild.p12');
const PLACE = { file: 'inventory.yaml', line: 12, column: 5 };

/** what the action gives, or its OperatorError; anything else is a bug and goes on */
const outcomeOf = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
};

const errorOf = (action: () => unknown): OperatorError => {
  const outcome = outcomeOf(action);
  if (outcome instanceof OperatorError) return outcome;
  throw new Error('nothing was thrown');
};

describe('stores of other tools', () => {
  test.each([
    ['openssl-modern', 'modern'],
    ['openssl-legacy', 'legacy'],
    ['openssl-sha2-check', 'modern'],
  ] as const)('%s: alias, chain and key, with a password of five characters', (name, format) => {
    const store = openPkcs12(readFixture(`${name}.p12`), OPENSSL_PASSWORD);
    expect(store.format).toBe(format);
    expect(store.signers).toEqual([]);
    expect(store.entries).toMatchObject([{ alias: 'Acme Wild', hasKey: true }]);
    expect(store.entries[0]?.chain.map(({ sha256 }) => sha256)).toEqual([
      FINGERPRINTS.leaf,
      FINGERPRINTS.issuing,
      FINGERPRINTS.root,
    ]);
  });

  test('a keytool store with several aliases keeps them apart', () => {
    const store = openPkcs12(readFixture('keytool-multi.p12'), KEYTOOL_PASSWORD);
    const entries = store.entries.map(({ alias, chain, hasKey }) => [alias, chain.length, hasKey] as const);
    expect(entries.toSorted(([a], [b]) => a.localeCompare(b))).toEqual([
      ['messaging', 3, true],
      ['selfsigned', 1, true],
    ]);
    expect(store.signers).toMatchObject([{ alias: 'extra-root', javaTrusted: true }]);
  });

  test.each([
    ['keytool-trust', 'modern'],
    ['keytool-trust-legacy', 'legacy'],
  ] as const)('%s: trusted certificates only', (name, format) => {
    const bytes = readFixture(`${name}.p12`);
    const store = openPkcs12(bytes, KEYTOOL_PASSWORD);
    expect(store).toMatchObject({ format, entries: [] });
    // keytool writes an imported signer's alias as it was typed, and lowers its case only when it reads.
    const signers = store.signers.map(({ alias, javaTrusted }) => `${alias} ${javaTrusted}`);
    expect(signers.toSorted()).toEqual(['Acme-Root true', 'acme-issuing true']);
    const trusted = readTrustStore(bytes, KEYTOOL_PASSWORD).map(({ sha256 }) => sha256);
    expect(trusted.toSorted()).toEqual([FINGERPRINTS.root, FINGERPRINTS.issuing].toSorted());
  });

  test('certificates without the mark of trust are told apart, Java does not list them', () => {
    const { signers } = openPkcs12(readFixture('openssl-nokeys.p12'), OPENSSL_PASSWORD);
    expect(signers.map(({ javaTrusted }) => javaTrusted)).toEqual([false, false]);
  });

  test('an elliptic curve key is a key', () => {
    const { key } = extractKey(readFixture('openssl-ec.p12'), OPENSSL_PASSWORD, 'EC');
    expect(key.asymmetricKeyType).toBe('ec');
  });
});

describe('stores of our own', () => {
  const contents = {
    entries: [
      { alias: 'Acme-Wild-2026', key: LEAF.key, chain: CHAIN },
      { alias: 'default', key: ROOT.key, chain: [ROOT.certificate] },
    ],
    signers: [
      { alias: 'Root', certificate: ROOT.certificate },
      { alias: 'issuing', certificate: ISSUING.certificate },
    ],
    password: OPENSSL_PASSWORD,
  };

  test.each([true, false])('legacy %s: what was written is read back, aliases in lower case', (legacy) => {
    const bytes = writePkcs12({ ...contents, legacy });
    expect(openPkcs12(bytes, OPENSSL_PASSWORD)).toEqual({
      format: legacy ? 'legacy' : 'modern',
      entries: [
        { alias: 'acme-wild-2026', chain: CHAIN, hasKey: true },
        { alias: 'default', chain: [ROOT.certificate], hasKey: true },
      ],
      signers: [
        { alias: 'root', certificate: ROOT.certificate, javaTrusted: true },
        { alias: 'issuing', certificate: ISSUING.certificate, javaTrusted: true },
      ],
    });
    const { key, chain } = extractKey(bytes, OPENSSL_PASSWORD, 'ACME-WILD-2026');
    expect(key.equals(LEAF.key)).toBe(true);
    expect(chain).toEqual(CHAIN);
  });

  test.each([true, false])('legacy %s: a store of signers only is a trust store', (legacy) => {
    const bytes = writePkcs12({ ...contents, entries: [], legacy });
    expect(readTrustStore(bytes, OPENSSL_PASSWORD)).toEqual([ROOT.certificate, ISSUING.certificate]);
    expect(openPkcs12(writePkcs12({ ...contents, entries: [], signers: [], legacy }), OPENSSL_PASSWORD)).toMatchObject({
      entries: [],
      signers: [],
    });
  });

  test('OpenSSL in Node reads the modern one and not the legacy one, which is why node-forge is here', () => {
    const single = { ...contents, entries: contents.entries.slice(0, 1), signers: [] };
    const open = (legacy: boolean) => () =>
      createSecureContext({
        pfx: Buffer.from(writePkcs12({ ...single, legacy })),
        passphrase: exposeSecret(OPENSSL_PASSWORD),
      });
    expect(open(false)).not.toThrow();
    expect(open(true)).toThrow(/[Uu]nsupported/);
  });

  test('any alias and password survive', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), fc.string({ unit: 'binary' }), (alias, text) => {
        const password = new Secret(text, 'password of a test');
        const entries = [{ alias, key: SPARE_KEY, chain: [ROOT.certificate] }];
        const store = openPkcs12(writePkcs12({ entries, signers: [], password, legacy: false }), password);
        expect(store.entries.map((entry) => entry.alias)).toEqual([alias.toLowerCase()]);
      }),
      { numRuns: 30 },
    );
  });

  test('a key that is not the one of its certificate is refused', () => {
    const entries = [{ alias: 'mixed-up', key: SPARE_KEY, chain: CHAIN }];
    const bytes = writePkcs12({ ...contents, entries, legacy: false });
    expect(errorOf(() => extractKey(bytes, OPENSSL_PASSWORD, 'mixed-up'))).toMatchObject({ code: 'CERTIFICATE_ALIAS' });
    expect(errorOf(() => extractKey(bytes, OPENSSL_PASSWORD, 'other'))).toMatchObject({ code: 'CERTIFICATE_ALIAS' });
  });
});

describe('stores that do not open', () => {
  const good = readFixture('openssl-legacy.p12');
  const source = { file: '/etc/acme/wild.p12', place: PLACE };

  test.each(['openssl-modern', 'openssl-legacy'])('%s: a wrong password is called that, and is not shown', (name) => {
    const error = errorOf(() => openPkcs12(readFixture(`${name}.p12`), WRONG, source));
    expect(error).toMatchObject({ code: 'KEYSTORE_PASSWORD', place: PLACE });
    expect(error.message).toContain('/etc/acme/wild.p12');
    expect(inspect(error, { depth: 10 })).not.toContain(exposeSecret(WRONG));
  });

  test.each([
    ['a truncated file', good.subarray(0, 2000)],
    ['an empty file', new Uint8Array(0)],
    ['text', Buffer.from('hello')],
    ['a lone certificate', Buffer.from(CHAIN[0]?.pem.replace(/-----.*-----|\n/g, '') ?? '', 'base64')],
    ['a file with something behind', Uint8Array.from([...good, 0])],
  ])('%s is no key store', (_, bytes) => {
    const error = errorOf(() => openPkcs12(bytes, OPENSSL_PASSWORD, source));
    expect(error).toMatchObject({ code: 'KEYSTORE_FORMAT', place: PLACE });
    expect(error.message).toContain('/etc/acme/wild.p12');
  });

  test('a JKS and a PEM file are recognized, with the command that converts them', () => {
    const jks = errorOf(() => openPkcs12(readFixture('keytool-head.jks'), KEYTOOL_PASSWORD, source));
    expect([jks.code, jks.message, jks.hint].join(' ')).toMatch(/KEYSTORE_FORMAT.*JKS.*keytool -importkeystore/);
    const pem = errorOf(() => openPkcs12(Buffer.from(CHAIN[0]?.pem ?? ''), KEYTOOL_PASSWORD, source));
    expect([pem.code, pem.message, pem.hint].join(' ')).toMatch(/KEYSTORE_FORMAT.*PEM.*openssl pkcs12 -export/);
  });

  test('an iteration count that would keep us busy for hours is refused at once', () => {
    const [version, authSafe, macData] = childrenOf(parseDer(good));
    const [digest, salt] = childrenOf(macData);
    const parts = [version, authSafe, digest, salt].filter((part) => part !== undefined);
    const hostileMac = sequence(...parts.slice(2), integer(0x7fffffff));
    const hostile = renderDer(sequence(...parts.slice(0, 2), hostileMac));
    const error = errorOf(() => openPkcs12(hostile, OPENSSL_PASSWORD, source));
    expect(error).toMatchObject({ code: 'KEYSTORE_FORMAT', message: expect.stringContaining('2147483647') });
  });

  test('the certificate alone makes no usable entry of a chain', () => {
    const { entries } = openPkcs12(readFixture('openssl-no-chain.p12'), OPENSSL_PASSWORD);
    expect(entries.map(({ chain }) => chain.length)).toEqual([1]);
  });

  test('a damaged file never opens with other content, and fails as one of the two ways', () => {
    const expected = openPkcs12(good, OPENSSL_PASSWORD);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Uint8Array.from(good);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        const result = outcomeOf(() => openPkcs12(damaged, OPENSSL_PASSWORD));
        const refusals = ['KEYSTORE_FORMAT', 'KEYSTORE_PASSWORD'];
        expect([expected, ...refusals]).toContainEqual(result instanceof OperatorError ? result.code : result);
      }),
      { numRuns: 150 },
    );
  });
});
