// Texts to copy into messages. What the plan cannot know stands in square brackets.
import type { Plan } from '../../plan/types.ts';
import { calleeOf, stoppedBy } from '../components.ts';
import { renderDuration, renderMinutes } from '../duration.ts';
import { outcomeText, toneOf } from '../words.ts';
import { stepViews } from './step-view.ts';
import { expectedSeconds } from './summary.ts';

export type Communication = { readonly users: readonly string[]; readonly helpDesk: readonly string[] };

export function communicationOf(plan: Plan): Communication {
  return { users: userLines(plan), helpDesk: helpDeskLines(plan) };
}

function userLines(plan: Plan): readonly string[] {
  const { restarts } = plan.summary;
  const { window } = plan;
  if (restarts.length === 0) return ['This change does not interrupt any service. You do not have to do anything.'];
  return [
    `${window === undefined ? 'On [date] from [time]' : `Between ${window.start} and ${window.end}`} we make the connections of [service] more secure. The work takes about ${renderMinutes(expectedSeconds(plan))}.`,
    plan.strategy === 'rolling'
      ? 'During this time parts of the service are away, one after another:'
      : 'During this time the service is away:',
    ...restarts.map(
      ({ component, server, times, outageSeconds }) =>
        `- ${server}${usersOf(plan, component)}: ${times === 1 ? 'once' : `${times} times`}, about ${renderDuration(outageSeconds / Math.max(times, 1))}${times === 1 ? '' : ' each'}`,
    ),
    `If you are disconnected, wait ${renderMinutes(longestSeconds(plan))} and log in again. You do not have to change any setting.`,
    'If it does not work after [time], call [help desk].',
  ];
}

const longestSeconds = ({ steps }: Plan): number => Math.max(...steps.map((step) => step.userImpactSeconds));

/** " (used by browser, mobile)" */
function usersOf({ states }: Plan, component: string): string {
  const links = (states[0]?.links ?? []).filter((link) => link.source === 'inventory' && calleeOf(link) === component);
  const names = [...new Set(links.map(({ from }) => from.replace(/^client /, '')))];
  return names.length === 0 ? '' : ` (used by ${names.join(', ')})`;
}

function helpDeskLines(plan: Plan): readonly string[] {
  const noticed = stepViews(plan).filter(({ step }) => step.userImpactSeconds > 0);
  const outside = (plan.states.at(-1)?.links ?? []).filter(({ source }) => source === 'inventory');
  return [
    noticed.length === 0
      ? 'No interruption is planned. A disconnected user is not an effect of this change: open an incident.'
      : 'A user who is disconnected at these times (minutes after the start) is an expected effect:',
    ...noticed.map(
      ({ step, startsAt }) =>
        `- from ${renderDuration(startsAt)}, for about ${renderDuration(step.userImpactSeconds)}: ${stoppedBy(step) ?? step.host} (step ${step.id})`,
    ),
    'What clients use afterwards:',
    ...outside.map((link) => `- ${link.from} to ${link.to}: ${outcomeText(link)}${hintFor(toneOf(link))}`),
    'A user who cannot log in after the end of the work: note client, version and time, and pass it to [change owner] at once.',
  ];
}

const hintFor = (tone: string): string =>
  tone === 'old' ? ' (kept on purpose: these clients know nothing newer that the server offers)' : '';
