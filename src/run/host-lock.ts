// Who may write to a host now: a folder on the host itself, since two controllers may not see each other's files. Made by
// mkdir, which only one of two can do. A lock whose owner cannot be read is a lock that is held.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { mapBounded } from '../core/bounded.ts';
import { OperatorError } from '../core/errors.ts';
import { prettyJson } from '../core/json.ts';
import type { CommandResult, ReadShell, WriteShell } from '../core/shell.ts';
import type { LockOwner } from '../journal/lock.ts';

const TIMEOUT_MS = 30_000;
const BEAT_MS = 30_000;

const FOLDER = `
umask 077
trap '' 1 2 13 15
lock=$HOME/.strictstep/lock
# In one move: a lock that is half removed would be one without an owner.
remove() { mv "$lock" "$HOME/.strictstep/old.$$" 2>/dev/null && rm -rf "$HOME/.strictstep/old.$$"; }
`;
const held = 70;
/** The owner is on the disk before mkdir decides, and no hang-up comes between: a controller that dies meanwhile leaves no
 * lock without an owner. Arguments: a word of our own, the number of bytes, and what marks the commands of the run and of
 * this process of it, or ''. Says "older" when a command of an earlier process of the run may still work: see fence.ts. */
const TAKE = `${FOLDER}
mine=$HOME/.strictstep/owner.$1
if [ -d "$HOME/.strictstep" ]; then :; else mkdir -p "$HOME/.strictstep" || exit 71; fi
trap 'rm -f "$mine"' 0
cat > "$mine" || exit 71
if [ \`wc -c < "$mine"\` -ne "$2" ]; then echo 'the end of its owner did not arrive' >&2; exit 71; fi
if mkdir "$lock" 2>/dev/null; then
  echo 1 > "$lock/beat" && mv "$mine" "$lock/owner" || exit 71
  trap 0
  if [ -n "$3" ]; then
    ps -A -o args= | grep "^sh -c : strictstep\\.$3\\." | grep -v "^sh -c : strictstep\\.$3\\.$4\\." >/dev/null && echo older
  fi
  exit 0
fi
if [ -f "$lock/owner" ]; then cat "$lock/owner"; fi
exit ${held}
`;
/** Only what is ours: the owner's text is compared on the host. */
const DROP = `${FOLDER}
mine=\`cat\`
held=\`cat "$lock/owner" 2>/dev/null\`
if [ -n "$mine" ] && [ "$mine" = "$held" ]; then remove; fi
`;
const BEAT = `${FOLDER}
if [ -f "$lock/beat" ]; then echo "$1" > "$lock/beat"; fi
`;
const READ = `${FOLDER}
if [ -d "$lock" ]; then echo held; cat "$lock/owner" 2>/dev/null; else echo free; fi
`;
const STEAL = `${FOLDER}
remove
`;

const Owner = z.strictObject({
  who: z.string(),
  host: z.string(),
  pid: z.int().positive(),
  run: z.string(),
  why: z.string(),
  since: z.string(),
});

export type HostLocks = AsyncDisposable & {
  /** hosts on which something of an earlier process of the run may still work */
  readonly fenced: readonly WriteShell[];
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
  const text = prettyJson({ ...owner });
  const locked: WriteShell[] = [];
  await using taken = new AsyncDisposableStack();
  taken.defer(async () => void (await mapBounded(locked, (shell) => dropLock(shell, text))));
  const fenced: WriteShell[] = [];
  await mapBounded(shells, async (shell) => {
    const isFenced = await takeLock(shell, text, isOurs, mark);
    locked.push(shell);
    if (isFenced) fenced.push(shell);
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
  return { fenced, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** @returns whether something of an earlier process of the run may still work */
async function takeLock(
  shell: WriteShell,
  text: string,
  isOurs: (other: LockOwner) => Promise<boolean>,
  mark: RunMark | undefined,
): Promise<boolean> {
  const size = String(Buffer.byteLength(text));
  const word = randomBytes(6).toString('hex');
  const argv = ['sh', '-c', TAKE, 'sh', word, size, mark?.runId ?? '', mark?.nonce ?? ''];
  const command = { argv, stdin: [text], timeoutMs: TIMEOUT_MS };
  const first = await shell.change(command);
  if (first.exitCode === 0) return isOlder(first);
  if (first.exitCode !== held) throw notTaken(shell, first.stderr);
  const holder = parseOwner(first.stdout);
  if (holder === undefined || !(await isOurs(holder))) throw lockedError(shell, holder);
  await shell.change({ argv: ['sh', '-c', STEAL, 'sh'], timeoutMs: TIMEOUT_MS });
  const second = await shell.change(command);
  if (second.exitCode !== 0) throw lockedError(shell, parseOwner(second.stdout));
  return isOlder(second);
}

const isOlder = ({ stdout }: CommandResult): boolean => stdout.trim() === 'older';

/** A host that cannot be reached any more keeps its lock; the next run of the same plan takes it over. */
const dropLock = async (shell: WriteShell, text: string): Promise<void> => {
  const argv = ['sh', '-c', DROP, 'sh'];
  await shell.change({ argv, stdin: [text], timeoutMs: TIMEOUT_MS }).catch(() => undefined);
};

const beat = (shell: WriteShell, count: number): Promise<unknown> =>
  shell.change({ argv: ['sh', '-c', BEAT, 'sh', String(count)], timeoutMs: TIMEOUT_MS });

/** undefined: free. The owner is undefined when nobody can tell who it is. */
export async function readHostLock(shell: ReadShell): Promise<{ readonly owner: LockOwner | undefined } | undefined> {
  const { stdout } = await shell.query({ argv: ['sh', '-c', READ, 'sh'], timeoutMs: TIMEOUT_MS });
  const [word, ...rest] = stdout.split('\n');
  if (word === 'free') return undefined;
  return { owner: parseOwner(rest.join('\n')) };
}

/** For `unlock`: whoever holds it. */
export const removeHostLock = (shell: WriteShell): Promise<unknown> =>
  shell.change({ argv: ['sh', '-c', STEAL, 'sh'], timeoutMs: TIMEOUT_MS });

function parseOwner(text: string): LockOwner | undefined {
  try {
    const parsed = Owner.safeParse(JSON.parse(text));
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
