// One step: read, compare with the plan, announce, change, read back, check health.
import type { Change } from '../core/change.ts';
import { OperatorError } from '../core/errors.ts';
import { isEqualJson, type Json } from '../core/json.ts';
import type { AnyOperation } from '../core/operation.ts';
import type { Step } from '../plan/types.ts';
import { cancelDeadMan, plantDeadMan, readDeadMan, retimeDeadMan } from './dead-man.ts';
import type { RunPorts } from './execute.ts';
import { makeStepReads } from './step-reads.ts';
import { checkHealth, markBefore } from './step-health.ts';

export async function executeStep(step: Step, ports: RunPorts): Promise<'applied' | 'already'> {
  const startedAt = performance.now();
  ports.emit({ type: 'step-started', step });
  try {
    await markBefore(step, ports);
    const { outcome, isAsPredicted } = await settle(step, ports);
    await ports.journal.append(`step-${outcome}`, step.id, { asPredicted: isAsPredicted }, ports.now());
    await checkHealth(step, ports);
    await proveHealth(step, ports);
    await ports.journal.append('step-finished', step.id, { outcome }, ports.now());
    if (step.undoes !== undefined) await ports.journal.append('step-undone', step.undoes, { by: step.id }, ports.now());
    ports.emit({ type: 'step-finished', step, outcome, seconds: (performance.now() - startedAt) / 1000 });
    return outcome;
  } catch (error) {
    const code = error instanceof OperatorError ? error.code : 'BUG';
    const message = error instanceof Error ? error.message : String(error);
    await ports.journal.append('step-failed', step.id, { code, message }, ports.now());
    ports.emit({ type: 'step-failed', step, code, message });
    throw error;
  }
}

/** isAsPredicted: what was read at the end is, to the letter, the state that the plan foresaw. A difference that no change
 * of the task is about does not stop the run, but the report names it. */
type Settled = { readonly outcome: 'applied' | 'already'; readonly isAsPredicted: boolean };

async function settle(step: Step, { context, journal, now }: RunPorts): Promise<Settled> {
  const operation = context.operation(step.operation);
  const reads = makeStepReads(context);
  const before: Json = await operation.read(reads.reader, step.params);
  const found = leftToDo(step, before, operation);
  if (found.length === 0) {
    await armAgain(step, { context, now });
    return { outcome: 'already', isAsPredicted: isEqualJson(before, step.after) };
  }
  if (!isPlanned(found, step.changes)) throw driftOf(step, found);
  await journal.append(
    'step-intended',
    step.id,
    { operation: step.operation, host: step.host, title: step.title },
    now(),
  );
  if (step.undoes === undefined) {
    if (step.deadMan !== undefined) await plantDeadMan(await context.shell(step.host), step.deadMan, generationOf(now));
    await operation.apply(reads.writer, step.params);
  } else {
    // The way back needs none of its own: it would bring again what is taken back. One that waits gets the time for it.
    await armAgain(step, { context, now });
    await journal.append('step-undoing', step.undoes, { by: step.id }, now());
    await operation.undo(context, step.params, step.after);
  }
  const after: Json = await operation.read(context, step.params);
  const left = leftToDo(step, after, operation);
  if (left.length === 0) return { outcome: 'applied', isAsPredicted: isEqualJson(after, step.after) };
  const [first] = left;
  const what = `${step.host}: ${first?.object ?? step.title} reads ${first?.attribute ?? ''} ${first?.before ?? 'absent'} after the change, wanted ${first?.after ?? 'absent'}`;
  const hint =
    'The change was sent but did not take; look at the tool output on the host, then run the same command again.';
  throw new OperatorError('STEP_FAILED', what, { hint });
}

/** A run that was cut off left its dead man's revert behind: it must not act while the run goes on.
 * @throws OperatorError HEALTH_FAILED when it acts just now */
export async function armAgain(
  { deadMan, host }: Step,
  { context, now }: Pick<RunPorts, 'context' | 'now'>,
): Promise<void> {
  if (deadMan === undefined) return;
  const shell = await context.shell(host);
  if ((await readDeadMan(shell, deadMan.id)) === 'armed') await retimeDeadMan(shell, deadMan, generationOf(now));
}

async function proveHealth({ proves, host }: Step, { context, now, deadManStaysFor }: RunPorts): Promise<void> {
  if (proves === undefined) return;
  const shell = await context.shell(host);
  if (deadManStaysFor === undefined) await cancelDeadMan(shell, proves);
  else await retimeDeadMan(shell, { id: proves, seconds: deadManStaysFor }, generationOf(now));
}

const generationOf = (now: () => Date): string => String(now().getTime());

/** Empty when the object is as the step wants it. A step that takes an earlier one back wants it so that the earlier one
 * would have to change the very same again; what the state tells of other objects may differ by then. */
export function leftToDo(step: Step, state: Json, operation: AnyOperation): readonly Change[] {
  const now = operation.diff(state, step.params);
  if (step.undoes === undefined) return now;
  const missing = operation
    .diff(step.after, step.params)
    .filter((change) => !now.some((again) => isEqualJson(again, change)));
  return missing.map(({ before, after, ...change }) => ({ ...change, before: after, after: before }));
}

/** A step that was cut off half-way finds a part of its changes done; every one that is left must be as planned. */
const isPlanned = (found: readonly Change[], planned: readonly Change[]): boolean =>
  found.every((change) => planned.some((expected) => isEqualJson(change, expected)));

function driftOf(step: Step, found: readonly Change[]): OperatorError {
  const odd = found.find((change) => !step.changes.some((expected) => isEqualJson(change, expected)));
  const planned = step.changes.find(({ object, attribute }) => object === odd?.object && attribute === odd.attribute);
  const what = `${step.host}: ${odd?.object ?? step.title}: ${odd?.attribute ?? 'state'} is ${odd?.before ?? 'absent'}, the plan expected ${planned?.before ?? planned?.after ?? 'something else'}`;
  return new OperatorError('DRIFT', what, {
    hint: 'Nothing was changed by this step. Make a new plan from the world as it is now.',
  });
}
