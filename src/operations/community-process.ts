// The process of a community server or multiplexer: which one lives, and whether it is older than the files that it read.
// No stored page names a pid file: we take `ststart.pid` in the data folder (the lab's), else the launcher in the list of
// processes, whose age is then not known. Not verified on a real community server.
import { OperatorError } from '../core/errors.ts';
import type { ReadShell, WriteShell } from '../core/shell.ts';
import type { WriteContext } from '../core/operation.ts';
import { claimOf, serverCommand, type ServerVerb } from '../products/sametime/server-commands.ts';
import { besideIni, componentOf, type CommunityMember } from './community-member.ts';
import { lookAtProcess, waitCommand, waitForProcess, type ComponentProcess } from './component-process.ts';
import { readIniFile, valuesOf } from './read-community.ts';

export type CommunityProcess = ComponentProcess;

const LAUNCHER = 'stlaunch';

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
  const { pid, timeOf } = await lookAtProcess(shell, pidFileOf(member), files, LAUNCHER);
  if (pid === null) return { pid: null, isOlder: false };
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

/** What brings its files into force without us: the same stop and start as those of a restart. */
export const restartCommands = (member: CommunityMember): readonly (readonly string[])[] => [
  commandOf(member, 'stop'),
  waitCommand(pidFileOf(member), member.startTimeoutMs),
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
  await waitForProcess(context, {
    timeoutMs: member.startTimeoutMs,
    look: async () => (await readCommunityProcess(shell, member)).pid,
    isThere,
    message: `host ${member.host}: ${describeMember(member)} ${what}`,
    hint: hintFor(member),
  });
}

const hintFor = ({ log }: CommunityMember): string =>
  `Read ${log} and correct what it names, then run the same command again.`;
