// One file that cannot be read, or does not have the form that is known, must not end the search of a host: it becomes a
// problem with its path, and what is known without it stays. A lost connection is no such thing.
import { OperatorError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { ReadShell } from '../core/shell.ts';
import type { Problem } from './types.ts';

const FILE_CODES: ReadonlySet<ErrorCode> = new Set([
  'FACT_UNREADABLE',
  'REMOTE_REPLY',
  'KEYSTORE_PASSWORD',
  'KEYSTORE_FORMAT',
]);

/** @param path for people: what the work is about */
export async function attempt<Value>(
  problems: Problem[],
  path: string,
  work: () => Value | Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OperatorError) || !FILE_CODES.has(error.code)) throw error;
    problems.push({ path, text: error.message });
    return undefined;
  }
}

/** Undefined: absent, or it cannot be read, which is then a problem. */
export const readBytes = (shell: ReadShell, path: string, problems: Problem[]): Promise<Uint8Array | undefined> =>
  attempt(problems, path, async () => await shell.readFile(path));

export async function readText(shell: ReadShell, path: string, problems: Problem[]): Promise<string | undefined> {
  const bytes = await readBytes(shell, path, problems);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
