// A plan while it grows: steps, the predicted state of every object, and the proof so far. A step is first a candidate,
// so that its effect on the proof can be looked at before it is taken.
import type { Json } from '../core/json.ts';
import type { AnyOperation } from '../core/operation.ts';
import { makeTopology } from '../topology/make-topology.ts';
import { durationOf } from './durations.ts';
import { foldStep, startProof, type Proof } from './fold.ts';
import { healthChecksOf } from './health-checks.ts';
import type { ResolvedTask } from './resolve.ts';
import type { PlanInput } from './input.ts';
import type { Step } from './types.ts';

export type Draft = {
  readonly steps: Step[];
  /** predicted state by subject */
  readonly current: Map<string, Json>;
  proof: Proof;
};

/** A task with the state its object is known to be in; tasks of the playbook take it from what was read. */
export type PlannedTask = ResolvedTask & { readonly state?: Json };

type Candidate = { readonly task: PlannedTask; readonly subject: string; readonly before: Json; readonly proof: Proof };

export const startDraft = ({ inventory, facts, states }: PlanInput): Draft => ({
  steps: [],
  current: new Map(states),
  proof: startProof(makeTopology(inventory, facts)),
});

export const subjectOf = ({ operation, params }: { readonly operation: AnyOperation; readonly params: Json }): string =>
  operation.subject(params);

/** Adds the tasks that change something, each time the first in the given order that breaks no required link. When every
 * remaining one breaks a link the first is taken anyway, so that the counterexample names it.
 * @returns the tasks that became steps */
export function addInSafeOrder(tasks: readonly PlannedTask[], draft: Draft, input: PlanInput): readonly PlannedTask[] {
  const waiting = [...tasks];
  const added: PlannedTask[] = [];
  while (waiting.length > 0) {
    let chosen: Candidate | undefined;
    let first: Candidate | undefined;
    for (let i = 0; i < waiting.length && chosen === undefined; i += 1) {
      const task = waiting[i];
      const candidate = task === undefined ? undefined : candidateOf(task, draft);
      if (candidate === undefined) {
        waiting.splice(i, 1);
        i -= 1;
        continue;
      }
      first ??= candidate;
      if (candidate.proof.counterexamples.length === draft.proof.counterexamples.length) chosen = candidate;
    }
    chosen ??= first;
    if (chosen === undefined) break;
    waiting.splice(waiting.indexOf(chosen.task), 1);
    added.push(chosen.task);
    addStep(chosen, draft, input);
  }
  return added;
}

const nextId = ({ steps }: Draft): string => `s${String(steps.length + 1).padStart(3, '0')}`;

/** undefined: nothing would change */
function candidateOf(task: PlannedTask, draft: Draft): Candidate | undefined {
  const { operation, params, state } = task;
  const subject = subjectOf(task);
  const before = state ?? draft.current.get(subject) ?? null;
  if (operation.diff(before, params).length === 0) return undefined;
  return { task, subject, before, proof: foldStep(draft.proof, nextId(draft), operation.effect(params, before)) };
}

function addStep({ task, subject, before, proof }: Candidate, draft: Draft, input: PlanInput): void {
  const { operation, params, phase, title, host, target } = task;
  const changes = operation.diff(before, params);
  const after: Json = operation.predict(before, params);
  const id = nextId(draft);
  const { topology } = draft.proof;
  draft.current.set(subject, after);
  draft.proof = proof;
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
    healthChecks: healthChecksOf(task, topology, proof.topology, input),
    undo: changes
      .map((change) => `${change.object}: ${change.attribute} back to ${change.before ?? 'absent'}`)
      .join('; '),
    ...durationOf(operation.name),
    prediction: operation.isFollowUp === true ? 'assumed' : 'computed',
  });
}
