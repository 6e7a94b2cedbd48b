// The first page in words: what, why, what happens if it is not done, and up to where going back is cheap. Everything is
// computed from the plan; the business reason is a person's to add.
import type { Plan, Step } from '../../plan/types.ts';
import { stoppedBy } from '../components.ts';
import { renderDuration, renderMinutes } from '../duration.ts';
import { refusalOf, toneOf } from '../words.ts';
import { tally } from './matrix.ts';

const MAX_SHORT_DESCRIPTION = 160;
/** the first of the two code units of a character, left alone by a cut */
const HALF_CHARACTER = /[\uD800-\uDBFF]$/;

/** ServiceNow's limit of 160 characters holds whatever the names are. */
export function shortDescription(plan: Plan): string {
  const text = oneLine(`strictstep: playbook ${plan.playbook.name} on ${plan.confirm || 'nothing'}, ${counted(plan)}`);
  return text.length <= MAX_SHORT_DESCRIPTION
    ? text
    : `${text
        .slice(0, MAX_SHORT_DESCRIPTION - 3)
        .replace(HALF_CHARACTER, '')
        .trimEnd()}...`;
}

const counted = ({ steps, summary }: Plan): string => `${steps.length} steps, ${restartCount(summary)} server restarts`;

const restartCount = ({ restarts }: Plan['summary']): number => restarts.reduce((sum, { times }) => sum + times, 0);

export const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

export const expectedSeconds = ({ steps }: Plan): number => steps.reduce((sum, step) => sum + step.expectedSeconds, 0);

export function whatText(plan: Plan): string {
  const { steps, summary, playbook, confirm } = plan;
  if (steps.length === 0) return `Nothing: everything is as playbook ${playbook.name} wants it.`;
  const hosts = new Set(steps.map(({ host }) => host)).size;
  const phases = new Set(steps.map(({ phase }) => phase)).size;
  return `Playbook ${playbook.name} on ${confirm}: ${summary.changes} changes on ${hosts} hosts, made in ${steps.length} steps and ${phases} phases, ${STRATEGY_WORDS[plan.strategy]}, in about ${renderMinutes(expectedSeconds(plan))}.`;
}

const STRATEGY_WORDS: Readonly<Record<Plan['strategy'], string>> = {
  rolling: 'one server at a time',
  'stop-all': 'with all servers down in between',
};

export function whyText({ states }: Plan): string {
  const [start, end] = [states[0]?.links ?? [], states.at(-1)?.links ?? []];
  if (start.length === 0) return 'The plan knows no links, so it claims nothing about who uses which version.';
  const isOld = countOld(start);
  const claim = isOld === 0 ? '' : ' RFC 8996 (2021) forbids TLS 1.0 and 1.1.';
  return `Of ${start.length} links, ${isOld} use a version older than TLS 1.2 today (${tally(start)}).${claim} After the plan ${countOld(end)} do (${tally(end)}).`;
}

export function withoutText({ states, steps }: Plan): string {
  if (steps.length === 0) return 'Nothing changes either way.';
  const isOld = countOld(states[0]?.links ?? []);
  const stays = `Everything stays as it is: ${isOld} links go on with a version older than TLS 1.2, and the current certificates stay in use until they expire.`;
  return isOld === 0 ? stays : `${stays} Peers that no longer offer these versions cannot connect.`;
}

const countOld = (links: Plan['states'][number]['links']): number =>
  links.filter((link) => toneOf(link) === 'old').length;

/** Where going back starts to cost something. */
export function noReturnLines(plan: Plan): readonly string[] {
  const { steps, summary } = plan;
  if (steps.length === 0) return ['There is nothing to go back from.'];
  const first = steps.find((step) => stoppedBy(step) !== undefined);
  const noticed = steps.find(({ userImpactSeconds }) => userImpactSeconds > 0);
  const refusing = steps.find(({ healthChecks }) => healthChecks.some((check) => refusalOf(check) !== undefined));
  return [
    'No step is irreversible: each has a backout of its own.',
    first === undefined
      ? 'No process is restarted.'
      : `Before ${at(first, plan)} only files and settings have been written; no process was started anew (with dynamic updates on, outgoing connections of the deployment manager follow each save).`,
    noticed === undefined
      ? 'Users notice nothing.'
      : `Before ${at(noticed, plan)} going back costs users nothing. From there on each server that was stopped has to be restarted once more; all interruptions together are at most those of the plan, ${renderDuration(summary.outageSeconds)}.`,
    refusing === undefined
      ? 'No port refuses a caller that it accepted before.'
      : `The practical point of no return is ${at(refusing, plan)}: from there on old ways to connect are refused, and a caller that was not declared and knows nothing newer is cut off.`,
  ];
}

/** "s029 (18 min after the start)" */
function at(step: Step, { steps }: Plan): string {
  const before = steps.slice(0, steps.indexOf(step));
  return `${step.id} (${renderDuration(before.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0))} after the start)`;
}
