// Cipher suites of a probe against the rules of a policy. One violation a suite: all reasons in it, all versions beside it.
import { suiteByName } from '../tls/cipher-suites.ts';
import type { CipherSuite } from '../tls/cipher-suites.ts';
import type { ProbeReport } from '../tls/probe-endpoint.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import type { ProtocolVersion } from '../tls/types.ts';
import { isMatch } from './suite-properties.ts';
import type { Policy, SuiteRule, Violation } from './types.ts';

type Offer = { readonly version: ProtocolVersion; readonly suites: readonly CipherSuite[] };

export function judgeSuites(report: ProbeReport, { name, suites: rules }: Policy): readonly Violation[] {
  if (rules.forbidden.length + rules.allowed.length + rules.preferred.length === 0) return [];
  const accepted = PROTOCOL_VERSIONS.filter((version) => report.protocols[version] === 'accepted');
  const unknown = accepted.flatMap((version) => gapsOf(report, version, `policy ${name}`));
  const offers = accepted.map((version): Offer => {
    const names = (report.ciphers[version] ?? []).map(({ iana }) => suiteByName(iana));
    return { version, suites: names.filter((suite) => suite !== undefined) };
  });
  const seen = new Set(offers.flatMap(({ suites }) => suites));
  return [
    ...unknown,
    ...[...seen].flatMap((suite) => judgeSuite(suite, versionsOf(suite, offers), rules, `policy ${name}`)),
    ...offers.flatMap((offer) => rules.preferred.flatMap((rule) => judgeOrder(report, offer, rule))),
  ];
}

/** What of a version's list of suites is not known. */
function gapsOf(report: ProbeReport, version: ProtocolVersion, reference: string): readonly Violation[] {
  const list = report.ciphers[version] ?? [];
  const gap = (what: string): Violation => ({ code: 'inconclusive', what, where: version, reference });
  return [
    ...(list.length === 0 ? [gap('the cipher suites were not read')] : []),
    ...(report.ciphersIncomplete.includes(version) ? [gap('more cipher suites may be accepted than were found')] : []),
    ...list
      .filter(({ iana }) => suiteByName(iana) === undefined)
      .map(({ iana }) => gap(`the cipher suite ${iana} is not in the registry`)),
  ];
}

const versionsOf = (suite: CipherSuite, offers: readonly Offer[]): readonly ProtocolVersion[] =>
  offers.filter(({ suites }) => suites.includes(suite)).map(({ version }) => version);

const isAbout = ({ versions }: SuiteRule, version: ProtocolVersion): boolean => versions?.includes(version) ?? true;

/** @param reference of the policy itself, for a list that a suite is not on */
export function judgeSuite(
  suite: CipherSuite,
  versions: readonly ProtocolVersion[],
  { forbidden, allowed }: Policy['suites'],
  reference: string,
): readonly Violation[] {
  const broken = forbidden.filter(
    (rule) => versions.some((version) => isAbout(rule, version)) && isMatch(suite, rule.match),
  );
  const where = versions.filter((version) => broken.some((rule) => isAbout(rule, version))).join(', ');
  const because = broken.map(({ rule }) => rule).join('; ');
  const references = [...new Set(broken.map((rule) => rule.reference))].join('; ');
  const unlisted = versions.filter(
    (version) => allowed.length > 0 && !allowed.some((rule) => isAbout(rule, version) && isMatch(suite, rule.match)),
  );
  const source = [...new Set(allowed.map((rule) => rule.reference))].join('; ') || reference;
  return [
    ...(broken.length === 0
      ? []
      : [{ code: 'suite-forbidden', what: `${suite.iana}: ${because}`, where, reference: references } as const]),
    ...(unlisted.length === 0
      ? []
      : [
          {
            code: 'suite-not-allowed',
            what: `${suite.iana} is on no list of the policy`,
            where: unlisted.join(', '),
            reference: source,
          } as const,
        ]),
  ];
}

/** A server that decides names its suites in its own order, so the first one found is its first choice. */
function judgeOrder(report: ProbeReport, { version, suites }: Offer, rule: SuiteRule): readonly Violation[] {
  const matching = suites.filter((suite) => isMatch(suite, rule.match));
  const [first] = suites;
  if (!isAbout(rule, version) || first === undefined) return [];
  if (matching.length === 0 || matching.length === suites.length) return [];
  const violation = (code: Violation['code'], what: string): readonly Violation[] => [
    { code, what: `${what} (${rule.rule})`, where: version, reference: rule.reference },
  ];
  const preference = report.preference[version];
  const isUnordered = report.ciphersUnordered.includes(version);
  if (preference === undefined) return violation('inconclusive', 'it is not known whose preference counts');
  if (preference === 'client') return violation('preference', 'the client decides which cipher suite is used');
  if (isUnordered) return violation('inconclusive', 'the order of the server was not read');
  return matching.includes(first) ? [] : violation('suite-order', `the server prefers ${first.iana}`);
}
