// What a port was found to do against what somebody wrote down for exactly this port: protocols, suites, certificate.
import type { ProbeReport } from '../tls/probe-endpoint.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import type { ProtocolVersion } from '../tls/types.ts';
import { notReachable } from './evaluate.ts';
import type { Expectation } from './schema.ts';
import type { Violation, ViolationCode } from './types.ts';

export type ExpectationVerdict = {
  readonly name: string;
  readonly pass: boolean;
  readonly violations: readonly Violation[];
};

type Fault = readonly [code: ViolationCode, where: string, what: string];

/** Only what the expectation says is compared; what it says of a list is the whole list. */
export function compareWithExpectation(report: ProbeReport, expectation: Expectation): ExpectationVerdict {
  const { expectation: name, clientCertificate, cleartext } = expectation;
  const reference = `expectation ${name}`;
  const faults = [
    ...protocolFaults(report, expectation),
    ...suiteFaults(report, expectation),
    ...preferenceFaults(report, expectation),
    ...certificateFaults(report, expectation),
    ...valueFaults('client-certificate', 'clientCertificate', clientCertificate, report.clientCertificate),
    ...valueFaults('cleartext-accepted', 'cleartext', cleartext, report.cleartext),
  ];
  const violations = report.reachable
    ? faults.map(([code, where, what]) => ({ code, what, where, reference }))
    : [notReachable(report, reference)];
  return { name, pass: violations.length === 0, violations };
}

function protocolFaults({ protocols: found }: ProbeReport, { protocols }: Expectation): readonly Fault[] {
  if (protocols === undefined) return [];
  return PROTOCOL_VERSIONS.flatMap((version): readonly Fault[] => {
    const verdict = found[version];
    if (verdict === 'inconclusive') {
      return [['inconclusive', version, `it is not known whether ${version} is accepted`]];
    }
    if (protocols.includes(version) === (verdict === 'accepted')) return [];
    return [[verdict === 'accepted' ? 'protocol-forbidden' : 'protocol-missing', version, `${version} is ${verdict}`]];
  });
}

function suiteFaults(report: ProbeReport, { suites = {} }: Expectation): readonly Fault[] {
  return PROTOCOL_VERSIONS.flatMap((version): readonly Fault[] => {
    const wanted = version === 'SSLv2' ? undefined : suites[version];
    if (wanted === undefined) return [];
    const found = (report.ciphers[version] ?? []).map(({ iana }) => iana);
    const isUnread = report.protocols[version] !== 'refused' && found.length === 0;
    if (isUnread) return [['inconclusive', version, 'the cipher suites were not read']];
    const extra = found.filter((suite) => !wanted.includes(suite));
    const missing = wanted.filter((suite) => !found.includes(suite));
    return [
      ...extra.map((suite): Fault => ['suite-not-allowed', version, `${suite} is accepted`]),
      ...missing.map((suite): Fault => ['suite-missing', version, `${suite} is not accepted`]),
      ...gapFaults(report, version),
    ];
  });
}

const gapFaults = ({ ciphersIncomplete }: ProbeReport, version: ProtocolVersion): readonly Fault[] =>
  ciphersIncomplete.includes(version)
    ? [['inconclusive', version, 'more cipher suites may be accepted than were found']]
    : [];

function preferenceFaults(report: ProbeReport, { preference = {} }: Expectation): readonly Fault[] {
  return PROTOCOL_VERSIONS.flatMap((version): readonly Fault[] => {
    const wanted = version === 'SSLv2' ? undefined : preference[version];
    const found = report.preference[version];
    if (wanted === undefined || found === wanted) return [];
    if (found === undefined) return [['inconclusive', version, 'it is not known whose preference counts']];
    return [['preference', version, `the preference of the ${found} counts, not that of the ${wanted}`]];
  });
}

const sorted = (list: readonly string[]): string => list.toSorted().join(', ');

function certificateFaults({ chain, chainComplete }: ProbeReport, { certificate }: Expectation): readonly Fault[] {
  if (certificate === undefined) return [];
  const [leaf] = chain;
  if (leaf === undefined) return [['inconclusive', 'chain', 'no certificate could be read']];
  const { sha256, subject, names, chainComplete: isComplete } = certificate;
  const named = names && sorted(names);
  return [
    ...valueFaults('certificate-different', 'chain[0].sha256', sha256, leaf.sha256),
    ...valueFaults('certificate-different', 'chain[0].subject', subject, leaf.subject),
    ...valueFaults('certificate-different', 'chain[0].names', named, sorted(leaf.names)),
    ...valueFaults('chain-incomplete', 'chainComplete', isComplete, chainComplete),
  ];
}

function valueFaults(
  code: ViolationCode,
  where: string,
  wanted: string | boolean | undefined,
  found: string | boolean,
): readonly Fault[] {
  if (wanted === undefined || wanted === found) return [];
  return [[found === 'inconclusive' ? 'inconclusive' : code, where, `${where} is ${found}, expected is ${wanted}`]];
}
