// The processes behind one iim.conf: server and multiplexor. One file is read by both, so its age cannot tell which of the two has
// read what, and both are started anew. Source: products/sun-im/imadmin.ts; that the process ids stand in `server.pid` and
// `multiplexor.pid` of the runtime folder is not documented (not verified on a real server).
import { OperatorError } from '../core/errors.ts';
import type { WriteContext } from '../core/operation.ts';
import type { ReadShell, WriteShell } from '../core/shell.ts';
import { imadminCommand, type ImadminComponent } from '../products/sun-im/imadmin.ts';
import { readSettings } from '../products/sun-im/settings.ts';
import { lookAtProcess, waitCommand, waitForProcess, type ComponentProcess } from './component-process.ts';
import { namedIn, readIimFile } from './read-sun-im.ts';
import { componentOf, type SunImMember } from './sun-im-server.ts';

type Part = Extract<ImadminComponent, 'server' | 'multiplexor'>;

export const pidFileOf = ({ runtime }: Pick<SunImMember, 'runtime'>, part: Part | 'gateway'): string =>
  `${runtime}/${part}.pid`;

/** pid: of both, with a plus between them; null: not every one that iim.conf has lives
 * @throws OperatorError FACT_UNREADABLE */
export async function readSunImProcess(shell: ReadShell, member: SunImMember): Promise<ComponentProcess> {
  const conf = await readIimFile(shell, member);
  const { store, database } = namedIn(conf, member);
  const files = [
    member.config,
    ...[store, database].flatMap((pair) => (pair === undefined ? [] : [pair.path, pair.passwordFile])),
  ];
  const pids: string[] = [];
  let isOlder = false;
  for (const part of partsIn(readSettings(conf).effective.modules)) {
    const pidFile = pidFileOf(member, part);
    const { pid, timeOf } = await lookAtProcess(shell, pidFile, [...new Set(files)]);
    if (pid === null) return { pid: null, isOlder: false };
    pids.push(pid);
    isOlder ||= files.some((path) => timeOf(path) > timeOf(pidFile));
  }
  return { pid: pids.join('+'), isOlder };
}

/** In the order in which they are started. */
const partsIn = (modules: readonly string[] = []): readonly Part[] => [
  ...(modules.includes('iim_server') || modules.length === 0 ? (['server'] as const) : []),
  ...(modules.includes('iim_mux') ? (['multiplexor'] as const) : []),
];

const commandOf = ({ imadmin, config: conf, user }: SunImMember, verb: 'start' | 'stop', part: Part) =>
  imadminCommand({ imadmin, conf, ...(user === null ? {} : { user }) }, verb, part);

/** In the order in which they are given: what a restart does, for people and for the host. */
export const restartCommands = (member: SunImMember): readonly (readonly string[])[] => [
  commandOf(member, 'stop', 'multiplexor').argv,
  commandOf(member, 'stop', 'server').argv,
  waitCommand(pidFileOf(member, 'server'), member.startTimeoutMs),
  commandOf(member, 'start', 'server').argv,
  commandOf(member, 'start', 'multiplexor').argv,
];

/** Stop and start, as `imadmin refresh` does it; in two commands, so that a run that is killed in between knows where it is.
 * @throws OperatorError STEP_FAILED */
export async function restartSunIm(context: WriteContext, shell: WriteShell, member: SunImMember): Promise<void> {
  const parts = partsIn(readSettings(await readIimFile(shell, member)).effective.modules);
  for (const part of parts.toReversed()) {
    if ((await pidOf(shell, member, part)) === null) continue;
    await runVerb(shell, member, 'stop', part);
    await waitFor(context, shell, member, part, (pid) => pid === null, 'still lives after its stop was reported');
  }
  for (const part of parts) {
    await runVerb(shell, member, 'start', part);
    await waitFor(context, shell, member, part, (pid) => pid !== null, 'has no process after its start was reported');
  }
}

const pidOf = async (shell: ReadShell, member: SunImMember, part: Part): Promise<string | null> =>
  (await lookAtProcess(shell, pidFileOf(member, part), [])).pid;

async function runVerb(shell: WriteShell, member: SunImMember, verb: 'start' | 'stop', part: Part): Promise<void> {
  const { argv } = commandOf(member, verb, part);
  const { exitCode, stdout, stderr } = await shell.change({ argv, timeoutMs: member.startTimeoutMs });
  if (exitCode === 0) return;
  const said = `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? '';
  const what = `host ${member.host}: ${verb} of the ${part} of ${componentOf(member)} ended with status ${exitCode}: ${said}`;
  throw new OperatorError('STEP_FAILED', what.trim(), { hint: hintFor(part) });
}

const waitFor = (
  context: WriteContext,
  shell: WriteShell,
  member: SunImMember,
  part: Part,
  isThere: (pid: string | null) => boolean,
  what: string,
): Promise<void> =>
  waitForProcess(context, {
    timeoutMs: member.startTimeoutMs,
    look: () => pidOf(shell, member, part),
    isThere,
    message: `host ${member.host}: the ${part} of ${componentOf(member)} ${what}`,
    hint: hintFor(part),
  });

const hintFor = (part: Part): string =>
  `Read ${part === 'server' ? 'xmppd.log' : 'mux.log'} and correct what it names, then run the same command again.`;
