// A step as the board reads it: when it starts, how it is verified, what stops the run, how it is backed out.
import { stepName } from '../../plan/step-name.ts';
import type { Plan, Step } from '../../plan/types.ts';
import { stoppedBy, switchOf } from '../components.ts';
import { renderDuration } from '../duration.ts';
import { checkText, deadManText } from '../words.ts';

export type StepView = {
  readonly step: Step;
  readonly name: string;
  /** what kind of command it takes: "wsadmin", "shell: process stopped and started", "sql" */
  readonly commandClass: string;
  /** seconds from the start of the run, by the expected durations */
  readonly startsAt: number;
  readonly verification: readonly string[];
  readonly stopCondition: string;
  readonly backout: string;
  /** what the host does when this machine is gone; undefined: nothing */
  readonly deadMan: string | undefined;
};

export function stepViews({ steps }: Plan): readonly StepView[] {
  let startsAt = 0;
  return steps.map((step) => {
    const view = viewOf(step, startsAt);
    startsAt += step.expectedSeconds;
    return view;
  });
}

const viewOf = (step: Step, startsAt: number): StepView => ({
  step,
  name: stepName(step),
  commandClass: commandClass(step),
  startsAt,
  verification: [
    'Read back: none of the changes of this step is left to do',
    ...step.healthChecks.map((check) => checkText(check)),
  ],
  stopCondition: stopCondition(step),
  backout: backout(step),
  deadMan: deadManText(step),
});

function commandClass(step: Step): string {
  const tools = [...new Set(step.calls.map(({ tool }) => tool))].join(', ') || 'none';
  return stoppedBy(step) === undefined ? tools : `${tools}: process ${SWITCH_WORDS[switchOf(step)]}`;
}

const SWITCH_WORDS = { stop: 'stopped', start: 'started', restart: 'stopped and started' } as const;

function stopCondition({ healthChecks }: Step): string {
  const deadlines = healthChecks.flatMap((check) => ('deadlineMs' in check ? [check.deadlineMs] : []));
  const within = deadlines.length === 0 ? '' : ` within ${renderDuration(Math.max(...deadlines) / 1000)}`;
  const check = healthChecks.length === 0 ? '' : `, a check fails, or a check gives no clear answer${within}`;
  const or = check === '' ? ' or ' : ', ';
  return `The run stops here and touches nothing further if the object is not as planned before the change${or}the read-back differs${check}.`;
}

/** A restart has nothing of its own to take back: the configuration is restored first, then the process started again. */
function backout(step: Step): string {
  const stopped = stoppedBy(step);
  if (stopped === undefined) return step.undo === '' ? 'Nothing to take back.' : sentence(step.undo);
  const impact =
    step.userImpactSeconds === 0
      ? 'users do not notice'
      : `users are without it for about ${renderDuration(step.userImpactSeconds)}`;
  const took = renderDuration(step.expectedSeconds);
  if (switchOf(step) === 'stop') return `Start ${stopped} again (its start takes longer than its stop).`;
  if (switchOf(step) === 'start')
    return `Stop ${stopped}, back out the configuration steps it brought into effect, then start it again (about ${took}).`;
  const again =
    step.operation === 'node-synchronization'
      ? `synchronize the node again and restart ${stopped}`
      : `restart ${stopped} once more`;
  return `Back out the configuration steps it brought into effect, then ${again} (about ${took}, ${impact}).`;
}

const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`);
