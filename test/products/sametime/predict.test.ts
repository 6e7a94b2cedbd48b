// What a security level and FIPS mode leave of stores, versions and suites: one row a level.
import { describe, expect, test } from 'vitest';
import { predictCommunity, type PredictionInput } from '../../../src/products/sametime/predict.ts';
import type { ScopeSettings } from '../../../src/products/sametime/types.ts';
import { stored } from './sample.ts';

const CERTIFICATES = [
  stored('rsa-512', 'RSA 512 sha256WithRSA'),
  stored('rsa-1024-sha1', 'RSA 1024 sha1WithRSA'),
  stored('rsa-1024', 'RSA 1024 sha256WithRSA'),
  stored('rsa-2048-sha1', 'RSA 2048 sha1WithRSA'),
  stored('rsa-2048-md5', 'RSA 2048 md5WithRSA'),
  stored('rsa-2048', 'RSA 2048 sha256WithRSA'),
  stored('ec-256', 'EC 256 ecdsa-with-SHA256'),
  stored('ec-384', 'EC 384 ecdsa-with-SHA384'),
  stored('ec-521', 'EC 521 ecdsa-with-SHA512'),
];
const WIDE = { minProtocol: 'SSLv3', maxProtocol: 'TLSv1.2' } as const;
const SUITES = [
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
  'TLS_RSA_WITH_RC4_128_MD5',
  'TLS_RSA_WITH_DES_CBC_SHA',
  'TLS_DH_anon_WITH_AES_128_CBC_SHA',
];

const predict = (settings: ScopeSettings, more: Partial<PredictionInput> = {}) =>
  predictCommunity({
    settings: { ...WIDE, cipherSuites: SUITES, ...settings },
    keys: CERTIFICATES,
    trust: CERTIFICATES,
    needs: { key: true, trust: true },
    ...more,
  });

const all = CERTIFICATES.map(({ alias }) => alias);

test.each([
  [0, all, ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'], SUITES],
  [
    1,
    all.filter((alias) => !['rsa-512', 'rsa-2048-md5'].includes(alias)),
    ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
    SUITES.slice(0, 5),
  ],
  [2, ['rsa-2048', 'ec-256', 'ec-384', 'ec-521'], ['TLSv1.2'], SUITES.slice(0, 5)],
  [3, ['ec-256', 'ec-384'], ['TLSv1.2'], SUITES.slice(0, 2)],
  [4, ['ec-384'], ['TLSv1.2'], SUITES.slice(0, 1)],
] as const)('level %i leaves what its standard allows', (securityLevel, certificates, versions, suites) => {
  const { keys, trust, ...rest } = predict({ securityLevel });
  expect(keys.kept.map(({ alias }) => alias)).toEqual(certificates);
  expect(trust.kept.map(({ alias }) => alias)).toEqual(certificates);
  expect(keys.kept.length + keys.dropped.length).toBe(CERTIFICATES.length);
  expect(rest.versions.kept).toEqual(versions);
  expect(rest.suites.kept).toEqual(suites);
  expect(rest.refusals).toEqual([]);
});

describe('what is dropped', () => {
  test('has its reasons in words', () => {
    const { keys, versions, suites } = predict({ securityLevel: 2 });
    expect(keys.dropped[1]).toEqual({
      name: 'rsa-1024-sha1',
      reasons: [
        'its RSA key of 1024 bits is not allowed by SP800-131a strict',
        'its signature sha1WithRSA is not allowed by SP800-131a strict',
      ],
    });
    expect(versions.dropped[2]).toEqual({ name: 'TLSv1.1', reasons: ['security level 2 begins with TLSv1.2'] });
    expect(suites.dropped.map(({ name, reasons }) => `${name}: ${reasons.join()}`)).toEqual([
      'TLS_RSA_WITH_RC4_128_MD5: security level 2: its encryption RC4 is not approved',
      'TLS_RSA_WITH_DES_CBC_SHA: security level 2: its encryption DES is not approved',
      'TLS_DH_anon_WITH_AES_128_CBC_SHA: security level 2: its authentication anon is not approved',
    ]);
  });

  test('FIPS mode drops SSLv3, MD5 and what is not approved, without a level', () => {
    const { versions, suites, keys } = predict({ fips: true });
    expect(versions.kept).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2']);
    expect(suites.kept).toEqual(SUITES.slice(0, 5));
    expect(keys.dropped.map(({ name }) => name)).toEqual(['rsa-2048-md5']);
  });

  test('a key goes with a weak issuer', () => {
    const keys = [stored('acme', 'RSA 2048 sha256WithRSA', 'RSA 2048 sha256WithRSA', 'RSA 2048 sha1WithRSA')];
    expect(predict({ securityLevel: 2 }, { keys }).keys.dropped[0]?.reasons).toEqual([
      'of its issuer CN=RSA-2048-sha1WithRSA, its signature sha1WithRSA is not allowed by SP800-131a strict',
    ]);
  });

  test('a suite needs a certificate of its kind, and TLS 1.2 where it is of that time', () => {
    const rsa = { keys: [stored('acme', 'RSA 2048 sha256WithRSA')] };
    expect(predict({}, rsa).suites.kept).toEqual(SUITES.slice(3));
    expect(predict({ maxProtocol: 'TLSv1.1' }, rsa).suites.kept).toEqual(SUITES.slice(4));
    expect(predict({}, { needs: { key: false, trust: true }, keys: [] }).suites.kept).toEqual(SUITES);
  });

  test('without a list all but anonymous suites are assumed, and TLS 1.2 without a least protocol', () => {
    const { suites, versions, assumptions } = predictCommunity({
      settings: {},
      keys: CERTIFICATES,
      trust: [],
      needs: { key: true, trust: false },
    });
    expect(suites.kept).toEqual(expect.arrayContaining(['TLS_RSA_WITH_AES_128_CBC_SHA', 'TLS_RSA_WITH_RC4_128_MD5']));
    expect(suites.kept.filter((name) => /anon|SCSV|^TLS_AES|TLS_NULL_WITH/u.test(name))).toEqual([]);
    expect(versions.kept).toEqual(['TLSv1.2']);
    expect(assumptions).toHaveLength(3);
    const old = predictCommunity({
      settings: {},
      keys: CERTIFICATES,
      trust: [],
      needs: { key: true, trust: false },
      defaultMinimum: 'TLSv1',
    });
    expect(old.versions.kept).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2']);
  });
});

describe('refused', () => {
  const rsa = [stored('acme', 'RSA 2048 sha256WithRSA')];
  test.each<readonly [string, ScopeSettings, Partial<PredictionInput>, string]>([
    [
      'an RSA store under Suite B',
      { securityLevel: 3 },
      { keys: rsa },
      'no key is left: acme (its RSA key of 2048 bits is not allowed by NSA Suite B 128, '.slice(0, -2),
    ],
    ['no store at all', {}, { keys: [] }, 'no key is left'],
    [
      'a trust store of old roots',
      { securityLevel: 2 },
      { trust: [stored('old', 'RSA 1024 sha1WithRSA')] },
      'no signer is left: old (its RSA key of 1024 bits',
    ],
    [
      'a highest version below the level',
      { securityLevel: 2, maxProtocol: 'TLSv1.1' },
      {},
      'no protocol version is left: SSLv3 (security level 2 begins with TLSv1.2); '.slice(0, -2),
    ],
    [
      'suites of the other kind of key',
      { cipherSuites: SUITES.slice(0, 2) },
      { keys: rsa },
      'no cipher suite is left: TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 (no certificate with an EC key is left)',
    ],
    ['a label that nobody has', { keyLabel: 'acme' }, {}, 'no key with the label acme is left'],
  ])('%s', (_title, settings, more, part) => {
    const { refusals } = predict(settings, more);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toContain(part);
  });

  test('not when the empty store is not needed', () => {
    expect(predict({ securityLevel: 3 }, { keys: rsa, needs: { key: false, trust: true } }).refusals).toEqual([]);
    expect(predict({}, { trust: [], needs: { key: true, trust: false } }).refusals).toEqual([]);
  });

  test('a label is found in any case, and several keys without one are told', () => {
    expect(predict({ keyLabel: 'EC-256' }).refusals).toEqual([]);
    expect(predict({ securityLevel: 3 }).assumptions).toContainEqual(expect.stringContaining('several keys'));
  });
});
