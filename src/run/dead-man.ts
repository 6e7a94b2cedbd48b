// Dead man's revert: before a step that could cut this machine off from a host, or leave a server unusable, the host gets
// a small program that takes the change back by itself after a time. Proved health cancels it. It needs neither this
// process nor the SSH connection. The program: templates/dead-man/watch.sh.
import { readFile } from 'node:fs/promises';
import { OperatorError } from '../core/errors.ts';
import { HOST_FOLDER } from '../core/host-folder.ts';
import type { DeadMan } from '../core/operation.ts';
import { shippedFile } from '../core/program-files.ts';
import type { ReadShell, WriteShell } from '../core/shell.ts';
import { renderCommandLine } from '../template/fill-template.ts';

const TEMPLATE = shippedFile('templates/dead-man/watch.sh');
const TIMEOUT_MS = 30_000;

export type DeadManState = 'none' | 'armed' | 'cancelled' | 'reverting' | 'reverted' | 'failed';

/** The folder below the log-in user's home. */
const FOLDER = `
umask 077
folder=${HOST_FOLDER}/dead-man/$1
`;

const PLANT = `${FOLDER}
shift
if [ -d "$folder" ]; then
  if [ -d "$folder/settled" ]; then
    done=no
    if [ -f "$folder/cancelled" ]; then done=yes; fi
    if [ -f "$folder/reverted" ]; then case "\`cat "$folder/reverted"\`" in done*) done=yes ;; esac; fi
    if [ $done = no ]; then exit 61; fi
    rm -rf "$folder"
  fi
fi
# One that a run left behind is told the new time; its backup stays the one from before the change.
if [ -f "$folder/armed" ]; then
  echo "$2 $1" > "$folder/armed.new" && mv -f "$folder/armed.new" "$folder/armed"
  cat > /dev/null
  exit 0
fi
rm -rf "$folder"
mkdir -p "$folder" && cat > "$folder/both" || exit 62
sed '/^# --- restart ---$/,$d' "$folder/both" > "$folder/watch.sh" || exit 62
sed '1,/^# --- restart ---$/d' "$folder/both" > "$folder/restart.sh" || exit 62
seconds=$1
generation=$2
shift 2
number=1
for path in "$@"; do
  echo "$path" > "$folder/$number.path" || exit 62
  cp -p "$path" "$folder/$number.backup" || exit 63
  cksum < "$folder/$number.backup" > "$folder/$number.sum" || exit 62
  number=\`expr "$number" + 1\`
done
echo "$generation $seconds" > "$folder/armed" || exit 62
nohup sh "$folder/watch.sh" "$folder" < /dev/null > /dev/null 2>&1 &
`;

const CANCEL = `${FOLDER}
if [ ! -f "$folder/armed" ]; then echo none; exit 0; fi
if mkdir "$folder/settled" 2>/dev/null; then : > "$folder/cancelled"; fi
if [ -f "$folder/cancelled" ]; then rm -f "$folder"/*.backup; echo cancelled; else echo reverting; fi
`;

/** The time counts only when nobody has settled it meanwhile. */
const RETIME = `${FOLDER}
if [ ! -f "$folder/armed" ] || [ -d "$folder/settled" ]; then exit 64; fi
echo "$3 $2" > "$folder/armed.new" && mv -f "$folder/armed.new" "$folder/armed" || exit 62
if [ -d "$folder/settled" ]; then exit 64; fi
`;

const READ = `${FOLDER}
if [ ! -f "$folder/armed" ]; then echo none
elif [ -f "$folder/reverted" ]; then cat "$folder/reverted"
elif [ -f "$folder/cancelled" ]; then echo cancelled
elif [ -d "$folder/settled" ]; then echo reverting
else echo armed
fi
`;

/** Arms it, or gives one that is armed already the time anew.
 * @param generation another one than before, so that the time counts anew
 * @throws OperatorError STEP_FAILED when it cannot be planted: then the change must not be made either */
export async function plantDeadMan(shell: WriteShell, deadMan: DeadMan, generation: string): Promise<void> {
  const watch = await readFile(TEMPLATE, 'utf8');
  const restart = deadMan.restart.map(renderCommandLine).join('\n');
  const { exitCode, stderr } = await shell.change({
    argv: ['sh', '-c', PLANT, 'sh', deadMan.id, String(deadMan.seconds), generation, ...deadMan.files],
    stdin: [`${watch}\n# --- restart ---\n${restart}\n`],
    timeoutMs: TIMEOUT_MS,
  });
  if (exitCode === 0) return;
  const why = WHY[exitCode] ?? stderr.trim();
  throw new OperatorError('STEP_FAILED', `host ${shell.host}: the dead man's revert was not planted: ${why}`, {
    hint: 'The change was not made either. Look at ~/.strictstep/dead-man on the host.',
  });
}

/** Gives one that is armed another time, counted from now.
 * @throws OperatorError HEALTH_FAILED when it is not armed any more */
export async function retimeDeadMan(
  shell: WriteShell,
  { id, seconds }: Pick<DeadMan, 'id' | 'seconds'>,
  generation: string,
): Promise<void> {
  const argv = ['sh', '-c', RETIME, 'sh', id, String(seconds), generation];
  const { exitCode } = await shell.change({ argv, timeoutMs: TIMEOUT_MS });
  if (exitCode !== 0) throw hasActed(shell, id);
}

const WHY: Readonly<Record<number, string>> = {
  61: 'an earlier one is taking a change back, or could not',
  62: 'its folder cannot be written',
  63: 'a file that it is to give back cannot be copied',
};

/** @throws OperatorError HEALTH_FAILED when it has acted: what was proved before is no longer so */
export async function cancelDeadMan(shell: WriteShell, id: string): Promise<void> {
  const { stdout } = await shell.change({ argv: ['sh', '-c', CANCEL, 'sh', id], timeoutMs: TIMEOUT_MS });
  if (stdout.trim() === 'reverting') throw hasActed(shell, id);
}

const hasActed = ({ host }: WriteShell, id: string): OperatorError =>
  new OperatorError('HEALTH_FAILED', `host ${host}: the dead man's revert ${id} has taken the change back`, {
    hint: 'Health was not proved in time. When the server answers as before, run the same command again.',
  });

export async function readDeadMan(shell: ReadShell, id: string): Promise<DeadManState> {
  const { stdout } = await shell.query({ argv: ['sh', '-c', READ, 'sh', id], timeoutMs: TIMEOUT_MS, short: 'script' });
  const [word = ''] = stdout.trim().split(' ');
  const state = STATES[word];
  if (state !== undefined) return state;
  throw new OperatorError('REMOTE_REPLY', `host ${shell.host}: unknown state of the dead man's revert ${id}: ${word}`);
}

const STATES: Readonly<Record<string, DeadManState>> = {
  none: 'none',
  armed: 'armed',
  cancelled: 'cancelled',
  reverting: 'reverting',
  done: 'reverted',
  failed: 'failed',
  damaged: 'failed',
};
