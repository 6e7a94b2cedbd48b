// A probe report that keeps every shipped policy, to be spoilt by tests one fact at a time; no server is needed for it.
import type { CertificateSummary } from '../../src/core/certificate.ts';
import { cipherSuites, renderSuiteId, suiteByName } from '../../src/tls/cipher-suites.ts';
import type { ProbeReport } from '../../src/tls/probe-endpoint.ts';

export const NOW = new Date('2026-06-01T00:00:00Z');

type Ciphers = NonNullable<ProbeReport['ciphers']['TLSv1.2']>;

/** Suites as a report has them, by IANA names. */
export const ciphers = (...names: readonly string[]): Ciphers =>
  names.map((name) => {
    const suite = suiteByName(name);
    if (suite === undefined) throw new RangeError(`${name} is not registered`);
    const { id, iana, openssl, jsse, ibm, bits, forwardSecrecy } = suite;
    return { id: renderSuiteId(id), iana, openssl, jsse: jsse ?? ibm, bits, forwardSecrecy };
  });

export const everySuite = (isTls13: boolean): Ciphers =>
  ciphers(
    ...cipherSuites()
      .filter((suite) => suite.isTls13 === isTls13)
      .map(({ iana }) => iana),
  );

export const certificate = (patch: Partial<CertificateSummary> = {}): CertificateSummary => ({
  subject: 'CN=*.acme.example',
  issuer: 'CN=Acme Example Issuing',
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2026-07-01T00:00:00.000Z',
  sha256: Array.from({ length: 32 }, () => 'AB').join(':'),
  sha1: Array.from({ length: 20 }, () => 'CD').join(':'),
  names: ['*.acme.example', 'acme.example'],
  keyBits: 2048,
  keyType: 'RSA',
  signature: 'sha256WithRSA',
  selfSigned: false,
  certificateAuthority: false,
  pem: '',
  ...patch,
});

export const ROOT = certificate({
  subject: 'CN=Acme Example Root',
  notAfter: '2036-01-01T00:00:00.000Z',
  sha256: Array.from({ length: 32 }, () => 'EF').join(':'),
  signature: 'sha1WithRSA',
  selfSigned: true,
  certificateAuthority: true,
});

export const makeReport = (patch: Partial<ProbeReport> = {}): ProbeReport => ({
  schema: 1,
  host: 'chat.acme.example',
  port: 443,
  starttls: 'none',
  reachable: true,
  cleartext: 'not-applicable',
  mode: 'tls',
  protocols: {
    SSLv2: 'refused',
    SSLv3: 'refused',
    TLSv1: 'refused',
    'TLSv1.1': 'refused',
    'TLSv1.2': 'accepted',
    'TLSv1.3': 'refused',
  },
  ciphers: { 'TLSv1.2': ciphers('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256') },
  ciphersIncomplete: [],
  ciphersUnordered: [],
  preference: { 'TLSv1.2': 'server' },
  clientCertificate: 'none',
  chain: [certificate(), ROOT],
  chainComplete: true,
  secureRenegotiation: true,
  extendedMasterSecret: true,
  compression: false,
  ephemeralKeys: { 'TLSv1.2': ['x25519'] },
  connections: 14,
  durationMs: 40,
  policy: null,
  ...patch,
});
