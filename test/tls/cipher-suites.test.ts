// The registry holds together, and names lead back to where they came from.
import { getCiphers } from 'node:tls';
import { expect, test } from 'vitest';
import {
  cipherSuites,
  commonSuitesFor,
  ianaName,
  ibmName,
  renderSuiteId,
  suiteById,
  suiteByName,
  suitesFor,
} from '../../src/tls/cipher-suites.ts';

test('all 350 registered suites are there, each number once and in order', () => {
  const ids = cipherSuites().map(({ id }) => id);
  expect(ids).toHaveLength(350);
  expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
});

test('every row is well-formed', () => {
  const malformed = cipherSuites().filter(
    ({ iana, openssl, bits }) =>
      !/^TLS_[A-Za-z0-9_]+$/.test(iana) ||
      !/^[A-Za-z0-9_-]+$/.test(openssl ?? 'none') ||
      ![0, 40, 56, 112, 128, 256].includes(bits),
  );
  expect(malformed).toEqual([]);
  expect([0, 0xc02f, 0xccac].map(renderSuiteId)).toEqual(['0x0000', '0xC02F', '0xCCAC']);
});

test('every name of every suite leads back to it', () => {
  for (const suite of cipherSuites()) {
    const names = [suite.iana, suite.ibm, suite.jsse, suite.openssl].filter((name) => name !== null);
    expect(new Set(names.map(suiteByName))).toEqual(new Set([suite]));
    expect(suiteById(suite.id)).toBe(suite);
    expect(ianaName(suite.ibm)).toBe(suite.iana);
    expect(ibmName(suite.iana)).toBe(suite.ibm);
  }
});

test('IBM says SSL_ before TLS 1.3, OpenJDK only for the suites of the SSLv3 years', () => {
  expect(suiteByName('SSL_ECDHE_RSA_WITH_AES_256_GCM_SHA384')).toMatchObject({
    id: 0xc030,
    jsse: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    openssl: 'ECDHE-RSA-AES256-GCM-SHA384',
    bits: 256,
    forwardSecrecy: true,
  });
  expect(suiteByName('DES-CBC3-SHA')).toMatchObject({ jsse: 'SSL_RSA_WITH_3DES_EDE_CBC_SHA', forwardSecrecy: false });
  expect(ibmName('TLS_AES_128_GCM_SHA256')).toBe('TLS_AES_128_GCM_SHA256');
  expect(cipherSuites().filter(({ jsse }) => jsse?.startsWith('SSL_'))).toHaveLength(19);
  expect(ianaName('SSL_NO_SUCH_SUITE')).toBeUndefined();
});

test('the suites that Node can do are known by the names Node has for them', () => {
  const known = new Set(
    cipherSuites()
      .flatMap(({ openssl }) => openssl ?? [])
      .map((name) => name.toLowerCase()),
  );
  const fromNode = getCiphers().filter(
    (name) => !name.startsWith('tls_') && !/^(aes|chacha20)[^-]*-?.*-sha\d+$/.test(name),
  );
  expect(fromNode.filter((name) => !known.has(name))).toEqual([]);
});

test('TLS 1.3 suites are offered under TLS 1.3 only, and the empty suite never', () => {
  expect(suitesFor('TLSv1.3')).toEqual(expect.arrayContaining([0x1301, 0x1302, 0x1303, 0x1304, 0x1305]));
  expect(suitesFor('TLSv1.3')).not.toContain(0xc02f);
  for (const version of ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'] as const) {
    expect(suitesFor(version)).not.toContain(0x1301);
    expect(suitesFor(version)).not.toContain(0);
    expect(suitesFor(version)).toEqual(expect.arrayContaining([...commonSuitesFor(version)]));
  }
  expect(suitesFor('SSLv2')).toContain(0x010080);
});
