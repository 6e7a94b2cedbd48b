// Health check log: no forbidden message id in what was written since the step began. Older lines do not count, and a
// log that became shorter was rotated, so all of it counts.
import type { ReadShell } from '../core/shell.ts';
import type { HealthContext } from './context.ts';
import type { HealthCheck, HealthResult } from './types.ts';

type LogCheck = Extract<HealthCheck, { kind: 'log' }>;

const COMMAND_TIMEOUT_MS = 60_000;
const SIZE_SCRIPT = 'if [ -f "$1" ]; then wc -c < "$1"; fi';

/** Size in bytes, 0 when there is no such file. */
export async function readLogSize(shell: ReadShell, path: string): Promise<number> {
  const { stdout } = await shell.query({
    argv: ['sh', '-c', SIZE_SCRIPT, 'sh', path],
    timeoutMs: COMMAND_TIMEOUT_MS,
    short: 'script',
  });
  return Number(stdout.trim() || '0');
}

/** The lines written after `offset`; the whole file when it is shorter than that. */
export async function readLogAfter(shell: ReadShell, path: string, offset: number): Promise<readonly string[]> {
  const from = (await readLogSize(shell, path)) < offset ? 0 : offset;
  const { stdout } = await shell.query({ argv: ['tail', '-c', `+${from + 1}`, path], timeoutMs: COMMAND_TIMEOUT_MS });
  return stdout.split(/\r?\n/);
}

export async function checkLog(check: LogCheck, context: HealthContext): Promise<HealthResult> {
  const shell = await context.shell(check.host);
  const lines = await readLogAfter(shell, check.path, context.logOffset(check.host, check.path) ?? 0);
  const bad = lines.find((line) => check.forbidden.some((id) => line.includes(id)));
  return bad === undefined
    ? { check: check.name, verdict: 'pass', detail: `none of ${check.forbidden.join(', ')} on ${check.host}` }
    : { check: check.name, verdict: 'fail', detail: `${check.host}: ${bad.trim().slice(0, 300)}` };
}
