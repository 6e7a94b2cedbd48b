// Health check process: alive, and the same process for a while. A node agent that cannot reach its peers ends and is
// started again, over and over; only watching its process id shows that.
import type { ReadShell } from '../core/shell.ts';
import type { HealthContext } from './context.ts';
import type { HealthCheck, HealthResult } from './types.ts';
import { untilConclusive } from './until.ts';

type ProcessCheck = Extract<HealthCheck, { kind: 'process' }>;

const LOOKS = 5;
const COMMAND_TIMEOUT_MS = 30_000;
// Prints the process id if the process lives, else nothing; exit 0 either way.
const SCRIPT = 'p=`cat "$1" 2>/dev/null` || exit 0; kill -0 "$p" 2>/dev/null && echo "$p"; exit 0';

/** @returns null when the file or the process is not there */
export async function readLiveProcessId(shell: ReadShell, pidFile: string): Promise<string | null> {
  const argv = ['sh', '-c', SCRIPT, 'sh', pidFile];
  const { stdout } = await shell.query({ argv, timeoutMs: COMMAND_TIMEOUT_MS, short: 'script' });
  const processId = stdout.trim();
  return /^[0-9]+$/.test(processId) ? processId : null;
}

export async function checkProcess(check: ProcessCheck, context: HealthContext): Promise<HealthResult> {
  const shell = await context.shell(check.host);
  const alive = await untilConclusive(check.deadlineMs, context, async () => {
    const processId = await readLiveProcessId(shell, check.pidFile);
    return {
      result:
        processId === null
          ? { check: check.name, verdict: 'fail', detail: `no live process in ${check.pidFile} on ${check.host}` }
          : { check: check.name, verdict: 'pass', detail: processId },
    };
  });
  if (alive.verdict !== 'pass') return alive;
  for (let look = 0; look < LOOKS; look += 1) {
    await context.pause(check.sameForMs / LOOKS);
    const now = await readLiveProcessId(shell, check.pidFile);
    if (now !== alive.detail) {
      const detail = `process ${alive.detail} on ${check.host} was replaced by ${now ?? 'none'}: it stops and starts repeatedly`;
      return { check: check.name, verdict: 'fail', detail };
    }
  }
  return { check: check.name, verdict: 'pass', detail: `process ${alive.detail} is stable on ${check.host}` };
}
