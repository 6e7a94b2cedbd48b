// Expectation and baseline: equal gives nothing, and any one change is found under its own name. Reports are generated.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { changesSince, parseBaseline } from '../../src/policy/baseline.ts';
import { compareWithExpectation } from '../../src/policy/expectation.ts';
import { parseExpectation } from '../../src/policy/parse.ts';
import type { Expectation } from '../../src/policy/schema.ts';
import { cipherSuites } from '../../src/tls/cipher-suites.ts';
import type { ProbeReport } from '../../src/tls/probe-endpoint.ts';
import { PROTOCOL_VERSIONS } from '../../src/tls/types.ts';
import type { ProtocolVersion } from '../../src/tls/types.ts';
import { certificate, ciphers, makeReport, ROOT } from './sample.ts';

const OLD = cipherSuites()
  .filter(({ isTls13 }) => !isTls13)
  .map(({ iana }) => iana);
const WITH_SUITES = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

/** Reports whose every fact is known, with at least two suites a version so that an order can change. */
const reports: fc.Arbitrary<ProbeReport> = fc
  .record({
    accepted: fc.uniqueArray(fc.constantFrom(...WITH_SUITES), { minLength: 1 }),
    suites: fc.array(fc.uniqueArray(fc.constantFrom(...OLD), { minLength: 2, maxLength: 6 }), {
      minLength: 5,
      maxLength: 5,
    }),
    preference: fc.constantFrom('server' as const, 'client' as const),
    clientCertificate: fc.constantFrom('none' as const, 'want' as const, 'need' as const),
    bits: fc.integer({ min: 512, max: 8192 }),
    chain: fc.constantFrom([certificate()], [certificate(), ROOT]),
    chainComplete: fc.boolean(),
    durationMs: fc.nat(),
  })
  .map(({ accepted, suites, preference, bits, chain, ...rest }) => {
    const perVersion = <Value>(value: (index: number) => Value): Partial<Record<ProtocolVersion, Value>> =>
      Object.fromEntries(accepted.map((version, index) => [version, value(index)]));
    const verdictOf = (version: ProtocolVersion) =>
      accepted.some((one) => one === version) ? ('accepted' as const) : ('refused' as const);
    return makeReport({
      ...rest,
      protocols: {
        SSLv2: 'refused',
        SSLv3: verdictOf('SSLv3'),
        TLSv1: verdictOf('TLSv1'),
        'TLSv1.1': verdictOf('TLSv1.1'),
        'TLSv1.2': verdictOf('TLSv1.2'),
        'TLSv1.3': verdictOf('TLSv1.3'),
      },
      ciphers: perVersion((index) => ciphers(...(suites[index] ?? []))),
      preference: perVersion(() => preference),
      ephemeralKeys: {},
      chain: chain.map((one) => ({ ...one, keyBits: bits })),
    });
  });

type Spoilt = { readonly report: ProbeReport; readonly named: string };
type Change = (report: ProbeReport, version: ProtocolVersion) => Spoilt;

const flip = <Value>(value: Value, one: Value, other: Value): Value => (value === one ? other : one);

const withSuites = (
  report: ProbeReport,
  version: ProtocolVersion,
  change: (names: readonly string[]) => readonly string[],
): ProbeReport => {
  const names = (report.ciphers[version] ?? []).map(({ iana }) => iana);
  return { ...report, ciphers: { ...report.ciphers, [version]: ciphers(...change(names)) } };
};

const withLeaf = (report: ProbeReport, patch: object): ProbeReport => ({
  ...report,
  chain: report.chain.map((one, index) => (index === 0 ? { ...one, ...patch } : one)),
});

const OTHER_PRINT = Array.from({ length: 32 }, () => '01').join(':');

/** Every fact that expectation and baseline both know, each changed alone; the baseline's name for it. */
const SHARED: readonly Change[] = [
  (report, version) => {
    const verdict = flip(report.protocols[version], 'accepted', 'refused');
    return {
      report: { ...report, protocols: { ...report.protocols, [version]: verdict } },
      named: `protocols.${version}`,
    };
  },
  (report, version) => ({
    report: withSuites(report, version, (names) => names.slice(1)),
    named: `ciphers.${version}`,
  }),
  (report, version) => {
    const extra = OLD.find((name) => !(report.ciphers[version] ?? []).some(({ iana }) => iana === name)) ?? '';
    return { report: withSuites(report, version, (names) => [...names, extra]), named: `ciphers.${version}` };
  },
  (report, version) => {
    const preference = { ...report.preference, [version]: flip(report.preference[version], 'server', 'client') };
    return { report: { ...report, preference }, named: `preference.${version}` };
  },
  (report) => {
    const clientCertificate = flip(report.clientCertificate, 'none', 'need');
    return { report: { ...report, clientCertificate }, named: 'clientCertificate' };
  },
  (report) => ({ report: { ...report, cleartext: 'accepted' }, named: 'cleartext' }),
  (report) => ({ report: withLeaf(report, { sha256: OTHER_PRINT }), named: 'chain[0]' }),
  (report) => ({ report: withLeaf(report, { subject: 'CN=other' }), named: 'chain[0].subject' }),
  (report) => ({ report: withLeaf(report, { names: ['other'] }), named: 'chain[0].names' }),
  (report) => ({ report: { ...report, chainComplete: !report.chainComplete }, named: 'chainComplete' }),
];

const BASELINE_ONLY: readonly Change[] = [
  (report, version) => ({
    report: withSuites(report, version, (names) => names.toReversed()),
    named: `ciphers.${version} order`,
  }),
  (report, version) => ({ report: { ...report, ciphersIncomplete: [version] }, named: `ciphersIncomplete.${version}` }),
  (report) => ({ report: { ...report, mode: 'dynamic' }, named: 'mode' }),
  (report) => ({ report: { ...report, reachable: false }, named: 'reachable' }),
  (report) => ({
    report: { ...report, chain: [...report.chain, certificate()] },
    named: `chain[${report.chain.length}]`,
  }),
  (report) => ({ report: withLeaf(report, { keyBits: 1 }), named: 'chain[0].keyBits' }),
  (report) => ({ report: withLeaf(report, { notAfter: '2030-01-01T00:00:00.000Z' }), named: 'chain[0].notAfter' }),
  (report) => ({ report: withLeaf(report, { signature: 'md5WithRSA' }), named: 'chain[0].signature' }),
  (report) => ({ report: { ...report, compression: true }, named: 'compression' }),
  (report) => ({ report: { ...report, extendedMasterSecret: null }, named: 'extendedMasterSecret' }),
  (report) => ({ report: { ...report, ephemeralKeys: { TLSv1: ['DH 512 bits'] } }, named: 'ephemeralKeys.TLSv1' }),
  (report) => ({ report: { ...report, port: 444 }, named: 'endpoint' }),
  (report) => ({ report: { ...report, host: 'other' }, named: 'endpoint' }),
  (report) => ({ report: { ...report, starttls: 'xmpp-client' }, named: 'endpoint' }),
];

/** A version that the report accepts, so that its suites can change. */
const acceptedOf = (report: ProbeReport): ProtocolVersion =>
  PROTOCOL_VERSIONS.find((version) => report.protocols[version] === 'accepted') ?? 'SSLv2';

const saved = (report: ProbeReport) => parseBaseline(JSON.stringify(report), 'saved.json');

describe('baseline', () => {
  test('the same port again is no difference, however long it took', () => {
    fc.assert(
      fc.property(reports, fc.nat(), (report, durationMs) => {
        expect(changesSince(saved(report), { ...report, durationMs, connections: durationMs } as ProbeReport)).toEqual(
          [],
        );
      }),
    );
  });

  test('any one change is found, and nothing else is named', () => {
    fc.assert(
      fc.property(reports, fc.constantFrom(...SHARED, ...BASELINE_ONLY), (report, change) => {
        const spoilt = change(report, acceptedOf(report));
        const fields = changesSince(saved(report), spoilt.report).map(({ field }) => field);
        expect(fields).toEqual([spoilt.named]);
      }),
      { numRuns: 400 },
    );
  });

  test('a saved answer about several ports is searched by host, port and starttls', () => {
    const [one, other] = [makeReport(), makeReport({ port: 5222, starttls: 'xmpp-client' })];
    const several = parseBaseline(JSON.stringify({ schema: 1, reports: [one, other] }), 'ports.json');
    expect([...changesSince(several, one), ...changesSince(several, other)]).toEqual([]);
    expect(changesSince(several, makeReport({ port: 5222 }))).toEqual([
      { field: 'endpoint', before: null, after: 'chat.acme.example:5222' },
    ]);
  });

  test('suites are named one by one', () => {
    const suite = 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256';
    const now = makeReport({ ciphers: { 'TLSv1.2': ciphers('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', suite) } });
    expect(changesSince(saved(makeReport()), now)).toEqual([
      { field: 'ciphers.TLSv1.2', before: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', after: null },
      { field: 'ciphers.TLSv1.2', before: null, after: suite },
    ]);
  });

  test.each([
    ['not JSON', 'INPUT_SYNTAX'],
    ['[]', 'INPUT_VALUE'],
    ['null', 'INPUT_VALUE'],
    ['{"schema":2}', 'INPUT_VALUE'],
    [JSON.stringify({ schema: 1, reports: [{}] }), 'INPUT_VALUE'],
    [JSON.stringify({ ...makeReport(), protocols: {} }), 'INPUT_VALUE'],
  ])('%s is refused as a baseline', (text, code) => {
    expect(() => parseBaseline(text, 'saved.json')).toThrow(expect.objectContaining({ code }));
  });
});

/** Says all that can be said of the report. */
function expectationOf(report: ProbeReport): Expectation {
  const [leaf] = report.chain;
  return {
    apiVersion: 'strictstep/v1',
    expectation: 'generated',
    protocols: PROTOCOL_VERSIONS.filter((version) => report.protocols[version] === 'accepted'),
    suites: Object.fromEntries(
      Object.entries(report.ciphers).map(([version, list]) => [version, list.map(({ iana }) => iana).toReversed()]),
    ),
    preference: report.preference,
    certificate: {
      sha256: leaf?.sha256,
      subject: leaf?.subject,
      names: leaf?.names.toReversed(),
      chainComplete: report.chainComplete,
    },
    ...(report.clientCertificate !== 'inconclusive' && { clientCertificate: report.clientCertificate }),
    cleartext: 'not-applicable',
  };
}

describe('expectation', () => {
  test('a port that does what is written passes; the order of a list does not matter', () => {
    fc.assert(
      fc.property(reports, (report) => {
        expect(compareWithExpectation(report, expectationOf(report)).violations).toEqual([]);
      }),
    );
  });

  test('any one change of what is written is found and named', () => {
    fc.assert(
      fc.property(reports, fc.constantFrom(...SHARED), (report, change) => {
        const version = acceptedOf(report);
        const spoilt = change(report, version);
        const { pass, violations } = compareWithExpectation(spoilt.report, expectationOf(report));
        const places = violations.map(({ where }) => where);
        expect(pass).toBe(false);
        expect(places.every((where) => where === version || where.startsWith(spoilt.named))).toBe(true);
        expect(places).toHaveLength(1);
      }),
      { numRuns: 400 },
    );
  });

  const TLS12 = parseExpectation(
    'apiVersion: strictstep/v1\nexpectation: port\nprotocols: [TLSv1.2]\nsuites: { TLSv1.2: [ECDHE-RSA-AES256-GCM-SHA384] }\n' +
      'preference: { TLSv1.2: server }\ncertificate: { subject: CN=x }\n',
    'port.yaml',
  );

  test('what is not known is inconclusive, not a pass', () => {
    const { protocols } = makeReport();
    const unclear = makeReport({
      protocols: { ...protocols, TLSv1: 'inconclusive' },
      ciphers: {},
      preference: {},
      chain: [],
    });
    const codes = compareWithExpectation(unclear, TLS12).violations.map(({ code, where }) => `${code} ${where}`);
    expect(codes).toEqual(['TLSv1', 'TLSv1.2', 'TLSv1.2', 'chain'].map((where) => `inconclusive ${where}`));
    expect(compareWithExpectation(makeReport({ reachable: false }), TLS12)).toMatchObject({ pass: false });
  });

  test('an unfinished list is inconclusive even when it fits so far', () => {
    const [name] = ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'];
    const report = makeReport({
      ciphers: { 'TLSv1.2': ciphers(name ?? '') },
      ciphersIncomplete: ['TLSv1.2'],
      chain: [certificate({ subject: 'CN=x' })],
    });
    expect(compareWithExpectation(report, TLS12).violations.map(({ code }) => code)).toEqual(['inconclusive']);
  });

  test('an expectation that says nothing is refused', () => {
    const empty = 'apiVersion: strictstep/v1\nexpectation: nothing\n';
    expect(() => parseExpectation(empty, 'x.yaml')).toThrow(OperatorError);
    expect(() => parseExpectation(`${empty}suites: {}\n`, 'x.yaml')).toThrow('suites says nothing');
  });
});
