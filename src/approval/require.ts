// The gate before a run: N people, proved, or it does not start.
import { OperatorError } from '../core/errors.ts';
import type { Verdict } from './types.ts';

const SHOWN = 3;

/** undefined: there are enough */
export function missingApprovals(verdict: Verdict, required: number, planFile: string): OperatorError | undefined {
  const { approvals, refused } = verdict;
  if (approvals.length >= required) return undefined;
  const because = refused
    .slice(0, SHOWN)
    .map(({ file, identity, detail }) => `; of ${identity ?? file}: ${detail}`)
    .join('');
  const more = refused.length > SHOWN ? `; and ${refused.length - SHOWN} more that do not count` : '';
  const message = `${planFile}: ${approvals.length} of ${required} approvals count${because}${more}`;
  const hint = `Let an approver who is missing run strictstep approve ${planFile} --key KEY --identity ID.`;
  return new OperatorError(refused.length > 0 ? 'APPROVAL_INVALID' : 'APPROVAL_MISSING', message, { hint });
}
