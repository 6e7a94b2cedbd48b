// Playbook x inventory x facts -> Plan. Pure: the same input gives the same bytes. Tasks become steps where something
// would change; what the changes need afterwards (restarts, synchronization) is added phase by phase.
import type { Change } from '../core/change.ts';
import { digestOf, type Json } from '../core/json.ts';
import type { AnyOperation } from '../core/operation.ts';
import type { Facts } from '../facts/types.ts';
import type { Inventory } from '../inventory/types.ts';
import type { Playbook } from '../playbook/types.ts';
import { makeTopology } from '../topology/make-topology.ts';
import { durationOf } from './durations.ts';
import { fingerprintsOf } from './fingerprints.ts';
import { foldStep, startProof, type Proof } from './fold.ts';
import { followUpTasks } from './follow-ups.ts';
import { healthChecksOf } from './health-checks.ts';
import type { Operations, ResolvedTask } from './resolve.ts';
import { summaryOf } from './summary.ts';
import type { Plan, Step } from './types.ts';

export type PlanInput = {
  readonly playbook: Playbook;
  readonly inventory: Inventory;
  readonly facts: Facts;
  readonly tasks: readonly ResolvedTask[];
  /** what each task's object was found in, by the operation's subject */
  readonly states: ReadonlyMap<string, Json>;
  readonly operations: Operations;
};

/** What grows while steps are added. */
type Draft = { readonly steps: Step[]; readonly current: Map<string, Json>; proof: Proof };

export function makePlan(input: PlanInput): Plan {
  const { playbook, inventory, facts, tasks } = input;
  const draft: Draft = { steps: [], current: new Map(input.states), proof: startProof(makeTopology(inventory, facts)) };
  const restarted = new Set<string>();
  const open = withoutReached(tasks, input.states);
  for (const { name } of playbook.phases) {
    const changing = open.filter(({ phase }) => phase === name).filter((task) => addStep(task, draft, input));
    for (const task of followUpTasks(name, changing, draft.proof.topology, input, restarted)) {
      draft.current.set(subjectOf(task), task.state);
      addStep(task, draft, input);
    }
  }
  const { steps, proof } = draft;
  const content = {
    schema: 1 as const,
    confirm: confirmName(steps),
    playbook: { name: playbook.name, file: playbook.file, sha256: playbook.sha256 },
    inventory: { file: inventory.file, sha256: inventory.sha256 },
    steps,
    states: proof.states,
    proof: { safe: proof.counterexamples.length === 0, counterexamples: proof.counterexamples },
    fingerprints: fingerprintsOf(facts, input.states),
    summary: summaryOf(steps),
  };
  return { ...content, hash: digestOf(content) };
}

/** An earlier phase's wish for an object is a stepping stone to the last one: where that is reached, nobody goes back. */
function withoutReached(tasks: readonly ResolvedTask[], states: ReadonlyMap<string, Json>): readonly ResolvedTask[] {
  const last = new Map(tasks.map((task) => [subjectOf(task), task]));
  const isReached = ({ operation, params }: ResolvedTask, subject: string): boolean =>
    operation.diff(states.get(subject) ?? null, params).length === 0;
  const reached = new Set([...last].filter(([subject, task]) => isReached(task, subject)).map(([subject]) => subject));
  return tasks.filter((task) => !reached.has(subjectOf(task)));
}

const subjectOf = ({ operation, params }: { readonly operation: AnyOperation; readonly params: Json }): string =>
  operation.subject(params);

/** What a person has to name: the cells that are changed; a plan for databases alone names these. */
function confirmName(steps: readonly Step[]): string {
  const cells = steps.flatMap(({ target }) => ('cell' in target ? [target.cell] : []));
  const databases = steps.flatMap(({ target }) => ('database' in target ? [target.database] : []));
  return [...new Set(cells.length > 0 ? cells : databases)].toSorted((a, b) => (a < b ? -1 : 1)).join(',');
}

/** @returns whether the task changes something */
function addStep(task: ResolvedTask, draft: Draft, input: PlanInput): boolean {
  const { operation, params } = task;
  const before = draft.current.get(subjectOf(task)) ?? null;
  const changes: readonly Change[] = operation.diff(before, params);
  if (changes.length === 0) return false;
  const after: Json = operation.predict(before, params);
  const id = `s${String(draft.steps.length + 1).padStart(3, '0')}`;
  draft.current.set(subjectOf(task), after);
  const { topology } = draft.proof;
  draft.proof = foldStep(draft.proof, id, operation.effect(params, before));
  draft.steps.push({
    id,
    phase: task.phase,
    title: task.title,
    host: task.host,
    operation: operation.name,
    target: task.target,
    params,
    before,
    after,
    changes,
    calls: operation.calls(before, params),
    healthChecks: healthChecksOf(task, topology, draft.proof.topology, input),
    undo: undoText(changes),
    ...durationOf(operation.name),
    prediction: operation.name.endsWith('-restart') ? 'assumed' : 'computed',
  });
  return true;
}

/** In words; the restart of a process is undone by restoring its configuration and restarting it once more. */
const undoText = (changes: readonly Change[]): string =>
  changes.map(({ object, attribute, before }) => `${object}: ${attribute} back to ${before ?? 'absent'}`).join('; ');
