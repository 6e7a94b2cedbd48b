// The rolling strategy: phase by phase, and in each phase first the changes, then the deployment manager, the nodes, the
// application servers and the WebSphere proxies, one at a time. Where no order of a phase is safe because a
// configuration would narrow in one go, a bridge is tried: the same phase, with a superset in between.
import type { AnyOperation } from '../core/operation.ts';
import { addOutsideCells, isOutsideCells } from './community-units.ts';
import { withoutReached } from './detours.ts';
import { startDraft, subjectOf, type Draft } from './draft.ts';
import { followUpTasks } from './follow-ups.ts';
import type { PlanBasis } from './input.ts';
import type { ResolvedTask } from './resolve.ts';
import { addInSafeOrder } from './safe-order.ts';

type Stage = { readonly name: string; readonly tasks: readonly ResolvedTask[] };

export function arrangeRolling(input: PlanBasis): Draft {
  const direct = stagesOf(input);
  const draft = runStages(direct, input);
  if (draft.proof.counterexamples.length === 0) return draft;
  const bridged = direct.flatMap((stage) => bridge(stage, input));
  if (bridged.length === direct.length) return draft;
  const second = runStages(bridged, input);
  return second.proof.counterexamples.length === 0 ? second : draft;
}

function runStages(stages: readonly Stage[], input: PlanBasis): Draft {
  const draft = startDraft(input);
  const seen = new Set<string>();
  for (const [index, { name, tasks }] of stages.entries()) {
    const changing = addInSafeOrder(
      tasks.filter((task) => !isOutsideCells(task)),
      draft,
      input,
    );
    addOutsideCells(name, tasks.filter(isOutsideCells), draft, input, seen);
    const stage = { phase: name, isFirst: index === 0, changing, topology: draft.proof.topology };
    for (const group of followUpTasks(stage, input, seen)) addInSafeOrder(group, draft, input);
  }
  return draft;
}

function stagesOf({ playbook, tasks, states }: PlanBasis): readonly Stage[] {
  const open = withoutReached(tasks, states);
  return playbook.phases.map(({ name }) => ({ name, tasks: open.filter(({ phase }) => phase === name) }));
}

/** [stage] when nothing narrows, else the stage with stepping stones and then the stage itself. */
function bridge(stage: Stage, { states }: PlanBasis): readonly Stage[] {
  const stone = (task: ResolvedTask): ResolvedTask => {
    const operation: AnyOperation = task.operation;
    const params = operation.steppingStone?.(states.get(subjectOf(task)) ?? null, task.params);
    return params === undefined ? task : { ...task, params };
  };
  const name = `${stage.name}-bridge`;
  const stones = stage.tasks.map((task) => ({ ...stone(task), phase: name }));
  const hasStone = stones.some(({ params }, index) => params !== stage.tasks[index]?.params);
  return hasStone ? [{ name, tasks: stones }, stage] : [stage];
}
