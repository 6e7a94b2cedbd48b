// From a measured port to findings in one form: what a policy, an expectation or a baseline says, and what the probe itself
// could not tell.
import type { AuditFinding } from '../report/audit/types.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import type { JudgedReport } from './probe-verdicts.ts';

export function findingsOf(report: JudgedReport): readonly AuditFinding[] {
  const { policy, expectation, baseline } = report;
  const judged = [
    ...(policy?.violations ?? []).map((violation) => ({ by: 'policy' as const, ...violation })),
    ...(expectation?.violations ?? []).map((violation) => ({ by: 'expectation' as const, ...violation })),
  ].map((finding): AuditFinding => ({ ...finding, isInconclusive: finding.code === 'inconclusive' }));
  const changed = (baseline?.differences ?? []).map(({ field, before, after }): AuditFinding => ({
    by: 'baseline',
    code: 'changed',
    where: field,
    what: `${before ?? '(nothing)'} -> ${after ?? '(nothing)'}`,
    reference: `baseline ${baseline?.file ?? ''}`,
    isInconclusive: false,
  }));
  // Where a policy has said the same already, once is enough.
  const isTold = judged.some(({ isInconclusive }) => isInconclusive);
  return [...judged, ...changed, ...(isTold ? [] : gapsOf(report))];
}

function gapsOf({ reachable, protocols, ciphersIncomplete }: JudgedReport): readonly AuditFinding[] {
  if (!reachable) return [gap('port', 'its process runs, and it is not reachable from here')];
  return [
    ...PROTOCOL_VERSIONS.filter((version) => protocols[version] === 'inconclusive').map((version) =>
      gap(version, 'it is not known whether it is accepted'),
    ),
    ...ciphersIncomplete.map((version) => gap(version, 'more cipher suites may be accepted than were found')),
  ];
}

const gap = (where: string, what: string): AuditFinding => ({
  by: 'probe',
  code: 'inconclusive',
  where,
  what,
  reference: 'probe',
  isInconclusive: true,
});
