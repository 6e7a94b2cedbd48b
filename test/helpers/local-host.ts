// A folder of this machine as a host: the scripts of the transport run for real, over pipes instead of SSH.
import { spawn } from 'node:child_process';
import type { WriteShell } from '../../src/core/shell.ts';
import type { Ending, Running, Site } from '../../src/transport/process.ts';
import { makeWriteShell } from '../../src/transport/shell.ts';

const siteOf = (host: string): Site => ({
  host,
  subject: `host ${host}`,
  start: startHere,
  takeSlot: async () => () => undefined,
  takeLongSlot: async () => () => undefined,
});

async function startHere(argv: readonly string[]): Promise<Running> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { stdio: 'pipe' });
  const ending = new Promise<Ending>((resolve) => {
    child.once('error', () => resolve({ kind: 'exit', code: 127 }));
    child.once('close', (code, signal) =>
      resolve(code === null ? { kind: 'signal', signal: signal ?? '' } : { kind: 'exit', code }),
    );
  });
  const { stdin, stdout, stderr } = child;
  return { stdin, stdout, stderr, ending, kill: () => void child.kill() };
}

export const localHost = (host: string): WriteShell => makeWriteShell(siteOf(host));
