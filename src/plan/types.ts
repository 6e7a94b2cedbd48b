// The plan: everything that apply may do, as a value. Canonical JSON of it without `hash` is what people approve.
import type { Change } from '../core/change.ts';
import type { Json } from '../core/json.ts';
import type { Call, DeadMan, Target } from '../core/operation.ts';
import type { Certainty } from '../core/prediction.ts';
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
  /** in a rollback: the step that this one takes back; absent: a change forward, or a follow-up */
  readonly undoes?: string;
  /** planted on the host before the change: it goes back by itself when health is not proved in time */
  readonly deadMan?: DeadMan;
  /** id of the dead man's revert that passing health of this step cancels */
  readonly proves?: string;
  /** of its phase; absent: hold */
  readonly onFailure?: 'revert';
  /** of its phase: how long what it brings may stay; absent: for good */
  readonly expiresMs?: number;
  /** how this step is undone, in words */
  readonly undo: string;
  readonly expectedSeconds: number;
  /** how long users of the touched server are without it */
  readonly userImpactSeconds: number;
  readonly prediction: Certainty;
  /** why it is no better, or how it is known; one clause */
  readonly predictionBecause: string;
};

/** The first state, after 'start', has all links; a later one those whose outcome differs from the state before, by id.
 * `expandStates` gives them in full (decision 0007). */
export type PlannedState = { readonly after: string; readonly links: readonly LinkOutcome[] };

export type Counterexample = { readonly after: string; readonly link: LinkOutcome; readonly explanation: string };

export type Fingerprint = { readonly object: string; readonly sha256: string };

export type PlanSummary = {
  readonly steps: number;
  readonly changes: number;
  readonly restarts: readonly ServerOutage[];
  /** sum over the servers */
  readonly outageSeconds: number;
  /** what each strategy would cost for the same wish */
  readonly strategies: readonly StrategyCost[];
};

export type ServerOutage = {
  /** as links name it: "stCell/stpNode/was_stpProxy" */
  readonly component: string;
  /** for people: "stpNode/was_stpProxy", with its cell before it when the plan touches servers of several */
  readonly server: string;
  readonly times: number;
  readonly outageSeconds: number;
};

/** The change window that the inventory declares, and what it means for this plan. */
export type PlannedWindow = {
  /** ISO 8601 with offset, as the inventory writes them */
  readonly start: string;
  readonly end: string;
  readonly workSeconds: number;
  /** to undo all of it, after a failure of the very last step */
  readonly rollbackSeconds: number;
  /** `end` minus both, with the offset of `end` */
  readonly lastSafeStart: string;
  /** false: the window is too short for this plan, whenever it begins */
  readonly fits: boolean;
};

/** How many people must have approved, as the inventory asks for it. */
export type PlannedApproval = {
  readonly required: number;
  /** allowed-signers file of ssh-keygen -Y verify */
  readonly allowedSigners: string;
  /** an approval counts at most that long after it was issued */
  readonly expiresMs: number;
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
  /** in a rollback: hash of the plan whose run it takes back */
  readonly undoes?: string;
  readonly steps: readonly Step[];
  readonly states: readonly PlannedState[];
  readonly proof: { readonly safe: boolean; readonly counterexamples: readonly Counterexample[] };
  readonly fingerprints: readonly Fingerprint[];
  readonly summary: PlanSummary;
  /** absent: the inventory declares none */
  readonly window?: PlannedWindow;
  readonly approval?: PlannedApproval;
};
