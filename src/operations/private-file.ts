// A private file on a host for as long as a piece of work needs it.
import type { WriteShell } from '../core/shell.ts';

/** The file is removed after the work, also after an error; then the error of the work is the one that is told. */
export async function usePrivateFile(
  shell: WriteShell,
  name: string,
  bytes: Uint8Array,
  work: (path: string) => Promise<void>,
): Promise<void> {
  const path = await shell.placePrivateFile(name, bytes);
  try {
    await work(path);
  } catch (error) {
    await shell.removePrivateFile(path).catch(() => undefined);
    throw error;
  }
  await shell.removePrivateFile(path);
}
