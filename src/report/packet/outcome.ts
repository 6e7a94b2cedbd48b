// After a run: what the journal says of each step, against what the plan predicted.
import type { Json } from '../../core/json.ts';
import type { JournalEvent } from '../../journal/types.ts';
import type { Step } from '../../plan/types.ts';
import { textOf } from '../event-data.ts';
import type { RunReport } from '../types.ts';

export type StepVerdict =
  | 'as predicted'
  /** as wanted, but what was read back is not to the letter the state that the plan foresaw */
  | 'otherwise than predicted'
  | 'as wanted already'
  /** done and read back, but what it leads to cannot be seen: never counted as confirmed */
  | 'effect not checked'
  | 'failed'
  | 'not finished'
  | 'not reached'
  | 'undone';

export type StepOutcome = {
  readonly step: Step;
  readonly verdict: StepVerdict;
  /** ISO 8601, UTC; '' when it did not happen */
  readonly began: string;
  readonly ended: string;
  /** null when the step was not changed by this run, or did not end */
  readonly seconds: number | null;
  /** of a failure */
  readonly message: string;
  readonly health: readonly { readonly check: string; readonly verdict: string; readonly detail: string }[];
};

export function stepOutcomes({ plan, events }: RunReport): readonly StepOutcome[] {
  const ofStep = Map.groupBy(events, ({ step }) => step);
  return plan.steps.map((step) => outcomeOf(step, ofStep.get(step.id) ?? []));
}

function outcomeOf(step: Step, events: readonly JournalEvent[]): StepOutcome {
  // A run that was cut off announces the step again: only the last attempt is timed.
  const began = events.findLast(({ type }) => type === 'step-intended')?.at ?? '';
  const ended = events.findLast(({ type }) => type === 'step-finished')?.at ?? '';
  const seconds = began === '' || ended === '' ? Number.NaN : (Date.parse(ended) - Date.parse(began)) / 1000;
  const reached = verdictOf(events, began !== '');
  const verdict = reached === 'as predicted' && step.prediction === 'unknowable' ? 'effect not checked' : reached;
  const failure = verdict === 'failed' ? events.findLast(({ type }) => type === 'step-failed') : undefined;
  return {
    step,
    verdict,
    began,
    ended,
    seconds: Number.isFinite(seconds) && seconds >= 0 ? seconds : null,
    message: failure === undefined ? '' : textOf(failure.data, 'message'),
    health: events
      .filter(({ type }) => type === 'health')
      .map(({ data }) => ({
        check: textOf(data, 'check'),
        verdict: textOf(data, 'verdict'),
        detail: textOf(data, 'detail'),
      })),
  };
}

/** The last thing that happened to the step counts: a failure that was overcome is part of the journal, not the verdict. */
function verdictOf(events: readonly JournalEvent[], isIntended: boolean): StepVerdict {
  const last = events.findLast(({ type }) => type !== 'health' && type !== 'saved')?.type;
  if (last === undefined) return 'not reached';
  if (last === 'step-failed') return 'failed';
  if (last === 'step-undone') return 'undone';
  if (last !== 'step-finished') return 'not finished';
  if (!isIntended) return 'as wanted already';
  const settled = events.findLast(({ type }) => type === 'step-applied' || type === 'step-already');
  return settled !== undefined && isOtherwise(settled.data) ? 'otherwise than predicted' : 'as predicted';
}

const isOtherwise = (data: Json): boolean =>
  typeof data === 'object' && data !== null && 'asPredicted' in data && data.asPredicted === false;
