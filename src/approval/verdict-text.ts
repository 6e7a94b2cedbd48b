// Approvals for the terminal: who counts until when, and what does not count and why.
import type { Verdict } from './types.ts';

export function renderVerdict({ plan, planner, approvals, refused }: Verdict, required: number): string {
  return [
    `plan ${plan}`,
    `${approvals.length} of ${required} approvals count`,
    ...approvals.map(({ identity, key, expires }) => `  ${identity}  until ${expires}  key ${key}`),
    ...(refused.length === 0 ? [] : ['these do not count:']),
    ...refused.map(({ file, identity, detail }) => `  ${identity ?? file}: ${detail}`),
    planner === null ? 'planner: not given, so nobody is left out as the planner' : `planner: ${planner}`,
    '',
  ].join('\n');
}
