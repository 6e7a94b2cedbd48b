// All registered suites under every shipped policy, against a small oracle that reads names instead of properties.
import { describe, expect, test } from 'vitest';
import { evaluatePolicy } from '../../src/policy/evaluate.ts';
import { loadPolicy, shippedPolicies } from '../../src/policy/load.ts';
import { propertiesOf } from '../../src/policy/suite-properties.ts';
import { cipherSuites, suiteByName } from '../../src/tls/cipher-suites.ts';
import { ciphers, everySuite, makeReport, NOW } from './sample.ts';

const WEAK = /NULL|RC4|EXPORT|DES|_anon_|^TLS_SHA\d/;
const SIX = `TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_256_GCM_SHA384,TLS_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`;

const ORACLE: Readonly<Record<string, { readonly refused: number; readonly isRefused: (iana: string) => boolean }>> = {
  ietf88: { refused: 99, isRefused: (iana) => WEAK.test(iana) },
  rfc9325: {
    refused: 296,
    isRefused: (iana) => WEAK.test(iana) || /_CBC/.test(iana) || /^TLS_(RSA|DH|ECDH|DHE|PSK_DHE)_/.test(iana),
  },
  'sametime-hardened': {
    refused: 331,
    isRefused: (iana) => !SIX.split(',').includes(iana) && (/_WITH_(?!.*_MGM_)/.test(iana) || /^TLS_SHA\d/.test(iana)),
  },
};

const ALL = makeReport({
  protocols: { ...makeReport().protocols, 'TLSv1.3': 'accepted' },
  ciphers: { 'TLSv1.2': everySuite(false), 'TLSv1.3': everySuite(true) },
});

test('there are 350 registered suites, and the name of each tells its properties', () => {
  expect(cipherSuites().length).toBe(350);
  expect(
    cipherSuites()
      .map(propertiesOf)
      .every(({ encryption, mode }) => encryption !== undefined && mode),
  ).toBe(true);
});

test('every shipped policy has a row here', () => {
  expect(shippedPolicies()).toEqual(Object.keys(ORACLE).toSorted());
});

describe.each(Object.entries(ORACLE))('%s', (name, { refused, isRefused }) => {
  test(`refuses ${refused} of all 350 suites, those that the names give away and no other`, async () => {
    const { violations } = evaluatePolicy(ALL, await loadPolicy(name), NOW);
    const found = violations.filter(({ code }) => code === 'suite-forbidden' || code === 'suite-not-allowed');
    const names = found.map(({ what }) => /^TLS_\w+/.exec(what)?.[0] ?? '');
    expect(names.toSorted()).toEqual(
      cipherSuites()
        .map(({ iana }) => iana)
        .filter(isRefused)
        .toSorted(),
    );
    expect(names.length).toBe(refused);
    expect(found.every(({ reference, where }) => reference.length > 5 && where.startsWith('TLSv1.'))).toBe(true);
  });
});

async function reasonsFor(policy: string, suite: string): Promise<readonly string[]> {
  const report = makeReport({ ciphers: { 'TLSv1.2': ciphers(suite) } });
  return evaluatePolicy(report, await loadPolicy(policy), NOW).violations.map(({ code, what }) => `${code} ${what}`);
}

describe('reasons', () => {
  test('one violation names all that is wrong with a suite, with MUST NOT and SHOULD NOT told apart', async () => {
    const report = makeReport({ ciphers: { 'TLSv1.2': ciphers('TLS_RSA_EXPORT_WITH_RC4_40_MD5') } });
    expect(evaluatePolicy(report, await loadPolicy('rfc9325'), NOW).violations).toEqual([
      {
        code: 'suite-forbidden',
        what: 'TLS_RSA_EXPORT_WITH_RC4_40_MD5: RC4; fewer than 112 bits; static RSA key transport',
        where: 'TLSv1.2',
        reference: 'RFC 9325 section 4.1 (MUST NOT); RFC 9325 section 4.1 (SHOULD NOT)',
      },
    ]);
  });

  test.each([
    ['rfc9325', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'fewer than 128 bits; static RSA key transport; CBC'],
    ['rfc9325', 'TLS_ECDH_anon_WITH_AES_128_CBC_SHA', 'no authentication; CBC'],
    ['rfc9325', 'TLS_RSA_WITH_AES_128_CBC_SHA', 'static RSA key transport; CBC'],
    ['ietf88', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'fewer than 128 bits'],
    ['ietf88', 'TLS_RSA_WITH_NULL_SHA256', 'no encryption; fewer than 128 bits'],
  ])('%s: %s is refused for %s', async (policy, suite, why) => {
    expect(await reasonsFor(policy, suite)).toEqual([`suite-forbidden ${suite}: ${why}`]);
  });

  test('the suite that RFC 6120 makes mandatory keeps ietf88', async () => {
    expect(await reasonsFor('ietf88', 'TLS_RSA_WITH_AES_128_CBC_SHA')).toEqual([]);
  });
});

describe('ietf88 and rfc9325 contradict', () => {
  test('DHE: what the one recommends, the other refuses', async () => {
    for (const suite of ['TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384']) {
      expect(await reasonsFor('ietf88', suite)).toEqual([]);
      expect(await reasonsFor('rfc9325', suite)).toEqual([`suite-forbidden ${suite}: finite-field DHE`]);
    }
  });

  test('TLS 1.1: what the one permits, the other refuses', async () => {
    const suite = 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384';
    const report = makeReport({
      protocols: { ...makeReport().protocols, 'TLSv1.1': 'accepted' },
      ciphers: { 'TLSv1.1': ciphers(suite), 'TLSv1.2': ciphers(suite) },
    });
    expect(evaluatePolicy(report, await loadPolicy('ietf88'), NOW).pass).toBe(true);
    expect(evaluatePolicy(report, await loadPolicy('rfc9325'), NOW).violations).toEqual([
      {
        code: 'protocol-forbidden',
        what: 'TLSv1.1 is accepted',
        where: 'TLSv1.1',
        reference: 'RFC 9325 section 3.1.1 (MUST NOT)',
      },
    ]);
  });
});

describe('sametime-hardened', () => {
  test('has exactly the six suites of the source, in its order', async () => {
    const { suites, notes } = await loadPolicy('sametime-hardened');
    expect(suites.allowed[0]?.match.names?.join(',')).toBe(SIX);
    expect(notes.length).toBe(2);
  });

  test('flaw 1: two of the six need an ECDSA certificate and four an RSA one', () => {
    const kinds = SIX.split(',').map((name) => {
      const suite = suiteByName(name);
      return suite === undefined ? 'unknown' : propertiesOf(suite).authentication;
    });
    expect(kinds).toEqual(['ECDSA', 'ECDSA', 'RSA', 'RSA', 'RSA', 'RSA']);
  });

  test('flaw 2: two of the six have no forward secrecy, so rfc9325 refuses exactly those', async () => {
    const verdicts = await Promise.all(SIX.split(',').map((suite) => reasonsFor('rfc9325', suite)));
    expect(verdicts.map((reasons) => reasons.length)).toEqual([0, 0, 1, 1, 0, 0]);
  });
});
