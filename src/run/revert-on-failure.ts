// A phase can ask that a server whose health does not come back is taken back at once: the steps of the phase that were
// made on it, newest first, with the same proof and checks as any rollback. Others that the phase has finished stay.
import { readFile } from 'node:fs/promises';
import { ERROR_CODES, OperatorError } from '../core/errors.ts';
import { serverOutsideCells } from '../core/target.ts';
import { readJournal } from '../journal/read.ts';
import type { Plan, Step } from '../plan/types.ts';
import type { RunEvent } from './events.ts';
import type { RunPorts } from './execute.ts';
import { executeRollback, planRollback, type RollbackWorld } from './rollback.ts';
import { watchOver } from './watch-over.ts';

export type FailedStep = Extract<RunEvent, { readonly type: 'step-failed' }>;

/** Gives the error that ends the run. Groups that are worked on at the same time may fail at the same time: each is taken
 * back for itself, and the first one in time tells its own. */
export async function revertFailures(
  error: unknown,
  [first, ...others]: readonly FailedStep[],
  world: RollbackWorld,
  ports: RunPorts,
): Promise<unknown> {
  const ends = await revertOnFailure(error, first?.step, world, ports);
  const further: string[] = [];
  for (const { step, code, message } of others) {
    if (code === 'BUG') continue;
    const end = await revertOnFailure(new OperatorError(code, message), step, world, ports);
    further.push(`step ${step.id}: ${end instanceof Error ? end.message : message}`);
  }
  if (further.length === 0 || !(ends instanceof OperatorError)) return ends;
  const { code, message, hint, place, cause } = ends;
  return new OperatorError(code, [message, ...further].join('; also '), {
    cause,
    ...(hint === undefined ? {} : { hint }),
    ...(place === undefined ? {} : { place }),
  });
}

/** Gives the error that ends the run: `error` itself when nothing was taken back.
 * @param failed the step that did not end well */
async function revertOnFailure(
  error: unknown,
  failed: Step | undefined,
  world: RollbackWorld,
  ports: RunPorts,
): Promise<unknown> {
  if (!(error instanceof OperatorError) || failed === undefined) return error;
  if (failed.onFailure !== 'revert' || error.code === 'DRIFT') return withWatch(error, failed, world.plan);
  const { events } = readJournal(await readFile(ports.journal.file, 'utf8'));
  try {
    const rollback = await planRollback(world, events, ports.context, sameUnit(world.plan, failed));
    if (rollback.steps.length === 0) return error;
    const outcome = await executeRollback(world.plan, rollback, { ...ports, isHoldRequested: () => false }, true);
    const what = `${error.message}; ${outcome.applied} steps of phase ${failed.phase} were taken back and are healthy`;
    const hint = 'Correct the cause, then run the same command again: it goes on with this server.';
    return new OperatorError('ROLLED_BACK', what, { hint, cause: error });
  } catch (second) {
    const why = second instanceof Error ? second.message : String(second);
    const hint = `Look at ${failed.host} now. When it answers again, strictstep rollback ${world.run.runId} goes on.`;
    const both = `${error.message}; it could not be taken back: ${why}`;
    return withWatch(new OperatorError('STEP_FAILED', both, { hint, cause: error }), failed, world.plan);
  }
}

/** Whoever looks for the cause has to know that the server is started again under his hands. */
function withWatch(error: OperatorError, failed: Step, plan: Plan): OperatorError {
  const watch = watchOver(plan, failed);
  if (watch === undefined) return error;
  const { code, message, place, cause } = error;
  const hint = `${error.hint ?? ERROR_CODES[code][1]} The host takes the change back by itself ${watch.seconds} s after it was made, and starts the server again.`;
  return new OperatorError(code, message, { hint, cause, ...(place === undefined ? {} : { place }) });
}

/** Steps of the phase on the same server or tool profile; where steps are not about one, those of the whole phase. */
function sameUnit(plan: Plan, failed: Step): ReadonlySet<string> {
  const unit = unitOf(failed);
  const isSame = (step: Step): boolean => step.phase === failed.phase && unitOf(step) === unit;
  return new Set(plan.steps.filter(isSame).map(({ id }) => id));
}

const unitOf = ({ target }: Step): string =>
  target.kind === 'tool-profile' ? `tools of ${target.toolProfile}` : (serverOutsideCells(target) ?? '');
