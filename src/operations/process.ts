// The process of a WebSphere server as its pid file tells it, and stopping and starting it with the product's own tools.
// Message ids and pid files: seen in public transcripts of WebSphere 7 to 9.
import { OperatorError } from '../core/errors.ts';
import type { Call, WriteContext } from '../core/operation.ts';
import type { ReadShell, WriteShell } from '../core/shell.ts';
import {
  cellFolder,
  configRoot,
  logFile,
  nodeFolder,
  pidFile,
  securityDocument,
} from '../products/websphere/profile-paths.ts';
import { runTool } from '../products/websphere/run-tool.ts';
import { toolCommand, type Tool } from '../products/websphere/tools.ts';
import { renderCommandLine } from '../template/fill-template.ts';
import { withLogLine } from './start-failure.ts';

/** new: this step has started it, or what runs is younger than its configuration */
export type ProcessState = 'old' | 'new' | 'stopped';

export type ManagedProcess = {
  readonly cell: string;
  readonly node: string;
  /** 'dmgr', 'nodeagent' or a server's name */
  readonly server: string;
  readonly host: string;
  readonly profile: string;
  /** process id that the step replaces; null: not known when the plan was made, so the age against the configuration decides */
  readonly replaces: string | null;
  readonly timeoutMs: number;
};

const COMMAND_TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 500;
const LOOKS = 60;

// Arguments: pid file, then files. Prints the process id if that process lives, then "older" if the pid file was written
// no later than the last change of one of the files. Exit 0 either way.
export const PROCESS_SCRIPT = `p=\`cat "$1" 2>/dev/null\` || exit 0
kill -0 "$p" 2>/dev/null || exit 0
echo "$p"
pid=$1
shift
for f in "$@"; do
  if [ -f "$f" ] && [ -z "\`find "$pid" -newer "$f"\`" ]; then echo older; exit 0; fi
done
exit 0`;

/** What a process reads when it starts; paths below the configuration root. */
export const configurationDocuments = (cell: string, node: string): readonly string[] => [
  securityDocument(cell),
  ...[cellFolder(cell), nodeFolder(cell, node)].flatMap((folder) => [`${folder}/key.p12`, `${folder}/trust.p12`]),
];

async function readLive(
  shell: ReadShell,
  process: ManagedProcess,
): Promise<{ readonly pid: string | null; readonly isOlder: boolean }> {
  const { profile, server, cell, node } = process;
  const files = configurationDocuments(cell, node).map((document) => `${configRoot(profile)}/${document}`);
  const argv = ['sh', '-c', PROCESS_SCRIPT, 'sh', pidFile(profile, server), ...files];
  const { stdout } = await shell.query({ argv, timeoutMs: COMMAND_TIMEOUT_MS });
  const [pid = '', age] = stdout.trim().split('\n');
  return { pid: /^[0-9]+$/u.test(pid) ? pid : null, isOlder: age === 'older' };
}

export const isProcessAlive = async (shell: ReadShell, process: ManagedProcess): Promise<boolean> =>
  (await readLive(shell, process)).pid !== null;

export async function readProcess(shell: ReadShell, process: ManagedProcess): Promise<ProcessState> {
  const { pid, isOlder } = await readLive(shell, process);
  if (pid === null) return 'stopped';
  const isOld = process.replaces === null ? isOlder : pid === process.replaces;
  return isOld ? 'old' : 'new';
}

export const describeProcess = ({ cell, node, server }: ManagedProcess): string =>
  `process ${node}/${server} of cell ${cell}`;

/** Independent of how far a step that was cut off got: what is left of it is then still as planned. */
export const processBefore = ({ replaces }: ManagedProcess): string =>
  replaces === null ? 'started before the configuration' : `process id ${replaces}`;

/** @throws OperatorError STEP_FAILED; nothing was started then */
export async function stopProcess(context: WriteContext, shell: WriteShell, process: ManagedProcess): Promise<void> {
  const { profile, server, timeoutMs } = process;
  if ((await readLive(shell, process)).pid === null) return;
  await runTool(shell, { kind: 'stop', server }, { profile, timeoutMs, login: context.login(process.cell) });
  // The tool reports before the last thread has ended; its ports are free only when the process is gone.
  for (let look = 0; look < LOOKS; look += 1) {
    if ((await readLive(shell, process)).pid === null) return;
    await context.pause(LOOK_EVERY_MS);
  }
  const hint = 'End the process by hand or find out what it waits for, then run the same command again.';
  const what = `host ${process.host}: ${describeProcess(process)} still lives after its stop was reported`;
  throw new OperatorError('STEP_FAILED', what, { hint });
}

/** @throws OperatorError STEP_FAILED */
export async function startProcess(shell: WriteShell, process: ManagedProcess): Promise<void> {
  const { profile, server, timeoutMs, host } = process;
  const { outcome, processId } = await withLogLine(shell, logFile(profile, server), () =>
    runTool(shell, { kind: 'start', server }, { profile, timeoutMs }),
  );
  const { pid } = await readLive(shell, process);
  if (outcome === 'started' && processId !== undefined && pid === processId) return;
  const what = `host ${host}: ${describeProcess(process)} reported ${outcome} with process id ${processId ?? 'unknown'}, but ${pid ?? 'none'} lives`;
  throw new OperatorError('STEP_FAILED', what, {
    hint: `Read ${profile}/logs/${server}/SystemOut.log and run the same command again.`,
  });
}

export const renderTool = ({ profile, server, timeoutMs }: ManagedProcess, kind: 'start' | 'stop'): Call =>
  renderToolCall({ kind, server }, profile, timeoutMs);

export const renderToolCall = (tool: Tool, profile: string, timeoutMs: number): Call => ({
  tool: 'shell',
  text: renderCommandLine(toolCommand(tool, { profile, timeoutMs }).argv),
});
