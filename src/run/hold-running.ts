// A rollback from another terminal while the run goes on: the run is asked to hold after its step, and waited for. Only a
// process on this machine is known to live; any other holder of the lock keeps the rollback out.
import { setTimeout as delay } from 'node:timers/promises';
import { OperatorError } from '../core/errors.ts';
import { readLock, type LockOwner } from '../journal/lock.ts';
import { isAlive } from '../journal/process-start.ts';
import { writeRequest } from './control.ts';
import type { RunFolder } from './run-folder.ts';

const LOOK_AGAIN_MS = 200;

export type HoldOptions = {
  readonly who: LockOwner;
  /** told once, when there is a process to wait for */
  readonly onWait?: ((holder: LockOwner) => void) | undefined;
  readonly isHoldRequested: () => boolean;
};

/** @throws OperatorError HELD when the waiting is given up */
export async function holdRunning(run: RunFolder, { who, onWait, isHoldRequested }: HoldOptions): Promise<void> {
  let isAsked = false;
  for (;;) {
    const holder = await readLock(run.lockFile);
    const isRunning = holder?.run === run.runId && holder.host === who.host && (await isAlive(holder.pid, undefined));
    if (!isRunning || holder.pid === who.pid) return;
    if (!isAsked) {
      await writeRequest(run, { wish: 'hold', who: who.who, reason: who.why, since: who.since });
      onWait?.(holder);
    }
    isAsked = true;
    if (isHoldRequested())
      throw new OperatorError('HELD', `the rollback of ${run.runId} was given up before it began`, {
        hint: `Process ${holder.pid} holds after its step all the same; apply goes on with it.`,
      });
    await delay(LOOK_AGAIN_MS);
  }
}
