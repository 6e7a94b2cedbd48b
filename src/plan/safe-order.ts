// The order of tasks that may come in any order: each time the first in the given order that finds what it builds on and
// breaks no required link. When every remaining one breaks a link the first is taken anyway, so that the counterexample
// names it.
import type { Json } from '../core/json.ts';
import type { Premise } from '../core/operation.ts';
import { OperatorError } from '../core/errors.ts';
import { linkInputs } from '../topology/link-inputs.ts';
import { holds, namersOf } from '../topology/premise.ts';
import { addStep, stateBefore, tryTask, type Candidate, type Draft, type PlannedTask } from './draft.ts';
import type { PlanBasis } from './input.ts';

/** Why a task has to wait. While what it depends on stays as it is, there is no need to try it again. */
type Wait =
  | {
      readonly kind: 'breaks';
      readonly candidate: Candidate;
      readonly position: number;
      readonly inputs: readonly unknown[];
    }
  | { readonly kind: 'lacks'; readonly task: PlannedTask; readonly before: Json; readonly premise: Premise };

/** Adds the tasks that change something.
 * @returns the tasks that became steps
 * @throws OperatorError INPUT_VALUE when a task builds on signers that no task before it brings */
export function addInSafeOrder(tasks: readonly PlannedTask[], draft: Draft, basis: PlanBasis): readonly PlannedTask[] {
  const waiting = new Map<PlannedTask, Wait | undefined>(tasks.map((task) => [task, undefined]));
  const added: PlannedTask[] = [];
  while (waiting.size > 0) {
    const chosen = firstSafe(waiting, draft) ?? leastHarmful(waiting, draft);
    if (chosen === undefined) break;
    waiting.delete(chosen.task);
    added.push(chosen.task);
    addStep(chosen, draft, basis);
  }
  return added;
}

/** @param waiting loses the tasks that would change nothing, and learns why the others wait */
function firstSafe(waiting: Map<PlannedTask, Wait | undefined>, draft: Draft): Candidate | undefined {
  for (const [task, wait] of waiting) {
    const before = stateBefore(task, draft);
    if (wait !== undefined && isStillSo(wait, before, draft)) continue;
    const { operation, params } = task;
    if (operation.diff(before, params).length === 0) {
      waiting.delete(task);
      continue;
    }
    const { topology } = draft.proof;
    const premise = operation.premises?.(params, before).find((one) => !holds(topology, one));
    if (premise !== undefined) {
      waiting.set(task, { kind: 'lacks', task, before, premise });
      continue;
    }
    const candidate = tryTask(task, before, draft);
    const [broken] = candidate.trial.broken;
    if (broken === undefined) return candidate;
    const { position } = broken;
    waiting.set(task, { kind: 'breaks', candidate, position, inputs: linkInputs(topology, position) });
  }
  return undefined;
}

function isStillSo(wait: Wait, before: Json, { proof: { topology } }: Draft): boolean {
  if (wait.kind === 'lacks') return wait.before === before && !holds(topology, wait.premise);
  const now = linkInputs(topology, wait.position);
  return wait.candidate.before === before && wait.inputs.every((part, index) => part === now[index]);
}

/** What breaks a link comes before what lacks something: it may be what brings it. */
function leastHarmful(waiting: ReadonlyMap<PlannedTask, Wait | undefined>, draft: Draft): Candidate | undefined {
  const waits = [...waiting.values()];
  const breaking = waits.find((wait) => wait?.kind === 'breaks');
  // Tried again: other links than the first one may have got another outcome since.
  if (breaking?.kind === 'breaks') return tryTask(breaking.candidate.task, breaking.candidate.before, draft);
  const lacking = waits.find((wait) => wait?.kind === 'lacks');
  if (lacking?.kind !== 'lacks') return undefined;
  const { task, before, premise } = lacking;
  // An alias that is missing keeps listeners from starting: the proof tells it better, with the links that break.
  if (premise.kind === 'certificate') return tryTask(task, before, draft);
  if (premise.kind === 'unnamed') throw stillNamed(task, premise, draft);
  const hint = 'Put a task that brings them (signer-certificates for the cell) into this phase or an earlier one.';
  throw new OperatorError(
    'INPUT_VALUE',
    `task "${task.title}" in phase ${task.phase} takes signers from ${premise.store}, which has not got them`,
    { hint },
  );
}

function stillNamed(
  { title, phase }: PlannedTask,
  premise: Extract<Premise, { kind: 'unnamed' }>,
  { proof: { topology } }: Draft,
): OperatorError {
  const [first = '', ...others] = namersOf(topology, premise);
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const hint = 'Replace it there in an earlier phase, so that every process that shows it is started again before.';
  const message = `task "${title}" in phase ${phase} would remove ${premise.alias} from ${premise.store}, which is used by ${first}${more}`;
  return new OperatorError('POLICY_REFUSED', message, { hint });
}
