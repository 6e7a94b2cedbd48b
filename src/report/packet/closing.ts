// What closes a change: the close code, where the evidence lies, and the review's questions with the answers the run can
// give. Close codes are ServiceNow's; not verified against an instance.
import { countsOf } from '../counts.ts';
import type { RunReport } from '../types.ts';
import type { Comparison } from './deviations.ts';

export type Closing = {
  /** null: the run has not come to its end */
  readonly closeCode: 'successful' | 'successful_issues' | null;
  readonly evidence: readonly { readonly file: string; readonly what: string }[];
  readonly review: readonly { readonly question: string; readonly answer: string }[];
};

export function closingOf(report: RunReport, { deviations, notChecked }: Comparison): Closing {
  const isDone = report.status === 'done';
  const { applied, already, left, healthOther } = countsOf(report);
  const last = report.events.at(-1);
  return {
    closeCode: isDone ? (deviations.length === 0 ? 'successful' : 'successful_issues') : null,
    evidence: [
      { file: 'plan.json', what: `the plan, hash ${report.plan.hash}` },
      {
        file: 'journal.jsonl',
        what: `${report.events.length} lines, each with the digest of the one before; last: ${last?.type ?? 'none'} at ${last?.at ?? 'unknown'}`,
      },
      ...(report.evidence === undefined
        ? []
        : [
            {
              file: 'evidence.json',
              what: `${report.evidence.listenersAfter.length} ports, asked before and after; links; client populations`,
            },
          ]),
      { file: 'approvals.json', what: 'who had approved when the run began; only there when approvals were asked for' },
    ],
    review: [
      {
        question: 'Was everything done that was planned?',
        answer: `${applied} steps applied, ${already} as wanted already, ${left} left.`,
      },
      {
        question: 'Did it come out as predicted?',
        answer: `${deviations.length} deviations; ${notChecked.length} results could not be checked.`,
      },
      {
        question: 'Did a check not pass on the way?',
        answer: healthOther === 0 ? 'No.' : `Yes, ${healthOther}; the journal has them.`,
      },
      { question: 'Did users notice more than announced? Incidents?', answer: '' },
      { question: 'What should be done otherwise next time?', answer: '' },
    ],
  };
}
