// A plan while it grows: steps, the predicted state of every object, and the proof so far.
import type { Json } from '../core/json.ts';
import type { AnyOperation } from '../core/operation.ts';
import { durationOf } from './durations.ts';
import { startProof, takeStep, tryStep, type Proof, type Trial } from './fold.ts';
import { healthChecksOf } from './health-checks.ts';
import type { PlanBasis } from './input.ts';
import type { ResolvedTask } from './resolve.ts';
import type { Step } from './types.ts';

export type Draft = {
  readonly steps: Step[];
  /** predicted state by subject */
  readonly current: Map<string, Json>;
  readonly proof: Proof;
};

/** A task with the state its object is known to be in; tasks of the playbook take it from what was read. */
export type PlannedTask = ResolvedTask & { readonly state?: Json };

/** A task that would change something, with what it would do to the proof. */
export type Candidate = { readonly task: PlannedTask; readonly before: Json; readonly trial: Trial };

export const startDraft = ({ start, states }: PlanBasis): Draft => ({
  steps: [],
  current: new Map(states),
  proof: startProof(start),
});

export const subjectOf = ({ operation, params }: { readonly operation: AnyOperation; readonly params: Json }): string =>
  operation.subject(params);

export const stateBefore = (task: PlannedTask, { current }: Draft): Json =>
  task.state ?? current.get(subjectOf(task)) ?? null;

export const tryTask = (task: PlannedTask, before: Json, { proof }: Draft): Candidate => ({
  task,
  before,
  trial: tryStep(proof, task.operation.effect(task.params, before)),
});

export function addStep({ task, before, trial }: Candidate, draft: Draft, basis: PlanBasis): void {
  const { operation, params, phase, title, host, target } = task;
  const changes = operation.diff(before, params);
  const after: Json = operation.predict(before, params);
  const id = `s${String(draft.steps.length + 1).padStart(3, '0')}`;
  const { topology } = draft.proof;
  takeStep(draft.proof, id, trial);
  draft.current.set(subjectOf(task), after);
  draft.steps.push({
    id,
    phase,
    title,
    host,
    operation: operation.name,
    target,
    params,
    before,
    after,
    changes,
    calls: operation.calls(before, params),
    healthChecks: healthChecksOf(task, topology, trial.topology, basis),
    undo: changes
      .map((change) => `${change.object}: ${change.attribute} back to ${change.before ?? 'absent'}`)
      .join('; '),
    ...durationOf(operation.name),
    prediction: operation.isFollowUp === true ? 'assumed' : 'computed',
  });
}
