// Who may write to a host now: a folder on the host itself, since two controllers may not see each other's files. Made by
// mkdir, which only one of two can do. A lock whose owner cannot be read is a lock that is held.
import { randomBytes } from 'node:crypto';
import { mapBounded } from '../core/bounded.ts';
import { OperatorError } from '../core/errors.ts';
import { prettyJson } from '../core/json.ts';
import type { Command, ReadShell, WriteShell } from '../core/shell.ts';
import { LockOwner } from '../journal/lock.ts';
import { BEAT, DROP, HELD, READ, RELEASE, script, STEAL, TAKE, TIDY } from './host-lock-scripts.ts';

const BEAT_MS = 30_000;
/** A command of an earlier start that took the lock may still be on its way when ours removes what it left; a few may. */
const TRIES = 5;

export type HostLocks = AsyncDisposable & {
  /** hosts on which something of an earlier process of the run may still work */
  readonly fenced: readonly WriteShell[];
  /** hosts on which a process that was cut off, of this run or another, left private files */
  readonly littered: readonly WriteShell[];
  /** The run has ended well or has begun no step, so no later start of it has to look for commands. */
  settle(): void;
};

/** What the commands of a run carry, and which of them are of this process. */
export type RunMark = { readonly runId: string; readonly nonce: string };

/** Takes the lock of every host, or of none.
 * @param isOurs an owner whose lock was left behind and may be replaced, such as an earlier process of this very run
 * @throws OperatorError LOCKED naming host and holder */
export async function lockHosts(
  shells: readonly WriteShell[],
  owner: LockOwner,
  isOurs: (other: LockOwner) => Promise<boolean>,
  mark?: RunMark,
): Promise<HostLocks> {
  const { runId, nonce } = mark ?? { runId: '', nonce: randomBytes(6).toString('hex') };
  const take = script(TAKE, prettyJson({ ...owner }).trimEnd(), runId, nonce);
  const locked: WriteShell[] = [];
  await using taken = new AsyncDisposableStack();
  let isSettled = false;
  taken.defer(async () => {
    await mapBounded(locked, (shell) => releaseLock(shell, nonce, isSettled ? runId : ''));
  });
  const fenced: WriteShell[] = [];
  const littered: WriteShell[] = [];
  await mapBounded(shells, async (shell) => {
    const found = await takeLock(shell, take, isOurs);
    locked.push(shell);
    if (found.includes('older')) fenced.push(shell);
    if (found.includes('left')) littered.push(shell);
  });
  let beats = 1;
  const timer = setInterval(() => {
    beats += 1;
    // A beat that does not arrive changes nothing: the lock stays, and the next command to the host will tell.
    for (const shell of shells) void beat(shell, beats).catch(() => undefined);
  }, BEAT_MS);
  timer.unref();
  taken.defer(() => clearInterval(timer));
  const kept = taken.move();
  const settle = (): void => void (isSettled = true);
  return { fenced, littered, settle, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** @returns the words of TAKE */
async function takeLock(
  shell: WriteShell,
  take: Command,
  isOurs: (other: LockOwner) => Promise<boolean>,
): Promise<readonly string[]> {
  for (let tried = 1; ; tried += 1) {
    const taken = await shell.change(take);
    if (taken.exitCode === 0) return taken.stdout.trim().split('\n');
    if (taken.exitCode !== HELD) throw notTaken(shell, taken.stderr);
    const holder = parseOwner(taken.stdout);
    if (holder === undefined || tried === TRIES || !(await isOurs(holder))) throw lockedError(shell, holder);
    // Only the lock that was read: this command, too, may be executed late, when another start of the run holds the host.
    await shell.change(script(DROP, taken.stdout.trimEnd()));
  }
}

/** Removes the private files that were left on a host, when nothing works there any more that may need them.
 * @throws OperatorError STEP_FAILED */
export async function removeLitter(shell: WriteShell): Promise<void> {
  const { exitCode, stderr } = await shell.change(script(TIDY));
  if (exitCode === 0) return;
  throw new OperatorError(
    'STEP_FAILED',
    `host ${shell.host}: files of an earlier run in ~/.strictstep/private cannot be removed: ${stderr.trim()}`,
    { hint: 'They may hold a private key. Remove them by hand, then run the same command again.' },
  );
}

/** A host that cannot be reached any more keeps its lock; the next run of the same plan takes it over. */
const releaseLock = async (shell: WriteShell, nonce: string, ended: string): Promise<void> => {
  await shell.change(script(RELEASE, nonce, ended)).catch(() => undefined);
};

const beat = (shell: WriteShell, count: number): Promise<unknown> => shell.change(script(BEAT, String(count)));

/** undefined: free. The owner is undefined when nobody can tell who it is. */
export async function readHostLock(shell: ReadShell): Promise<{ readonly owner: LockOwner | undefined } | undefined> {
  const { stdout } = await shell.query(script(READ));
  const [word, ...rest] = stdout.split('\n');
  if (word === 'free') return undefined;
  return { owner: parseOwner(rest.join('\n')) };
}

/** For `unlock`: whoever holds it. */
export const removeHostLock = (shell: WriteShell): Promise<unknown> => shell.change(script(STEAL));

function parseOwner(text: string): LockOwner | undefined {
  try {
    const parsed = LockOwner.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

const notTaken = (shell: WriteShell, why: string): OperatorError =>
  new OperatorError('LOCKED', `host ${shell.host}: its lock cannot be taken: ${why.trim() || 'no reason given'}`, {
    hint: 'The log-in user needs a home folder that it can write to; without a lock nothing is changed.',
  });

function lockedError(shell: WriteShell, holder: LockOwner | undefined): OperatorError {
  const unlock = `strictstep unlock ${shell.host} --inventory I --reason TEXT`;
  if (holder === undefined)
    return new OperatorError('LOCKED', `host ${shell.host} is locked, and its lock does not tell by whom`, {
      hint: `When no run is going on anywhere, release it: ${unlock}.`,
    });
  const { who, host, pid, run, why, since } = holder;
  return new OperatorError(
    'LOCKED',
    `host ${shell.host} is locked by ${who} on ${host} (process ${pid}) since ${since}: run ${run}, ${why}`,
    { hint: `Ask ${who}. When that run is known to have ended: ${unlock}.` },
  );
}
