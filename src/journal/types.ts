// The run's record: one event a line, chained by digests.
import type { Json } from '../core/json.ts';

export type JournalEventType =
  | 'lock-taken-over'
  | 'run-started'
  | 'step-intended'
  | 'step-applied'
  | 'step-already'
  | 'step-finished'
  | 'step-undoing'
  | 'step-undone'
  | 'step-failed'
  | 'health'
  | 'callers-seen'
  | 'saved'
  | 'run-held'
  | 'run-paused'
  | 'run-continued'
  | 'run-failed'
  | 'rollback-started'
  | 'rollback-finished'
  | 'run-finished';

export type JournalEvent = {
  /** counts from 1 */
  readonly seq: number;
  /** ISO 8601, UTC */
  readonly at: string;
  readonly type: JournalEventType;
  /** step id, or null */
  readonly step: string | null;
  readonly data: Json;
  /** SHA-256 of the previous line's bytes without its line end; 64 zeros for the first */
  readonly prev: string;
};
