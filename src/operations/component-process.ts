// The process of a server outside cells, by its pid file: whether it lives, and whether files that it reads when it starts have
// changed since.
import { OperatorError } from '../core/errors.ts';
import type { WriteContext } from '../core/operation.ts';
import type { ReadShell } from '../core/shell.ts';

export type ComponentProcess = { readonly pid: string | null; readonly isOlder: boolean };

const COMMAND_TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 500;

// Arguments: name of a launcher, or nothing; pid file; files. Prints the process id of what lives, then a line for the pid
// file and for each file that is there: its time of change in seconds, a blank, its path. Without a tool for that: only the
// names of files that changed after the pid file, with the time "later". Exit 0 either way.
const PROCESS_SCRIPT = `launcher=$1
shift
p=\`cat "$1" 2>/dev/null\`
if [ -n "$p" ] && kill -0 "$p" 2>/dev/null; then
  echo "$p"
  pid=$1
  for f in "$@"; do
    if [ -f "$f" ]; then
      t=\`stat -c %.9Y "$f" 2>/dev/null || perl -MTime::HiRes=stat -e 'printf "%.9f", (stat($ARGV[0]))[9]' "$f" 2>/dev/null\`
      if [ -n "$t" ]; then echo "$t $f"
      elif [ -n "\`find "$f" -newer "$pid"\`" ]; then echo "later $f"
      fi
    fi
  done
  exit 0
fi
if [ -n "$p" ] || [ -z "$launcher" ]; then exit 0; fi
ps -e -o pid= -o comm= 2>/dev/null | awk -v name="$launcher" '{ n = tolower($2); sub(/^.*\\//, "", n) } index(n, name) == 1 { print $1; exit }'
exit 0`;

export type ProcessLook = {
  readonly pid: string | null;
  /** time of the last change, in seconds; 0: not known */
  readonly timeOf: (path: string) => number;
};

/** @param launcher how the program's name begins, in lower case; for products of which no pid file is known */
export async function lookAtProcess(
  shell: ReadShell,
  pidFile: string,
  files: readonly string[],
  launcher = '',
): Promise<ProcessLook> {
  const argv = ['sh', '-c', PROCESS_SCRIPT, 'sh', launcher, pidFile, ...files];
  const { stdout } = await shell.query({ argv, timeoutMs: COMMAND_TIMEOUT_MS });
  const [pid = '', ...rows] = stdout.trim().split('\n');
  const times = new Map(rows.map((row) => [row.slice(row.indexOf(' ') + 1), row.slice(0, row.indexOf(' '))]));
  return {
    pid: /^[0-9]+$/u.test(pid) ? pid : null,
    timeOf: (path) => (times.get(path) === 'later' ? Infinity : Number(times.get(path) ?? 0)),
  };
}

// Arguments: pid file, seconds. Ends when the process has ended, or when it has not for so long.
const WAIT_SCRIPT = [
  'left=$2; while [ "$left" -gt 0 ] && p=`cat "$1" 2>/dev/null` && [ -n "$p" ] && kill -0 "$p" 2>/dev/null;',
  'do sleep 1; left=`expr "$left" - 1`; done',
].join(' ');

/** For the host, when strictstep is not there. */
export const waitCommand = (pidFile: string, timeoutMs: number): readonly string[] => [
  'sh',
  '-c',
  WAIT_SCRIPT,
  'sh',
  pidFile,
  String(Math.ceil(timeoutMs / 1000)),
];

type Awaited = {
  readonly timeoutMs: number;
  /** gives the process id, or null */
  readonly look: () => Promise<string | null>;
  readonly isThere: (pid: string | null) => boolean;
  readonly message: string;
  readonly hint: string;
};

/** @throws OperatorError STEP_FAILED after the time */
export async function waitForProcess(context: WriteContext, { timeoutMs, look, isThere, message, hint }: Awaited) {
  const looks = Math.max(1, Math.ceil(timeoutMs / LOOK_EVERY_MS));
  for (let count = 0; count < looks; count += 1) {
    if (isThere(await look())) return;
    await context.pause(LOOK_EVERY_MS);
  }
  throw new OperatorError('STEP_FAILED', message, { hint });
}
