// Why a server did not start: the tool only says that it did not, the reason is in the server's own SystemOut.log.
// Form of a log line: IBM WebSphere 8.5.5, basic log format ("[time] thread component E message").
import { OperatorError } from '../core/errors.ts';
import type { ReadShell } from '../core/shell.ts';
import { causeOf } from '../products/websphere/admin-messages.ts';

const ERROR_LINE = /^\[[^\]]+\] \S+ \S+ +E {3}(?<text>.+)$/u;
const COMMAND_TIMEOUT_MS = 30_000;
const SHOWN = 400;

/** What `start` throws as STEP_FAILED is told together with the most telling error that the log got meanwhile. */
export async function withLogLine<Result>(
  shell: ReadShell,
  log: string,
  start: () => Promise<Result>,
): Promise<Result> {
  const sizeBytes = (await shell.fileFacts(log))?.sizeBytes ?? 0;
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code !== 'STEP_FAILED') throw error;
    const reason = await readReason(shell, log, sizeBytes).catch(() => undefined);
    if (reason === undefined) throw error;
    throw new OperatorError(error.code, `${error.message}; ${log}: ${reason}`, {
      hint: 'Correct what the log names, then run the same command again.',
      cause: error,
    });
  }
}

/** undefined when no error was written; a log that became shorter was rotated, so all of it counts */
async function readReason(shell: ReadShell, log: string, sizeBytes: number): Promise<string | undefined> {
  const now = (await shell.fileFacts(log))?.sizeBytes ?? 0;
  const from = now < sizeBytes ? 1 : sizeBytes + 1;
  const { stdout } = await shell.query({ argv: ['tail', '-c', `+${from}`, log], timeoutMs: COMMAND_TIMEOUT_MS });
  const errors = stdout.split(/\r?\n/u).flatMap((line) => ERROR_LINE.exec(line)?.groups?.['text'] ?? []);
  return errors.length === 0 ? undefined : causeOf(errors.join('\n'))?.slice(0, SHOWN);
}
