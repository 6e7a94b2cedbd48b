// The plan: everything that apply may do, as a value. Canonical JSON of it without `hash` is what people approve.
import type { Change } from '../core/change.ts';
import type { Json } from '../core/json.ts';
import type { Call, Target } from '../core/operation.ts';
import type { Strategy } from '../playbook/types.ts';
import type { HealthCheck } from '../health/types.ts';
import type { LinkOutcome } from '../topology/types.ts';

export type Step = {
  /** s001, s002, ... in the order of execution */
  readonly id: string;
  readonly phase: string;
  readonly title: string;
  /** inventory name of the host that is written to */
  readonly host: string;
  readonly operation: string;
  readonly target: Target;
  /** what operation.parse gave; free of secrets */
  readonly params: Json;
  readonly before: Json;
  readonly after: Json;
  readonly changes: readonly Change[];
  readonly calls: readonly Call[];
  readonly healthChecks: readonly HealthCheck[];
  /** how this step is undone, in words */
  readonly undo: string;
  readonly expectedSeconds: number;
  /** how long users of the touched server are without it */
  readonly userImpactSeconds: number;
  /** computed: from facts; assumed: needs something that the lab or a document says but no fact proves */
  readonly prediction: 'computed' | 'assumed';
};

/** The first state, after 'start', has all links; a later one those whose outcome differs from the state before, by id.
 * `expandStates` gives them in full (decision 0007). */
export type PlannedState = { readonly after: string; readonly links: readonly LinkOutcome[] };

export type Counterexample = { readonly after: string; readonly link: LinkOutcome; readonly explanation: string };

export type Fingerprint = { readonly object: string; readonly sha256: string };

export type PlanSummary = {
  readonly steps: number;
  readonly changes: number;
  readonly restarts: readonly { readonly server: string; readonly times: number; readonly outageSeconds: number }[];
  /** sum over the servers */
  readonly outageSeconds: number;
  /** what each strategy would cost for the same wish */
  readonly strategies: readonly StrategyCost[];
};

export type StrategyCost = {
  readonly strategy: Strategy;
  readonly safe: boolean;
  readonly serverRestarts: number;
  readonly outageSeconds: number;
  readonly expectedSeconds: number;
};

export type Plan = {
  readonly schema: 1;
  readonly hash: string;
  /** the name that --confirm must repeat: the cells that are changed, joined by a comma */
  readonly confirm: string;
  readonly playbook: { readonly name: string; readonly file: string; readonly sha256: string };
  readonly inventory: { readonly file: string; readonly sha256: string };
  readonly strategy: Strategy;
  readonly steps: readonly Step[];
  readonly states: readonly PlannedState[];
  readonly proof: { readonly safe: boolean; readonly counterexamples: readonly Counterexample[] };
  readonly fingerprints: readonly Fingerprint[];
  readonly summary: PlanSummary;
};
