// What a port negotiates beside version and cipher suite against the rules of a policy: RFC 5746, RFC 7627, compression,
// size of ephemeral Diffie-Hellman primes.
import type { ProbeReport } from '../tls/probe-endpoint.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import type { NegotiationRules, Violation } from './types.ts';

/** null for the first two means that no version has them, so the rule is about nothing. */
export function judgeNegotiation(report: ProbeReport, rules: NegotiationRules | undefined): readonly Violation[] {
  if (rules === undefined) return [];
  const { reference } = rules;
  const violation = (code: Violation['code'], what: string, where = 'port'): Violation => ({
    code,
    what,
    where,
    reference,
  });
  const violations: Violation[] = [];
  if (rules.secureRenegotiation === 'required' && report.secureRenegotiation === false) {
    violations.push(violation('secure-renegotiation', 'renegotiation is not protected (RFC 5746)'));
  }
  if (rules.extendedMasterSecret === 'required' && report.extendedMasterSecret === false) {
    violations.push(violation('extended-master-secret', 'the extended master secret (RFC 7627) is not supported'));
  }
  const canCompress = PROTOCOL_VERSIONS.some(
    (version) => version !== 'TLSv1.3' && report.protocols[version] === 'accepted',
  );
  if (rules.compression === 'forbidden' && report.compression === true) {
    violations.push(violation('compression', 'TLS compression is on'));
  }
  if (rules.compression === 'forbidden' && report.compression === null && canCompress) {
    violations.push(violation('inconclusive', 'it is not known whether TLS compression is on'));
  }
  const least = rules.leastDhBits ?? 0;
  const short = PROTOCOL_VERSIONS.flatMap((version) =>
    (report.ephemeralKeys[version] ?? [])
      .filter((key) => Number(/^DH (\d+) bits$/.exec(key)?.[1] ?? Infinity) < least)
      .map((key) => violation('dh-size', `${key} are fewer than ${least}`, version)),
  );
  return [...violations, ...short];
}
