// The timeline as values: one lane for configuration, one per process that is restarted, in the order of the first restart.
import { stoppedBy, switchOf } from '../components.ts';
import type { StepView } from '../packet/step-view.ts';
import type { StepOutcome } from '../packet/outcome.ts';
import type { Step } from '../../plan/types.ts';

export type Bar = {
  readonly label: string;
  readonly title: string;
  /** seconds from the start */
  readonly from: number;
  readonly to: number;
  /** outage: users notice; management: only administrators; configuration: no process is touched */
  readonly kind: 'outage' | 'management' | 'configuration';
};

export type Lane = { readonly name: string; readonly bars: readonly Bar[] };
export type Timeline = {
  readonly seconds: number;
  readonly lanes: readonly Lane[];
  readonly phases: readonly { readonly name: string; readonly from: number }[];
};

type Timed = { readonly step: Step; readonly name: string; readonly from: number; readonly to: number };

export function plannedTimeline(steps: readonly StepView[]): Timeline {
  return timelineOf(
    steps.map(({ step, name, startsAt }) => ({ step, name, from: startsAt, to: startsAt + step.expectedSeconds })),
  );
}

/** Measured: from the journal's intention to its end. Steps that changed nothing have no bar. */
export function measuredTimeline(steps: readonly StepView[], outcomes: readonly StepOutcome[]): Timeline {
  const done = outcomes.filter(({ seconds }) => seconds !== null);
  const start = Math.min(...done.map(({ began }) => Date.parse(began)));
  const names = new Map(steps.map(({ step, name }) => [step.id, name]));
  return timelineOf(
    done.map(({ step, began, ended }) => ({
      step,
      name: names.get(step.id) ?? step.title,
      from: (Date.parse(began) - start) / 1000,
      to: (Date.parse(ended) - start) / 1000,
    })),
  );
}

const CONFIGURATION = 'configuration';

function timelineOf(timed: readonly Timed[]): Timeline {
  const lanes = Map.groupBy(timed, ({ step }) => stoppedBy(step) ?? CONFIGURATION);
  const phases = Map.groupBy(timed, ({ step }) => step.phase);
  return {
    seconds: Math.max(0, ...timed.map(({ to }) => to)),
    lanes: [...lanes].map(([name, items]) => ({
      name,
      bars: name === CONFIGURATION ? runsOf(items) : switchBars(items),
    })),
    phases: [...phases].map(([name, items]) => ({ name, from: items[0]?.from ?? 0 })),
  };
}

/** A process that one step stops and a later one starts is down from the one to the other. */
function switchBars(items: readonly Timed[]): readonly Bar[] {
  return items.flatMap((item, index) => {
    const previous = items[index - 1];
    if (previous !== undefined && switchOf(previous.step) === 'stop') return [];
    const next = switchOf(item.step) === 'stop' ? items[index + 1] : undefined;
    return [barOf(item, next ?? item)];
  });
}

const barOf = ({ step, name, from }: Timed, last: Timed): Bar => {
  const label = last.step === step ? step.id : `${step.id} to ${last.step.id}`;
  const title = last.step === step ? `${step.id} ${name}` : `${label} ${name}, and up again`;
  return { label, title, from, to: last.to, kind: step.userImpactSeconds > 0 ? 'outage' : 'management' };
};

/** Configuration steps are short and many: those that follow each other without a restart in between are one bar. */
function runsOf(items: readonly Timed[]): readonly Bar[] {
  const runs: Timed[][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && number(item) === number(last) + 1) run.push(item);
    else runs.push([item]);
  }
  return runs.flatMap((run) => {
    const [first, last] = [run[0], run.at(-1)];
    if (first === undefined || last === undefined) return [];
    const label = first === last ? first.step.id : `${first.step.id} to ${last.step.id}`;
    const title = `${label}: ${run.length} steps that write configuration`;
    return [{ label, title, from: first.from, to: last.to, kind: 'configuration' as const }];
  });
}

const number = ({ step }: Timed): number => Number(step.id.replaceAll(/\D/g, ''));
