// The way back from a run, as a plan of its own: newest phase first; in each phase the changes are taken back in reverse
// order, then nodes and processes follow, one at a time and health checked as on the way forward. Signers go last of all,
// when no process shows a certificate any more that somebody needs them for. Pure.
import { digestOf, isEqualJson, type Json } from '../core/json.ts';
import type { Change } from '../core/change.ts';
import { isServerOutsideCells } from '../core/target.ts';
import type { Facts } from '../facts/types.ts';
import { applyChange } from '../topology/apply-change.ts';
import { makeTopology } from '../topology/make-topology.ts';
import { revertChange } from '../topology/revert-change.ts';
import type { TopologyState } from '../topology/state.ts';
import { membersOf } from './community-scope.ts';
import { addRestart } from './community-units.ts';
import { addFoundStep, startDraft, subjectOf, type Draft } from './draft.ts';
import { followUpTasks } from './follow-ups.ts';
import { tryRevert } from './fold.ts';
import { prepare, type PlanBasis, type PlanInput } from './input.ts';
import { withOutages } from './outages.ts';
import type { ResolvedTask } from './resolve.ts';
import { addInSafeOrder } from './safe-order.ts';
import { targetName } from './step-name.ts';
import { costOf, summaryOf } from './summary.ts';
import type { Plan, Step } from './types.ts';

export type RollbackInput = Omit<PlanInput, 'tasks'> & {
  readonly plan: Plan;
  /** what the run found before its first step */
  readonly factsBefore: Facts;
  /** steps that may have changed something, in any order; follow-ups among them are ignored */
  readonly toUndo: ReadonlySet<string>;
  /** those of them that an earlier attempt took back, which was cut off before it came to its end */
  readonly undone: ReadonlySet<string>;
  /** tells the steps of one attempt from those of another in the journal */
  readonly idPrefix: string;
};

type Undo = {
  readonly step: Step;
  readonly task: ResolvedTask;
  readonly older: TopologyState;
  /** an earlier attempt took it back, and was cut off before what that asks for was seen to happen */
  readonly isBegun: boolean;
  /** so is an older step on the same object: what this one found lies behind, and must not be brought again */
  readonly isPassed: boolean;
};

/** `states` of the input: what the object of every step to undo reads now, by subject. A link that is broken now is no
 * reason against going back; one that the way back breaks is, and makes the plan unsafe. */
export function makeRollback(input: RollbackInput): Plan {
  const { plan, inventory, playbook } = input;
  const undos = undosOf(input).toReversed();
  // What people have done is seen by the tasks that asked for it.
  const basis: PlanBasis = prepare({ ...input, tasks: undos.map(({ task }) => task) });
  const draft = startDraft(basis, input.idPrefix);
  const seen = new Set<string>();
  const phases = [...new Set(undos.map(({ step }) => step.phase))];
  for (const phase of phases) {
    const own = undos.filter(({ step }) => step.phase === phase && !isTrustOnly(step, basis));
    addUndos(`undo ${phase}`, own, draft, basis, seen);
  }
  const trust = undos.filter(({ step }) => isTrustOnly(step, basis));
  if (trust.length > 0) addUndos('undo signers', trust, draft, basis, seen);
  const steps = withOutages(draft.steps);
  const counterexamples = draft.proof.counterexamples.filter(({ after }) => after !== 'start');
  const content = {
    schema: 1 as const,
    // However little is left to take back, the command that was interrupted goes on.
    confirm: plan.confirm,
    playbook: { name: playbook.name, file: playbook.file, sha256: playbook.sha256 },
    inventory: { file: inventory.file, sha256: inventory.sha256 },
    strategy: plan.strategy,
    undoes: plan.hash,
    steps,
    states: draft.proof.states,
    proof: { safe: counterexamples.length === 0, counterexamples },
    fingerprints: [...input.states]
      .map(([object, state]) => ({ object, sha256: digestOf(state) }))
      .toSorted((a, b) => (a.object < b.object ? -1 : 1)),
    summary: {
      ...summaryOf(steps),
      strategies: [costOf({ strategy: plan.strategy, steps, proof: { counterexamples } })],
    },
  };
  return { ...content, hash: digestOf(content) };
}

/** In the order of the plan, each with the model's state before it. */
function undosOf({ plan, inventory, factsBefore, toUndo, undone, operations }: RollbackInput): readonly Undo[] {
  let topology = makeTopology(inventory, factsBefore);
  /** of which an older step is taken back already */
  const passed = new Set<string>();
  return plan.steps.flatMap((step) => {
    const operation = operations(step.operation);
    const older = topology;
    topology = operation.effect(step.params, step.before).reduce(applyChange, topology);
    if (!toUndo.has(step.id) || operation.isFollowUp === true) return [];
    const { phase, title, target, host, params } = step;
    const task = { phase, title, target, host, params: params as ResolvedTask['params'], operation };
    const subject = subjectOf(task);
    const isBegun = undone.has(step.id);
    const isPassed = isBegun && passed.has(subject);
    if (isBegun) passed.add(subject);
    return [{ step, older, task, isBegun, isPassed }];
  });
}

const isTrustOnly = ({ operation, params, before }: Step, { operations }: PlanBasis): boolean => {
  const effect = operations(operation).effect(params, before);
  return effect.length > 0 && effect.every(({ kind }) => kind === 'signers-added');
};

function addUndos(phase: string, undos: readonly Undo[], draft: Draft, basis: PlanBasis, seen: Set<string>): void {
  addServerUndos(phase, undos, draft, basis, seen);
  const others = undos.filter(({ task }) => !isServerOutsideCells(task.target));
  const changing = others.filter((undo) => addUndo(phase, undo, draft, basis));
  const stage = {
    phase,
    isFirst: true,
    isRepair: true,
    changing: changing.map(({ task }) => task),
    asking: others.filter((undo) => undo.isBegun || changing.includes(undo)).map(({ task }) => task),
    topology: draft.proof.topology,
  };
  for (const group of followUpTasks(stage, basis, seen)) addInSafeOrder(group, draft, basis);
}

/** One server outside cells after the other: everything that was done to it, then its restart. */
function addServerUndos(
  phase: string,
  undos: readonly Undo[],
  draft: Draft,
  basis: PlanBasis,
  seen: Set<string>,
): void {
  const byServer = Map.groupBy(
    undos.filter(({ task }) => isServerOutsideCells(task.target)),
    ({ task }) => targetName(task.target),
  );
  for (const [name, own] of byServer) {
    const server = membersOf(basis.inventory).find(({ component }) => component === name);
    const changing = own.filter((undo) => addUndo(phase, undo, draft, basis) || undo.isBegun);
    const isAsked = changing.some(({ task }) => task.operation.followUps(task.params).length > 0);
    if (server !== undefined) addRestart(phase, server, isAsked, { draft, basis, seen });
  }
}

/** false: the object is as it was before the step already, or as it was before an older one */
function addUndo(phase: string, { step, task, older, isPassed }: Undo, draft: Draft, basis: PlanBasis): boolean {
  if (isPassed) return false;
  const { operation, params } = task;
  const before: Json = draft.current.get(subjectOf(task)) ?? null;
  const missing = operation.diff(before, params);
  const changes = operation
    .diff(step.before, params)
    .filter((change) => !missing.some((again) => isEqualJson(again, change)))
    .map(reversed);
  if (changes.length === 0) return false;
  const trial = tryRevert(draft.proof, operation.effect(params, step.before), (topology, change) =>
    revertChange(topology, older, change),
  );
  addFoundStep(
    { ...task, phase, title: `Undo ${step.id}: ${step.title}`, undoes: step.id },
    { before, after: step.before, changes, calls: [], trial },
    draft,
    basis,
  );
  return true;
}

const reversed = ({ before, after, ...change }: Change): Change => ({ ...change, before: after, after: before });
