// A probe's facts against a policy. A fact that is not known is a violation of its own (`inconclusive`), never a pass.
import type { ProbeReport } from '../tls/probe-endpoint.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import type { ProtocolVersion } from '../tls/types.ts';
import { judgeCertificate } from './judge-certificate.ts';
import { judgeNegotiation } from './judge-negotiation.ts';
import { judgeSuites } from './judge-suites.ts';
import type { Policy, PolicyVerdict, Violation } from './types.ts';

export function evaluatePolicy(report: ProbeReport, policy: Policy, now: Date): PolicyVerdict {
  const violations = report.reachable
    ? [
        ...PROTOCOL_VERSIONS.flatMap((version) => judgeProtocol(report, policy, version)),
        ...judgeSuites(report, policy),
        ...judgeCertificate(report, policy.certificate, now),
        ...judgeNegotiation(report, policy.negotiation),
        ...judgeClientCertificate(report, policy.clientCertificate),
        ...judgeCleartext(report, policy.cleartext),
      ]
    : [notReachable(report, `policy ${policy.name}`)];
  return { name: policy.name, version: policy.version, pass: violations.length === 0, violations };
}

export const notReachable = ({ host, port }: ProbeReport, reference: string): Violation => ({
  code: 'inconclusive',
  what: `${host}:${port} is not reachable`,
  where: 'port',
  reference,
});

/** Also of an allowed version it must be known whether it is there: its cipher suites count. */
function judgeProtocol({ protocols }: ProbeReport, policy: Policy, version: ProtocolVersion): readonly Violation[] {
  const { is, reference } = policy.protocols[version];
  const found = protocols[version];
  const violation = (code: Violation['code'], what: string): readonly Violation[] => [
    { code, what, where: version, reference },
  ];
  if (found === 'inconclusive') return violation('inconclusive', `it is not known whether ${version} is accepted`);
  if (is === 'forbidden' && found === 'accepted') return violation('protocol-forbidden', `${version} is accepted`);
  if (is === 'required' && found === 'refused') return violation('protocol-missing', `${version} is refused`);
  return [];
}

function judgeClientCertificate(
  { clientCertificate: found }: ProbeReport,
  rule: Policy['clientCertificate'],
): readonly Violation[] {
  if (rule === undefined || rule.oneOf.some((wanted) => wanted === found)) return [];
  const { reference } = rule;
  if (found === 'inconclusive') {
    const what = 'it is not known whether a client certificate is asked for, or insisted on';
    return [{ code: 'inconclusive', what, where: 'port', reference }];
  }
  const what = `a client certificate is asked for as "${found}", wanted is ${rule.oneOf.join(' or ')}`;
  return [{ code: 'client-certificate', what, where: 'port', reference }];
}

function judgeCleartext({ cleartext }: ProbeReport, rule: Policy['cleartext']): readonly Violation[] {
  if (rule === undefined || cleartext === 'refused' || cleartext === 'not-applicable') return [];
  const { reference } = rule;
  return cleartext === 'accepted'
    ? [{ code: 'cleartext-accepted', what: 'the port also works without TLS', where: 'port', reference }]
    : [{ code: 'inconclusive', what: 'it is not known whether the port works without TLS', where: 'port', reference }];
}
