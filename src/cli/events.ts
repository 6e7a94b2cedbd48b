// Where the events of a run go: to the progress on a terminal, or as JSON lines to stdout.
import type { Json } from '../core/json.ts';
import type { Plan } from '../plan/types.ts';
import type { RunEvent } from '../run/events.ts';
import { writeJson, writeNote } from './output.ts';
import { openProgress } from './progress.ts';

export type Events = {
  readonly emit: (event: RunEvent) => void;
  /** a line for the person at the terminal, now */
  readonly note: (text: string) => void;
  readonly end: (result: { readonly [key: string]: Json }) => Promise<void>;
};

export function openEvents(plan: Plan, isJson: boolean): Events {
  if (!isJson) {
    const progress = openProgress(plan, isAnimated());
    return { emit: progress.emit, note: progress.note, end: () => progress.end() };
  }
  writeJson({ type: 'version', schema: 1, plan: plan.hash });
  return {
    emit: (event) => writeJson(asJson(event)),
    note: writeNote,
    end: async (result) => writeJson(result),
  };
}

const isAnimated = (): boolean =>
  process.stderr.isTTY &&
  (process.env['CI'] ?? '') === '' &&
  process.env['TERM'] !== 'dumb' &&
  (process.env['NO_COLOR'] ?? '') === '';

function asJson(event: RunEvent): Json {
  const { id, host, phase, operation, title } = event.step;
  const step = { id, host, phase, operation, title };
  switch (event.type) {
    case 'step-started':
      return { type: event.type, step };
    case 'step-finished':
      return { type: event.type, step, outcome: event.outcome, seconds: event.seconds };
    case 'paused':
      return { type: event.type, step, who: event.who, reason: event.reason };
    case 'health':
      return { type: event.type, step, ...event.result };
    case 'step-failed':
      return { type: event.type, step, code: event.code, message: event.message };
  }
}
