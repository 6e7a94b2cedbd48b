// Facts of certificates and the order of chains.
import { describe, expect, test } from 'vitest';
import { X509Certificate } from 'node:crypto';
import { issueCertificate, makeCertificateAuthority } from '../../src/tls/issue-certificate.ts';
import { openPkcs12, readTrustStore } from '../../src/tls/open-pkcs12.ts';
import { orderChain } from '../../src/tls/order-chain.ts';
import { summarizeCertificate } from '../../src/tls/summarize-certificate.ts';
import { CHAIN, ISSUING, LEAF, ROOT, SPARE_KEY, VALIDITY } from './authority.ts';
import { FINGERPRINTS, OPENSSL_PASSWORD, readFixture } from './fixtures.ts';

const [leaf, issuing, root] = [LEAF.certificate, ISSUING.certificate, ROOT.certificate];

describe('facts', () => {
  test('of a certificate that OpenSSL made, as OpenSSL prints them', () => {
    const { entries } = openPkcs12(readFixture('openssl-modern.p12'), OPENSSL_PASSWORD);
    expect(entries[0]?.chain[0]).toMatchObject({
      subject: 'CN=*.acme.example, O=Acme Example, C=XX',
      issuer: 'CN=Acme Example Issuing, O=Acme Example, C=XX',
      sha256: FINGERPRINTS.leaf,
      names: ['*.acme.example', 'acme.example', '192.0.2.7'],
      keyBits: 2048,
      keyType: 'RSA',
      signature: 'sha256WithRSA',
      selfSigned: false,
      certificateAuthority: false,
    });
  });

  test('of an elliptic curve key, without alternative names', () => {
    const { entries } = openPkcs12(readFixture('openssl-ec.p12'), OPENSSL_PASSWORD);
    expect(entries[0]?.chain[0]).toMatchObject({
      names: ['ec.acme.example'],
      keyBits: 256,
      keyType: 'EC',
      signature: 'ecdsa-with-SHA256',
      selfSigned: true,
    });
  });

  test('are the same from DER and PEM, with dates in UTC', () => {
    const der = new X509Certificate(leaf.pem).raw;
    expect(summarizeCertificate(Uint8Array.from(der))).toEqual(summarizeCertificate(leaf.pem));
    expect(leaf).toMatchObject({ notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2036-01-01T00:00:00.000Z' });
    expect(leaf.sha1).toMatch(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/);
  });

  test('bytes that are no certificate are refused', () => {
    expect(() => summarizeCertificate(Uint8Array.of(0x30, 1, 2))).toThrow(
      expect.objectContaining({ code: 'KEYSTORE_FORMAT' }),
    );
    expect(() => summarizeCertificate('hello')).toThrow(expect.objectContaining({ code: 'KEYSTORE_FORMAT' }));
  });
});

describe('chains', () => {
  test('any order is put right', () => {
    for (const shuffled of [[root, leaf, issuing], [issuing, root, leaf], CHAIN, [...CHAIN, leaf, root]]) {
      expect(orderChain(shuffled)).toEqual({ chain: CHAIN, complete: true, missingIssuer: null, unused: [] });
    }
  });

  test('a missing certificate is named, what lies beyond the gap is left over', () => {
    expect(orderChain([root, leaf], leaf)).toEqual({
      chain: [leaf],
      complete: false,
      missingIssuer: 'CN=Acme Example Issuing',
      unused: [root],
    });
    expect(orderChain([leaf, issuing])).toMatchObject({ complete: false, missingIssuer: 'CN=Acme Example Root' });
    expect(orderChain([])).toEqual({ chain: [], complete: false, missingIssuer: null, unused: [] });
  });

  test('an authority of the same name with another key is not the issuer', () => {
    const impostor = makeCertificateAuthority({ subject: 'Acme Example Root', key: SPARE_KEY, ...VALIDITY });
    expect(orderChain([leaf, issuing, impostor.certificate], leaf)).toMatchObject({
      complete: false,
      missingIssuer: 'CN=Acme Example Root',
    });
  });

  test('of two certificates of a renewed authority the longer valid one is taken', () => {
    const notAfter = new Date('2040-01-01T00:00:00Z');
    const renewed = makeCertificateAuthority({ subject: 'Acme Example Root', key: ROOT.key, ...VALIDITY, notAfter });
    const { chain } = orderChain([...CHAIN, renewed.certificate], leaf);
    expect(chain.at(-1)).toEqual(renewed.certificate);
  });

  test('two authorities that signed each other end the chain instead of a loop', () => {
    const one = makeCertificateAuthority({ subject: 'One', key: ROOT.key, ...VALIDITY });
    const two = makeCertificateAuthority({ subject: 'Two', key: SPARE_KEY, ...VALIDITY });
    const oneByTwo = makeCertificateAuthority({ subject: 'One', key: ROOT.key, issuer: two, ...VALIDITY }).certificate;
    const twoByOne = makeCertificateAuthority({ subject: 'Two', key: SPARE_KEY, issuer: one, ...VALIDITY }).certificate;
    expect(orderChain([oneByTwo, twoByOne], oneByTwo)).toMatchObject({ chain: [oneByTwo, twoByOne], complete: false });
  });

  test('an issued certificate says what it may be used for', () => {
    const x509 = new X509Certificate(leaf.pem);
    expect(x509.checkHost('chat.acme.example')).toBe('*.acme.example');
    expect(x509.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(x509.checkIssued(new X509Certificate(issuing.pem))).toBe(true);
    expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    const nameless = issueCertificate({ subject: 'plain', names: [], issuer: ROOT, key: SPARE_KEY, ...VALIDITY });
    expect(nameless.certificate.names).toEqual(['plain']);
  });

  test('the certificates of a trust store that OpenSSL made are readable', () => {
    const signers = readTrustStore(readFixture('openssl-nokeys.p12'), OPENSSL_PASSWORD);
    expect(signers.map(({ sha256 }) => sha256)).toEqual([FINGERPRINTS.issuing, FINGERPRINTS.root]);
  });
});
