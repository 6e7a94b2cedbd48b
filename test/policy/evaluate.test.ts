// Verdicts of policies: every rule can be broken, and what is not known never passes.
import { describe, expect, test } from 'vitest';
import { evaluatePolicy } from '../../src/policy/evaluate.ts';
import { loadPolicy, shippedPolicies } from '../../src/policy/load.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import type { ProbeReport } from '../../src/tls/probe-endpoint.ts';
import { PROTOCOL_VERSIONS } from '../../src/tls/types.ts';
import { certificate, ciphers, makeReport, NOW, ROOT } from './sample.ts';

const OURS = parsePolicy(
  `
apiVersion: strictstep/v1
policy: ours
version: 3
title: everything that a policy can say
protocols:
  SSLv2: { is: forbidden }
  SSLv3: { is: forbidden }
  TLSv1: { is: forbidden }
  TLSv1.1: { is: forbidden }
  TLSv1.2: { is: required, reference: our rule 7 }
  TLSv1.3: { is: allowed }
suites:
  forbidden: [{ rule: no forward secrecy, match: { forwardSecrecy: false }, reference: rule 8 }]
  allowed: [{ rule: 128 bits, match: { names: [ECDHE-RSA-AES256-GCM-SHA384, SSL_ECDHE_RSA_WITH_AES_128_GCM_SHA256] } }]
  preferred: [{ rule: 256 bits first, match: { bitsAtLeast: 256 } }]
certificate:
  leastRsaBits: 2048
  leastEllipticBits: 256
  forbiddenHashes: [MD5, SHA1]
  leastDaysLeft: 14
  mostDays: 200
  chainComplete: true
negotiation: { secureRenegotiation: required, extendedMasterSecret: required, compression: forbidden, leastDhBits: 2048 }
clientCertificate: { oneOf: [none, want] }
cleartext: { is: refused }
`,
  'ours.yaml',
);

const STRONG = ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'] as const;
const { protocols } = makeReport();

test.each([...shippedPolicies()])('the sample report keeps the shipped policy %s', async (name) => {
  const verdict = evaluatePolicy(makeReport(), await loadPolicy(name), NOW);
  expect(verdict).toEqual({ name, version: 1, pass: true, violations: [] });
});

test('the sample report keeps a policy that says everything', () => {
  expect(evaluatePolicy(makeReport(), OURS, NOW)).toEqual({ name: 'ours', version: 3, pass: true, violations: [] });
});

const BROKEN: readonly (readonly [what: string, code: string, where: string, patch: Partial<ProbeReport>])[] = [
  [
    'a forbidden version',
    'protocol-forbidden',
    'TLSv1',
    {
      protocols: { ...protocols, TLSv1: 'accepted' },
      ciphers: { TLSv1: ciphers(...STRONG), 'TLSv1.2': ciphers(...STRONG) },
      preference: { TLSv1: 'server', 'TLSv1.2': 'server' },
    },
  ],
  [
    'a required version is missing',
    'protocol-missing',
    'TLSv1.2',
    { protocols: { ...protocols, 'TLSv1.2': 'refused' }, ciphers: {} },
  ],
  ['an unclear version', 'inconclusive', 'TLSv1.3', { protocols: { ...protocols, 'TLSv1.3': 'inconclusive' } }],
  [
    'a suite off the list',
    'suite-not-allowed',
    'TLSv1.2',
    { ciphers: { 'TLSv1.2': ciphers(...STRONG, 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256') } },
  ],
  ['suites that were not read', 'inconclusive', 'TLSv1.2', { ciphers: {}, preference: {} }],
  ['an unfinished list', 'inconclusive', 'TLSv1.2', { ciphersIncomplete: ['TLSv1.2'] }],
  ['the weaker suite first', 'suite-order', 'TLSv1.2', { ciphers: { 'TLSv1.2': ciphers(STRONG[1], STRONG[0]) } }],
  ['a client that decides', 'preference', 'TLSv1.2', { preference: { 'TLSv1.2': 'client' } }],
  ['an unclear preference', 'inconclusive', 'TLSv1.2', { preference: {} }],
  ['a short key', 'key-size', 'chain[0]', { chain: [certificate({ keyBits: 1024 }), ROOT] }],
  ['a short curve', 'key-size', 'chain[0]', { chain: [certificate({ keyType: 'EC', keyBits: 224 }), ROOT] }],
  ['a short key of a root', 'key-size', 'chain[1]', { chain: [certificate(), { ...ROOT, keyBits: 1024 }] }],
  ['a key of unknown size', 'inconclusive', 'chain[0]', { chain: [certificate({ keyType: 'EC', keyBits: 0 }), ROOT] }],
  [
    'an unknown sort of key',
    'inconclusive',
    'chain[0]',
    { chain: [certificate({ keyType: 'unknown', keyBits: 9999 }), ROOT] },
  ],
  ['a SHA-1 signature', 'signature-hash', 'chain[0]', { chain: [certificate({ signature: 'ecdsa-with-SHA1' }), ROOT] }],
  ['an MD5 signature', 'signature-hash', 'chain[0]', { chain: [certificate({ signature: 'md5WithRSA' }), ROOT] }],
  [
    'a signature of unknown hash',
    'inconclusive',
    'chain[0]',
    { chain: [certificate({ signature: 'rsassaPss' }), ROOT] },
  ],
  [
    'a self-signed SHA-1 server',
    'signature-hash',
    'chain[0]',
    { chain: [certificate({ signature: 'sha1WithRSA', selfSigned: true })] },
  ],
  [
    'an expired certificate',
    'certificate-expired',
    'chain[0]',
    { chain: [certificate({ notAfter: '2026-05-31T23:59:59.000Z' }), ROOT] },
  ],
  [
    'an expired root',
    'certificate-expired',
    'chain[1]',
    { chain: [certificate(), { ...ROOT, notAfter: '2026-05-01T00:00:00.000Z' }] },
  ],
  [
    '13 days left',
    'certificate-expires-soon',
    'chain[0]',
    { chain: [certificate({ notAfter: '2026-06-14T23:00:00.000Z' }), ROOT] },
  ],
  [
    'not yet valid',
    'certificate-not-yet-valid',
    'chain[0]',
    { chain: [certificate({ notBefore: '2026-06-02T00:00:00.000Z' }), ROOT] },
  ],
  [
    'a long life',
    'certificate-lifetime',
    'chain[0]',
    { chain: [certificate({ notAfter: '2026-07-21T00:00:00.000Z' }), ROOT] },
  ],
  ['no readable time', 'inconclusive', 'chain[0]', { chain: [certificate({ notAfter: 'never' }), ROOT] }],
  ['an incomplete chain', 'chain-incomplete', 'chain', { chainComplete: false }],
  ['no certificate', 'inconclusive', 'chain', { chain: [], chainComplete: false }],
  ['a needed client certificate', 'client-certificate', 'port', { clientCertificate: 'need' }],
  ['cleartext', 'cleartext-accepted', 'port', { starttls: 'xmpp-client', cleartext: 'accepted', mode: 'dynamic' }],
  ['unclear cleartext', 'inconclusive', 'port', { starttls: 'xmpp-client', cleartext: 'inconclusive' }],
  ['open renegotiation', 'secure-renegotiation', 'port', { secureRenegotiation: false }],
  ['no extended master secret', 'extended-master-secret', 'port', { extendedMasterSecret: false }],
  ['compression', 'compression', 'port', { compression: true }],
  ['unclear compression', 'inconclusive', 'port', { compression: null }],
  ['a short DH prime', 'dh-size', 'TLSv1.2', { ephemeralKeys: { 'TLSv1.2': ['x25519', 'DH 1024 bits'] } }],
  ['an order that was not read', 'inconclusive', 'TLSv1.2', { ciphersUnordered: ['TLSv1.2'] }],
  ['an unreachable port', 'inconclusive', 'port', { reachable: false }],
];

describe('one spoilt fact is one violation', () => {
  test.each(BROKEN)('%s: %s at %s', (_what, code, where, patch) => {
    const verdict = evaluatePolicy(makeReport(patch), OURS, NOW);
    expect(verdict.violations.map((one) => [one.code, one.where])).toEqual([[code, where]]);
    expect(verdict.pass).toBe(false);
  });
});

test('a suite can break two rules of different lists', () => {
  const report = makeReport({ ciphers: { 'TLSv1.2': ciphers('TLS_RSA_WITH_AES_128_GCM_SHA256') } });
  expect(evaluatePolicy(report, OURS, NOW).violations).toEqual([
    {
      code: 'suite-forbidden',
      what: 'TLS_RSA_WITH_AES_128_GCM_SHA256: no forward secrecy',
      where: 'TLSv1.2',
      reference: 'rule 8',
    },
    {
      code: 'suite-not-allowed',
      what: 'TLS_RSA_WITH_AES_128_GCM_SHA256 is on no list of the policy',
      where: 'TLSv1.2',
      reference: 'policy ours',
    },
  ]);
});

test.each([...shippedPolicies()])('%s never passes when any version is unclear', async (name) => {
  const policy = await loadPolicy(name);
  for (const version of PROTOCOL_VERSIONS) {
    const report = makeReport({ protocols: { ...protocols, [version]: 'inconclusive' } });
    const found = evaluatePolicy(report, policy, NOW);
    expect([version, found.pass, found.violations[0]?.code]).toEqual([version, false, 'inconclusive']);
  }
});

test('a policy without rules for suites and certificates passes without them', () => {
  const { suites: _suites, certificate: _certificate, ...rest } = OURS;
  const bare = { ...rest, suites: { forbidden: [], allowed: [], preferred: [] } };
  expect(evaluatePolicy(makeReport({ ciphers: {}, chain: [], chainComplete: false }), bare, NOW).pass).toBe(true);
});
