// What sametime.log tells since a moment, as events; a log that is not there tells nothing.
import type { ReadShell } from '../core/shell.ts';
import { readLog, type LogEvent } from '../products/sametime/log.ts';
import { readLogAfter } from './log.ts';

/** @param offset bytes that the log had then; 0: all of it */
export async function readLogEvents(shell: ReadShell, path: string, offset: number): Promise<readonly LogEvent[]> {
  if ((await shell.fileFacts(path)) === undefined) return [];
  const lines = await readLogAfter(shell, path, offset);
  return readLog(Buffer.from(`${lines.join('\n')}\n`)).events;
}
