// Reading a journal back: what is known of each step. `intended` alone means that nobody saw how it ended.
import { z } from 'zod';
import type { JournalEvent, JournalEventType } from './types.ts';

/** applied, already: as wanted, health not yet known; finished: healthy too; undoing: nobody saw how taking it back ended */
export type StepRecord = 'intended' | 'applied' | 'already' | 'finished' | 'undoing' | 'undone' | 'failed';

/** What an event says of its step; null: nothing. */
export const STEP_RECORDS: Readonly<Record<JournalEventType, StepRecord | null>> = {
  'lock-taken-over': null,
  'run-started': null,
  'step-intended': 'intended',
  'step-applied': 'applied',
  'step-already': 'already',
  'step-finished': 'finished',
  'step-undoing': 'undoing',
  'step-undone': 'undone',
  'step-failed': 'failed',
  health: null,
  'callers-seen': null,
  saved: null,
  'run-held': null,
  'run-paused': null,
  'run-continued': null,
  'run-failed': null,
  'rollback-started': null,
  'rollback-finished': null,
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

const Callers = z.object({ server: z.array(z.string()), client: z.number() });

/** Who was connected before the step was begun for the first time since it was last taken back; undefined: nobody looked */
export function callersInJournal(events: readonly JournalEvent[], id: string): z.infer<typeof Callers> | undefined {
  const own = events.filter(({ step }) => step === id);
  const begun = own.slice(own.findLastIndex(({ type }) => type === 'step-undone' || type === 'step-finished') + 1);
  return Callers.safeParse(begun.find(({ type }) => type === 'callers-seen')?.data).data;
}

/** A journal that does not end with `run-finished` is of a run that was held, failed or was ended from outside, or its
 * end was cut off. */
export const isFinished = (events: readonly JournalEvent[]): boolean => events.at(-1)?.type === 'run-finished';

/** Steps that may have changed something and were not taken back since: the last announcement is newer than the last undoing. */
export function stepsToUndo(events: readonly JournalEvent[]): ReadonlySet<string> {
  const steps = new Set<string>();
  for (const { type, step } of events) {
    if (step === null) continue;
    if (type === 'step-intended') steps.add(step);
    if (type === 'step-undone') steps.delete(step);
  }
  return steps;
}

/** Steps that a rollback took back which was cut off since: what their objects need afterwards may not have happened. */
export function stepsBeingUndone(events: readonly JournalEvent[]): ReadonlySet<string> {
  const since = events.slice(events.findLastIndex(({ type }) => type === 'rollback-finished') + 1);
  const start = since.findIndex(({ type }) => type === 'rollback-started');
  const rollback = start < 0 ? [] : since.slice(start);
  return new Set(rollback.flatMap(({ type, step }) => (type === 'step-undone' && step !== null ? [step] : [])));
}
