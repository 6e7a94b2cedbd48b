// Writes a file of the operator: never over another one unless told to, and then whole or not at all.
import { rename, writeFile } from 'node:fs/promises';
import { OperatorError } from '../core/errors.ts';

type Wish = { readonly mode: number; readonly force: boolean };

/** @throws OperatorError USAGE when it exists and `force` is false; INPUT_UNREADABLE when it cannot be written */
export async function writeOwnFile(path: string, bytes: Uint8Array | string, { mode, force }: Wish): Promise<void> {
  const place = force ? `${path}.${process.pid}.new` : path;
  try {
    await writeFile(place, bytes, { mode, flag: 'wx' });
    if (force) await rename(place, path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
      throw new OperatorError('USAGE', `file ${place} exists already`, {
        hint: 'Choose another name, or give --force to replace it.',
      });
    }
    const hint = 'Check that the folder exists and that the user who runs strictstep may write into it.';
    throw new OperatorError('INPUT_UNREADABLE', `file ${path} cannot be written`, { hint, cause });
  }
}
