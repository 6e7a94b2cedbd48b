// A phase can ask that a server whose health does not come back is taken back at once: the steps of the phase that were
// made on it, newest first, with the same proof and checks as any rollback. Others that the phase has finished stay.
import { readFile } from 'node:fs/promises';
import { OperatorError } from '../core/errors.ts';
import { readJournal } from '../journal/read.ts';
import type { Plan, Step } from '../plan/types.ts';
import type { RunPorts } from './execute.ts';
import { executeRollback, planRollback, type RollbackWorld } from './rollback.ts';

/** Gives the error that ends the run: `error` itself when nothing was taken back.
 * @param failed the step that did not end well */
export async function revertOnFailure(
  error: unknown,
  failed: Step | undefined,
  world: RollbackWorld,
  ports: RunPorts,
): Promise<unknown> {
  if (failed?.onFailure !== 'revert' || !(error instanceof OperatorError) || error.code === 'DRIFT') return error;
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
    return new OperatorError('STEP_FAILED', `${error.message}; it could not be taken back: ${why}`, {
      hint,
      cause: error,
    });
  }
}

/** Steps of the phase on the same server; where steps are not about one server, those of the whole phase. */
function sameUnit(plan: Plan, failed: Step): ReadonlySet<string> {
  const unit = unitOf(failed);
  const isSame = (step: Step): boolean => step.phase === failed.phase && unitOf(step) === unit;
  return new Set(plan.steps.filter(isSame).map(({ id }) => id));
}

const unitOf = ({ target }: Step): string =>
  target.kind === 'community-server' ? `${target.community}/${target.server}` : '';
