// Runs the command line as a user does: a process of its own, exit status, both streams.
import { execa } from 'execa';
import { MAIN, PROGRAM_ENV } from './program.ts';

export type CliResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

export async function strictstep(...args: readonly string[]): Promise<CliResult> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, ...args], {
    reject: false,
    stdin: 'ignore',
    env: { ...PROGRAM_ENV, CI: 'true', NO_COLOR: '1' },
  });
  return { exitCode: exitCode ?? -1, stdout, stderr };
}
