// Reading a journal back: what is known of each step. `intended` alone means that nobody saw how it ended.
import type { JournalEvent, JournalEventType } from './types.ts';

/** applied, already: as wanted, health not yet known; finished: healthy too */
export type StepRecord = 'intended' | 'applied' | 'already' | 'finished' | 'undone' | 'failed';

/** What an event says of its step; null: nothing. */
export const STEP_RECORDS: Readonly<Record<JournalEventType, StepRecord | null>> = {
  'lock-taken-over': null,
  'run-started': null,
  'step-intended': 'intended',
  'step-applied': 'applied',
  'step-already': 'already',
  'step-finished': 'finished',
  'step-undone': 'undone',
  'step-failed': 'failed',
  health: null,
  saved: null,
  'run-held': null,
  'run-failed': null,
  'run-finished': null,
};

/** The last word on each step, in the order in which the steps were first met. */
export function stepsOf(events: readonly JournalEvent[]): ReadonlyMap<string, StepRecord> {
  const steps = new Map<string, StepRecord>();
  for (const { type, step } of events) {
    const record = STEP_RECORDS[type];
    if (step !== null && record !== null) steps.set(step, record);
  }
  return steps;
}

/** A journal that does not end with `run-finished` is of a run that was held, failed or was ended from outside, or its
 * end was cut off. */
export const isFinished = (events: readonly JournalEvent[]): boolean => events.at(-1)?.type === 'run-finished';
