// Small work on files of a host, as the account of the service: names, modes, folders.
import { OperatorError } from '../../core/errors.ts';
import type { WriteShell } from '../../core/shell.ts';
import { runAs } from '../../products/sun-im/look.ts';
import type { SunImMember } from '../sun-im-server.ts';

type Who = Pick<SunImMember, 'host' | 'user'>;
const TIMEOUT_MS = 30_000;

export const removeAll = (shell: WriteShell, who: Who, paths: readonly string[]): Promise<void> =>
  run(shell, who, ['rm', '-rf', '--', ...paths]);

export const keepPrivate = (shell: WriteShell, who: Who, path: string): Promise<void> =>
  run(shell, who, ['chmod', '0600', '--', path]);

export const makeFolder = (shell: WriteShell, who: Who, path: string): Promise<void> =>
  run(shell, who, ['mkdir', '-m', '0700', '--', path]);

export const moveTo = (shell: WriteShell, who: Who, from: string, to: string): Promise<void> =>
  run(shell, who, ['mv', '--', from, to]);

/** @throws OperatorError STEP_FAILED */
async function run(shell: WriteShell, { host, user }: Who, argv: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await shell.change({
    argv: [...runAs(user ?? undefined), ...argv],
    timeoutMs: TIMEOUT_MS,
  });
  if (exitCode === 0) return;
  const said = stderr.trim().split('\n').at(-1) ?? '';
  throw new OperatorError('STEP_FAILED', `host ${host}: ${argv.join(' ')} ended with status ${exitCode}: ${said}`, {
    hint: 'Let the account of the service write the folder of iim.conf, then run the same command again.',
  });
}
