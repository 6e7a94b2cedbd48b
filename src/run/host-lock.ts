// Who may write to a host now: a folder on the host itself, since two controllers may not see each other's files. Made by
// mkdir, which only one of two can do. A lock whose owner cannot be read is a lock that is held.
import { randomBytes } from 'node:crypto';
import { mapBounded } from '../core/bounded.ts';
import { OperatorError } from '../core/errors.ts';
import { prettyJson } from '../core/json.ts';
import type { Command, CommandResult, ReadShell, WriteShell } from '../core/shell.ts';
import { LockOwner } from '../journal/lock.ts';

const TIMEOUT_MS = 30_000;
const BEAT_MS = 30_000;
/** A command of an earlier start that took the lock may still be on its way when ours removes what it left; a few may. */
const TRIES = 5;

const FOLDER = `
umask 077
trap '' 1 2 13 15
lock=$HOME/.strictstep/lock
# In one move: a lock that is half removed would be one without an owner.
remove() { mv "$lock" "$HOME/.strictstep/old.$$" 2>/dev/null && rm -rf "$HOME/.strictstep/old.$$" "$@"; }
`;
const held = 70;
/** The owner is on the disk before mkdir decides, and no hang-up comes between: a controller that dies meanwhile leaves no
 * lock without an owner. Arguments: a word of our own, the owner, and what marks the commands of the run and of this process
 * of it, or ''; the latter stands in the lock. Says "older" when a command of an earlier process of the run may still work:
 * see fence.ts. The processes of a host are only listed when the run was here before, which a file tells until it has ended. */
const TAKE = `${FOLDER}
mine=$HOME/.strictstep/owner.$1
begun=$HOME/.strictstep/begun.$3
if [ -d "$HOME/.strictstep" ]; then :; else mkdir -p "$HOME/.strictstep" || exit 71; fi
trap 'rm -f "$mine"' 0
printf '%s' "$2" > "$mine" || exit 71
for look in 1 2 3; do
  if mkdir "$lock" 2>/dev/null; then
    echo 1 > "$lock/beat" && echo "$4" > "$lock/nonce" && mv "$mine" "$lock/owner" || exit 71
    trap 0
    if [ -n "$3" ] && [ ! -f "$begun" ]; then
      echo > "$begun" || exit 71
    elif [ -n "$3" ]; then
      ps -A -o args= | grep "^sh -[cs] : strictstep\\.$3\\." | grep -v "^sh -[cs] : strictstep\\.$3\\.$4\\." >/dev/null && echo older
    fi
    exit 0
  fi
  held=\`cat "$lock/owner" 2>/dev/null\`
  if [ -n "$held" ]; then printf '%s\\n' "$held"; exit ${held}; fi
  # Without an owner it is being made or removed at this moment, or somebody broke it.
  if [ $look -lt 3 ]; then sleep 1; fi
done
exit ${held}
`;
/** Only the lock of this owner, which is the first argument: the text is compared on the host. Then the run, when it has ended
 * and nothing that it sent can still work. */
const DROP = `${FOLDER}
held=\`cat "$lock/owner" 2>/dev/null\`
if [ -n "$1" ] && [ "$1" = "$held" ]; then remove \${2:+"$HOME/.strictstep/begun.$2"}; fi
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

const script = (text: string, ...args: readonly string[]): Command => ({
  argv: ['sh', '-c', text, 'sh', ...args],
  timeoutMs: TIMEOUT_MS,
  isShort: true,
});

export type HostLocks = AsyncDisposable & {
  /** hosts on which something of an earlier process of the run may still work */
  readonly fenced: readonly WriteShell[];
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
  const text = prettyJson({ ...owner }).trimEnd();
  const locked: WriteShell[] = [];
  await using taken = new AsyncDisposableStack();
  let isSettled = false;
  taken.defer(async () => {
    await mapBounded(locked, (shell) => dropLock(shell, text, isSettled ? mark?.runId : undefined));
  });
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
  const settle = (): void => void (isSettled = true);
  return { fenced, settle, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** @returns whether something of an earlier process of the run may still work */
async function takeLock(
  shell: WriteShell,
  text: string,
  isOurs: (other: LockOwner) => Promise<boolean>,
  mark: RunMark | undefined,
): Promise<boolean> {
  const word = randomBytes(6).toString('hex');
  const take = script(TAKE, word, text, mark?.runId ?? '', mark?.nonce ?? '');
  for (let tried = 1; ; tried += 1) {
    const taken = await shell.change(take);
    if (taken.exitCode === 0) return isOlder(taken);
    if (taken.exitCode !== held) throw notTaken(shell, taken.stderr);
    const holder = parseOwner(taken.stdout);
    if (holder === undefined || tried === TRIES || !(await isOurs(holder))) throw lockedError(shell, holder);
    // Only the lock that was read: this command, too, may be executed late, when another start of the run holds the host.
    await shell.change(script(DROP, taken.stdout.trimEnd()));
  }
}

const isOlder = ({ stdout }: CommandResult): boolean => stdout.trim() === 'older';

/** A host that cannot be reached any more keeps its lock; the next run of the same plan takes it over. */
const dropLock = async (shell: WriteShell, text: string, ended = ''): Promise<void> => {
  await shell.change(script(DROP, text, ended)).catch(() => undefined);
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
