// What a report is made from: values only, so that the same run always gives the same page.
import type { ListenerFacts } from '../facts/types.ts';
import type { JournalEvent } from '../journal/types.ts';
import type { Plan } from '../plan/types.ts';
import type { HealthResult } from '../health/types.ts';
import type { LinkOutcome } from '../topology/types.ts';

/** Written beside the journal when a run ends: what was measured from outside before and after. */
export type Evidence = {
  readonly schema: 1;
  readonly planHash: string;
  readonly listenersBefore: readonly ListenerFacts[];
  readonly listenersAfter: readonly ListenerFacts[];
  /** every link of the last state, as the model sees it */
  readonly links: readonly LinkOutcome[];
  /** hellos sent from here with exactly what each client population offers */
  readonly clientChecks: readonly HealthResult[];
};

export type RunReport = {
  readonly plan: Plan;
  readonly events: readonly JournalEvent[];
  readonly status: 'done' | 'held' | 'failed' | 'running' | 'not-started';
  /** undefined until the run has ended */
  readonly evidence: Evidence | undefined;
};
