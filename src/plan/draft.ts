// A plan while it grows: steps, the predicted state of every object, and the proof so far.
import type { Json } from '../core/json.ts';
import type { AnyOperation } from '../core/operation.ts';
import { durationOf } from './durations.ts';
import { startProof, takeStep, tryStep, type Proof, type Trial } from './fold.ts';
import { healthChecksOf } from './health-checks.ts';
import type { PlanBasis } from './input.ts';
import { predictionOf } from './prediction.ts';
import type { ResolvedTask } from './resolve.ts';
import type { Step } from './types.ts';

export type Draft = {
  /** begins the id of every step */
  readonly idPrefix: string;
  readonly steps: Step[];
  /** predicted state by subject */
  readonly current: Map<string, Json>;
  readonly proof: Proof;
};

/** A task with the state its object is known to be in; tasks of the playbook take it from what was read. */
export type PlannedTask = ResolvedTask & { readonly state?: Json };

/** A task that would change something, with what it would do to the proof. */
export type Candidate = { readonly task: PlannedTask; readonly before: Json; readonly trial: Trial };

export const startDraft = ({ start, states }: PlanBasis, idPrefix = 's'): Draft => ({
  idPrefix,
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
  const { operation, params } = task;
  const found = {
    before,
    after: operation.predict(before, params),
    changes: operation.diff(before, params),
    calls: operation.calls(before, params),
    trial,
  };
  addFoundStep(task, found, draft, basis);
}

/** What the playbook says of the step's phase; phases that the planner adds have nothing to say. */
function passageOf(name: string, { playbook }: PlanBasis): Pick<Step, 'onFailure' | 'expiresMs'> {
  const phase = playbook.phases.find((candidate) => candidate.name === name);
  return {
    ...(phase?.onFailure === 'revert' ? { onFailure: 'revert' } : {}),
    ...(phase?.expiresMs === undefined ? {} : { expiresMs: phase.expiresMs }),
  };
}

type Found = Pick<Step, 'before' | 'after' | 'changes' | 'calls'> & { readonly trial: Trial };

/** @param task with `undoes` for a step that takes an earlier one back */
export function addFoundStep(
  task: ResolvedTask & Pick<Step, 'undoes'>,
  { trial, ...found }: Found,
  draft: Draft,
  basis: PlanBasis,
): void {
  const { operation, params, phase, title, host, target, undoes } = task;
  const id = `${draft.idPrefix}${String(draft.steps.length + 1).padStart(3, '0')}`;
  const { topology } = draft.proof;
  const healthChecks = healthChecksOf(task, topology, trial.topology, basis);
  const { certainty, because } = predictionOf(
    operation.prediction?.(params, found.before),
    operation.effect(params, found.before),
    healthChecks,
  );
  takeStep(draft.proof, id, trial);
  draft.current.set(subjectOf(task), found.after);
  draft.steps.push({
    id,
    phase,
    title,
    host,
    operation: operation.name,
    target,
    params,
    ...found,
    ...(undoes === undefined ? {} : { undoes }),
    ...safeguards(task, found.before),
    healthChecks,
    ...passageOf(phase, basis),
    undo: found.changes
      .map((change) => `${change.object}: ${change.attribute} back to ${change.before ?? 'absent'}`)
      .join('; '),
    ...durationOf(operation.name),
    prediction: certainty,
    predictionBecause: because,
  });
}

function safeguards({ operation, params }: ResolvedTask, before: Json): Pick<Step, 'deadMan' | 'proves'> {
  const deadMan = operation.deadMan?.(params, before);
  const proves = operation.proves?.(params);
  return { ...(deadMan === undefined ? {} : { deadMan }), ...(proves === undefined ? {} : { proves }) };
}
