// The process of a community server or multiplexer: which one lives, and whether it is older than the files that it read.
// No stored page names a pid file: we take `ststart.pid` in the data folder (the lab's), else the launcher in the list of
// processes, whose age is then not known. Not verified on a real community server.
import { OperatorError } from '../core/errors.ts';
import type { ReadShell, WriteShell } from '../core/shell.ts';
import type { WriteContext } from '../core/operation.ts';
import { claimOf, serverCommand, type ServerVerb } from '../products/sametime/server-commands.ts';
import { besideIni, componentOf, type CommunityMember } from './community-member.ts';
import { readIniFile, valuesOf } from './read-community.ts';

export type CommunityProcess = { readonly pid: string | null; readonly isOlder: boolean };

const COMMAND_TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 500;

// Arguments: pid file, then files. Prints the process id of what lives, then a line for the pid file and for each file that
// is there: its time of change in seconds, a blank, its path. Without a tool for that: only the names of files that changed
// after the pid file, with the time "later". Exit 0 either way.
const PROCESS_SCRIPT = `p=\`cat "$1" 2>/dev/null\`
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
if [ -n "$p" ]; then exit 0; fi
ps -e -o pid= -o comm= 2>/dev/null | awk 'tolower($2) ~ /^(.*\\/)?stlaunch/ { print $1; exit }'
exit 0`;

/** The server changes its sametime.ini and makes the stash in one go. */
const OWN_REWRITE_SECONDS = 1;

export const pidFileOf = ({ data }: CommunityMember): string => `${data}/ststart.pid`;

/** Older: a file that it reads when it starts has changed since. What the server itself rewrites then, since it makes a
 * stash of a password, does not count.
 * @throws OperatorError FACT_UNREADABLE */
export async function readCommunityProcess(shell: ReadShell, member: CommunityMember): Promise<CommunityProcess> {
  const values = Object.entries(valuesOf(await readIniFile(shell, member)));
  const paths = (suffix: string): readonly string[] =>
    values.flatMap(([name, value]) => (name.endsWith(suffix) && value !== '' ? [besideIni(member, value)] : []));
  const [stores, stashes] = [paths('_STORE_FILE'), paths('_STASH_FILE')];
  const files = [...new Set([member.ini, ...stores, ...stashes])];
  const argv = ['sh', '-c', PROCESS_SCRIPT, 'sh', pidFileOf(member), ...files];
  const { stdout } = await shell.query({ argv, timeoutMs: COMMAND_TIMEOUT_MS });
  const [pid = '', ...rows] = stdout.trim().split('\n');
  if (!/^[0-9]+$/u.test(pid)) return { pid: null, isOlder: false };
  const times = new Map(rows.map((row) => [row.slice(row.indexOf(' ') + 1), row.slice(0, row.indexOf(' '))]));
  const timeOf = (path: string): number => (times.get(path) === 'later' ? Infinity : Number(times.get(path) ?? 0));
  const started = timeOf(pidFileOf(member));
  const isOwnRewrite = stashes.some(
    (stash) => timeOf(stash) >= started && Math.abs(timeOf(stash) - timeOf(member.ini)) <= OWN_REWRITE_SECONDS,
  );
  const changed = [member.ini, ...stores].filter((path) => timeOf(path) > started);
  return { pid, isOlder: changed.some((path) => path !== member.ini || !isOwnRewrite) };
}

export const describeMember = (member: CommunityMember): string =>
  `${member.memberKind === 'mux' ? 'multiplexer' : 'community server'} ${componentOf(member)}`;

export const commandOf = (member: CommunityMember, verb: ServerVerb): readonly string[] =>
  serverCommand(
    { platform: member.platform, data: member.data, ...(member.user === null ? {} : { user: member.user }) },
    verb,
  );

// Arguments: pid file, seconds. Ends when the process has ended, or when it has not for so long.
const WAIT_SCRIPT = [
  'left=$2; while [ "$left" -gt 0 ] && p=`cat "$1" 2>/dev/null` && [ -n "$p" ] && kill -0 "$p" 2>/dev/null;',
  'do sleep 1; left=`expr "$left" - 1`; done',
].join(' ');

/** What brings its files into force without us: the same stop and start as those of a restart. */
export const restartCommands = (member: CommunityMember): readonly (readonly string[])[] => [
  commandOf(member, 'stop'),
  ['sh', '-c', WAIT_SCRIPT, 'sh', pidFileOf(member), String(Math.ceil(member.startTimeoutMs / 1000))],
  commandOf(member, 'start'),
];

/** @throws OperatorError STEP_FAILED; nothing was started then */
export async function stopMember(context: WriteContext, shell: WriteShell, member: CommunityMember): Promise<void> {
  if ((await readCommunityProcess(shell, member)).pid === null) return;
  await runVerb(shell, member, 'stop');
  await waitFor(context, shell, member, (pid) => pid === null, 'still lives after its stop was reported');
}

/** Ready is another question: its ports and its log answer that, in the health checks.
 * @throws OperatorError STEP_FAILED */
export async function startMember(context: WriteContext, shell: WriteShell, member: CommunityMember): Promise<void> {
  await runVerb(shell, member, 'start');
  await waitFor(context, shell, member, (pid) => pid !== null, 'has no process after its start was reported');
}

async function runVerb(shell: WriteShell, member: CommunityMember, verb: 'start' | 'stop'): Promise<void> {
  const { exitCode, stdout, stderr } = await shell.change({
    argv: commandOf(member, verb),
    timeoutMs: member.startTimeoutMs,
  });
  if (exitCode === 0) return;
  const said =
    claimOf(member.platform, `${stdout}\n${stderr}`).line ?? `${stdout}\n${stderr}`.trim().split('\n').at(-1);
  const what = `host ${member.host}: ${verb} of ${describeMember(member)} ended with status ${exitCode}: ${said ?? ''}`;
  throw new OperatorError('STEP_FAILED', what.trim(), { hint: hintFor(member) });
}

async function waitFor(
  context: WriteContext,
  shell: WriteShell,
  member: CommunityMember,
  isThere: (pid: string | null) => boolean,
  what: string,
): Promise<void> {
  const looks = Math.max(1, Math.ceil(member.startTimeoutMs / LOOK_EVERY_MS));
  for (let look = 0; look < looks; look += 1) {
    if (isThere((await readCommunityProcess(shell, member)).pid)) return;
    await context.pause(LOOK_EVERY_MS);
  }
  const message = `host ${member.host}: ${describeMember(member)} ${what}`;
  throw new OperatorError('STEP_FAILED', message, { hint: hintFor(member) });
}

const hintFor = ({ log }: CommunityMember): string =>
  `Read ${log} and correct what it names, then run the same command again.`;
