// A file that may be new: written, and taken back, so that nobody but its owner can read it at any moment.
import { OperatorError } from '../../core/errors.ts';
import type { WriteShell } from '../../core/shell.ts';

const TIMEOUT_MS = 30_000;
const PRIVATE = '0600';

/** @throws OperatorError STEP_FAILED */
export async function putFile(
  shell: WriteShell,
  path: string,
  bytes: Uint8Array,
  { like, backup }: { readonly like: string; readonly backup: string },
): Promise<void> {
  const found = await shell.fileFacts(path);
  if (found === undefined) return await shell.createFile(path, bytes, like);
  // Before the content: a key must not be readable even for a moment.
  if (found.mode !== PRIVATE) await changeMode(shell, path, PRIVATE);
  await shell.replaceFile(path, bytes, backup);
}

/** @param mode of the file before; null: there was none */
export async function putBack(
  shell: WriteShell,
  path: string,
  mode: string | null,
  { backup, undoBackup }: { readonly backup: string; readonly undoBackup: string },
): Promise<void> {
  if (mode === null) {
    const found = await shell.fileFacts(path);
    if (found !== undefined) await shell.removeFile(path, found.sha256);
    return;
  }
  const bytes = await shell.readFile(`${path}.${backup}`);
  if (bytes === undefined) {
    const hint = 'If the run never changed this file, nothing is to be undone; else put a saved one in place by hand.';
    throw new OperatorError('STEP_FAILED', `host ${shell.host} has no ${path}.${backup}`, { hint });
  }
  await shell.replaceFile(path, bytes, undoBackup);
  if (mode !== PRIVATE) await changeMode(shell, path, mode);
}

async function changeMode(shell: WriteShell, path: string, mode: string): Promise<void> {
  const { exitCode } = await shell.change({ argv: ['chmod', mode, path], timeoutMs: TIMEOUT_MS });
  if (exitCode === 0) return;
  const hint = 'The log-in user must own the file; nothing in it was changed.';
  throw new OperatorError('STEP_FAILED', `host ${shell.host}: the mode of ${path} could not be made ${mode}`, { hint });
}
