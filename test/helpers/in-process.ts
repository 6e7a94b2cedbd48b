// The command line in this process: the same way through arguments, errors and exit status as main.ts, without the start
// of a process. For what ends before anything is contacted, or soon after.
import { vi } from 'vitest';
import { exitStatusOf, writeError } from '../../src/cli/output.ts';
import { makeProgram } from '../../src/cli/program.ts';
import type { CliResult } from './cli.ts';

export async function strictstepHere(...args: readonly string[]): Promise<CliResult> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    }),
  );
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await makeProgram().parseAsync(['node', 'strictstep', ...args]);
  } catch (error) {
    writeError(error, args.includes('--json'));
    process.exitCode = exitStatusOf(error);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const exitCode = process.exitCode ?? 0;
  process.exitCode = before;
  return { exitCode, ...written };
}
