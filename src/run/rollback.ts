// Takes a run back: reads the world, plans the way back from what the run found at its start, proves it, and executes it
// with the same steps, journal and health checks as the way forward. Cut off anywhere, the same command plans again from
// what it then finds.
import type { CertificateFacts } from '../core/certificate.ts';
import { OperatorError } from '../core/errors.ts';
import { isEqualJson, type Json } from '../core/json.ts';
import type { ReadContext } from '../core/operation.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { Inventory } from '../inventory/types.ts';
import type { JournalEvent } from '../journal/types.ts';
import type { LockOwner } from '../journal/lock.ts';
import { stepsBeingUndone, stepsOf, stepsToUndo } from '../journal/replay.ts';
import { operationNamed } from '../operations/index.ts';
import { makeRollback } from '../plan/rollback.ts';
import type { Plan, Step } from '../plan/types.ts';
import type { Playbook } from '../playbook/types.ts';
import { cancelDeadMan, readDeadMan } from './dead-man.ts';
import { executePlan, type RunOutcome, type RunPorts } from './execute.ts';
import type { World } from './context.ts';
import { clearHold } from './control.ts';
import { holdRunning } from './hold-running.ts';
import { openRun, ownerHere } from './open-run.ts';
import { readFactsBefore, type RunFolder } from './run-folder.ts';

export type RollbackWorld = {
  readonly run: RunFolder;
  readonly plan: Plan;
  readonly inventory: Inventory;
  readonly playbook: Playbook;
  readonly certificates: readonly CertificateFacts[];
};

/** Read only.
 * @param only steps that may be taken back; undefined: all that the run has begun
 * @throws OperatorError DRIFT when somebody changed an object after the run */
export async function planRollback(
  { run, plan, inventory, playbook, certificates }: RollbackWorld,
  events: readonly JournalEvent[],
  context: ReadContext,
  only?: ReadonlySet<string>,
): Promise<Plan> {
  const factsBefore = await readFactsBefore(run);
  const undone = stepsBeingUndone(events);
  const begun = [...stepsToUndo(events), ...undone];
  const toUndo = new Set(only === undefined ? begun : begun.filter((id) => only.has(id)));
  const facts = await gatherFacts(inventory, context, certificates);
  const states = await readStates(plan, toUndo, events, context);
  const attempt = events.filter(({ type }) => type === 'rollback-started').length + 1;
  const idPrefix = `r${attempt}-`;
  return makeRollback({
    plan,
    inventory,
    playbook,
    facts,
    factsBefore,
    states,
    toUndo,
    undone,
    idPrefix,
    operations: operationNamed,
  });
}

/** What every object that is to be taken back reads now. A step that ended well must still read as it left it: taking it
 * back would otherwise undo somebody else's work. */
async function readStates(
  plan: Plan,
  toUndo: ReadonlySet<string>,
  events: readonly JournalEvent[],
  context: ReadContext,
): Promise<ReadonlyMap<string, Json>> {
  const records = stepsOf(events);
  const states = new Map<string, Json>();
  const newestFirst = plan.steps.filter(({ id }) => toUndo.has(id)).toReversed();
  for (const step of newestFirst) {
    const operation = operationNamed(step.operation);
    const subject = operation.subject(step.params);
    if (operation.isFollowUp === true || states.has(subject)) continue;
    const state: Json = await operation.read(context, step.params);
    states.set(subject, state);
    if (records.get(step.id) !== 'finished') continue;
    const wished = operation.diff(step.before, step.params);
    const moved = operation
      .diff(state, step.params)
      .find((change) => !wished.some((again) => isEqualJson(again, change)));
    if (moved !== undefined) throw driftOf(step, `${moved.object}: ${moved.attribute} is ${moved.before ?? 'absent'}`);
  }
  return states;
}

const driftOf = (step: Step, what: string): OperatorError =>
  new OperatorError('DRIFT', `${step.host}: ${what}, but step ${step.id} left it otherwise`, {
    hint: 'Somebody changed it after the run; settle by hand what it shall be before this run is taken back.',
  });

/** @param ports with the journal of the run itself
 * @throws OperatorError PROOF_REFUSED and what executePlan throws */
export async function executeRollback(
  plan: Plan,
  rollback: Plan,
  ports: RunPorts,
  isUnprovedAccepted = false,
): Promise<RunOutcome> {
  const [broken] = rollback.proof.counterexamples;
  if (broken !== undefined && !isUnprovedAccepted)
    throw new OperatorError('PROOF_REFUSED', `the way back breaks a required link: ${broken.explanation}`, {
      hint: 'Correct the cause first, or accept the interruption with --unproved.',
    });
  const { journal, now } = ports;
  await journal.append('rollback-started', null, { rollback: rollback.hash, steps: rollback.steps.length }, now());
  await forgetFollowUps(plan, rollback, ports);
  const outcome = await executePlan(rollback, ports);
  if (outcome.status === 'held') return outcome;
  await cancelLeftOvers(plan, ports);
  await journal.append('rollback-finished', null, { applied: outcome.applied }, now());
  return outcome;
}

/** A run that was cut off before it changed anything may have left a dead man's revert that nothing here has to undo. */
async function cancelLeftOvers({ steps }: Plan, { context, journal }: RunPorts): Promise<void> {
  const begun = stepsOf(journal.events);
  const planted = new Map(
    steps.flatMap(({ id, deadMan, host }) => (deadMan !== undefined && begun.has(id) ? [[deadMan.id, host]] : [])),
  );
  for (const [id, host] of planted) {
    const shell = await context.shell(host);
    if ((await readDeadMan(shell, id)) === 'armed') await cancelDeadMan(shell, id);
  }
}

/** Restarts and synchronizations of the phases that are taken back would have to be made again, were the plan applied again. */
async function forgetFollowUps(plan: Plan, rollback: Plan, { context, journal, now }: RunPorts): Promise<void> {
  const undone = new Set(rollback.steps.flatMap(({ undoes }) => undoes ?? []));
  const phases = new Set(plan.steps.filter(({ id }) => undone.has(id)).map(({ phase }) => phase));
  const begun = stepsOf(journal.events);
  for (const step of plan.steps)
    if (phases.has(step.phase) && begun.has(step.id) && context.operation(step.operation).isFollowUp === true)
      await journal.append('step-undone', step.id, { by: 'rollback' }, now());
}

/** The whole of it: lock, plan the way back, show it to `accept`, execute.
 * @throws OperatorError LOCKED and what planRollback and executeRollback throw */
export async function rollBackRun(
  world: RollbackWorld & { readonly hosts: World },
  options: Omit<RunPorts, 'context' | 'journal'> & {
    readonly isUnprovedAccepted: boolean;
    /** may throw; nothing was changed then */
    readonly accept: (rollback: Plan) => Promise<void>;
    /** the run goes on in another process, which was asked to hold */
    readonly onWait?: (holder: LockOwner) => void;
  },
): Promise<RunOutcome & { readonly rollback: Plan }> {
  const { run, plan, hosts } = world;
  const why = `rollback of ${plan.playbook.name}`;
  const who = ownerHere(run, why, options.now());
  await holdRunning(run, { who, onWait: options.onWait, isHoldRequested: options.isHoldRequested });
  await using opened = await openRun(run, why, {
    plan,
    world: hosts,
    now: options.now,
  });
  await clearHold(run);
  const { context } = opened;
  const rollback = await planRollback(world, opened.journal.events, context);
  await options.accept(rollback);
  const ports = { ...options, context, journal: opened.journal };
  const outcome = await executeRollback(plan, rollback, ports, options.isUnprovedAccepted);
  if (outcome.status === 'done') opened.settle();
  return { ...outcome, rollback };
}
