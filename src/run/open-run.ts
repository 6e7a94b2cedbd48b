// The right to write, and the record of it: nobody changes anything without the lock and an open journal.
import { hostname, userInfo } from 'node:os';
import { mapBounded } from '../core/bounded.ts';
import { openJournal, type Journal } from '../journal/journal.ts';
import { openLock, type LockOwner } from '../journal/lock.ts';
import { isAlive } from '../journal/process-start.ts';
import type { Plan } from '../plan/types.ts';
import type { RunContext, World } from './context.ts';
import { fenceOlder } from './fence.ts';
import { lockHosts, removeLitter } from './host-lock.ts';
import type { RunFolder } from './run-folder.ts';

export type OpenRun = AsyncDisposable & {
  readonly journal: Journal;
  readonly context: RunContext;
  /** To be told when the run, or its way back, has come to its end, or was refused before its first step. */
  settle(): void;
};

type OpenOptions = {
  readonly plan: Plan;
  readonly world: World;
  readonly now: () => Date;
  /** part of the names of backups */
  readonly writerId?: string;
};

/** This process, as locks name it. */
export const ownerHere = ({ runId }: RunFolder, why: string, now: Date): LockOwner => ({
  who: userInfo().username,
  host: hostname(),
  pid: process.pid,
  run: runId,
  why,
  since: now.toISOString(),
});

/** Locks the runs of this machine and every host that the plan writes to.
 * @throws OperatorError LOCKED, JOURNAL_BROKEN, and what a connection throws */
export async function openRun(
  run: RunFolder,
  why: string,
  { plan, world, now, writerId = run.runId }: OpenOptions,
): Promise<OpenRun> {
  await using opened = new AsyncDisposableStack();
  const owner = ownerHere(run, why, now());
  const lock = opened.use(await openLock(run.lockFile, owner, { takeOverDead: true }));
  const journal = opened.use(await openJournal(run.journalFile));
  if (lock.tookOverFrom !== undefined) await journal.append('lock-taken-over', null, lock.tookOverFrom, now());
  const context = world.writer(writerId);
  const hosts = [...new Set(plan.steps.map(({ host }) => host))];
  const shells = await mapBounded(hosts, (host) => context.shell(host));
  const isLeftBehind = async (other: LockOwner): Promise<boolean> =>
    other.run === owner.run &&
    other.host === owner.host &&
    (other.pid === owner.pid || !(await isAlive(other.pid, undefined)));
  const { nonce } = context;
  const mark = nonce === undefined ? undefined : { runId: writerId, nonce };
  const locks = opened.use(await lockHosts(shells, owner, isLeftBehind, mark));
  if (mark !== undefined) await Promise.all(locks.fenced.map((shell) => fenceOlder(shell, mark)));
  await Promise.all(locks.littered.map(removeLitter));
  const kept = opened.move();
  return { journal, context, settle: () => locks.settle(), [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
