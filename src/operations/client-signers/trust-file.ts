// The client trust store as a file: a backup beside it, and what exactly it holds.
import { OperatorError } from '../../core/errors.ts';
import type { WriteShell } from '../../core/shell.ts';
import type { Params } from './params.ts';
import { openTrustFile } from './read-client-trust.ts';

/** A backup of an earlier, cut-off attempt is the older state and stays. */
export async function keepBackup(shell: WriteShell, path: string, backup: string): Promise<void> {
  if ((await shell.fileFacts(backup)) === undefined) {
    await shell.change({ argv: ['cp', '-p', path, backup], timeoutMs: 30_000 });
    if ((await shell.fileFacts(backup))?.sha256 !== (await shell.fileFacts(path))?.sha256) {
      const hint = 'Check the free space and the owner of the folder; the trust store itself was not touched.';
      throw new OperatorError('STEP_FAILED', `host ${shell.host}: ${path} could not be copied to ${backup}`, { hint });
    }
  }
}

export const fingerprintsIn = async (
  shell: WriteShell,
  { profile }: Params,
  path: string,
): Promise<readonly string[]> => (await openTrustFile(shell, profile, path)).map(({ sha1 }) => sha1);

/** What one list has and the other has not. */
export function differences(a: readonly string[], b: readonly string[]): readonly string[] {
  const [onlyA, onlyB] = [a.filter((item) => !b.includes(item)), b.filter((item) => !a.includes(item))];
  return [...new Set([...onlyA, ...onlyB])];
}

export async function expectExactly(
  shell: WriteShell,
  params: Params,
  path: string,
  wanted: readonly string[],
): Promise<void> {
  const found = await fingerprintsIn(shell, params, path);
  const odd = differences(found, wanted);
  if (odd.length === 0) return;
  const hint = 'Compare the store with the backup beside it (keytool -list) and put the right one in place by hand.';
  throw new OperatorError(
    'STEP_FAILED',
    `host ${params.host}: ${path} does not hold exactly what is expected; it differs in ${odd.join(', ')}`,
    { hint },
  );
}
