// Commands on this machine, behind the same port. execa's own errors are never passed on: they quote arguments and output.
import type { Command, CommandResult, ReadShell } from '../core/shell.ts';
import type { Ending, Running, Site } from './process.ts';
import { makeReadShell } from './shell.ts';

const KILL_AFTER_MS = 2000;

const site: Site = {
  host: 'local',
  subject: 'this machine',
  start: startHere,
  takeSlot: () => Promise.resolve(() => undefined),
  takeLongSlot: () => Promise.resolve(() => undefined),
};

/** A shell on this machine; it has no method that writes. */
export const localShell = (): ReadShell => makeReadShell(site);

/** One command here. A program that does not exist gives exit status 127, as a shell says it. */
export const runLocal = (command: Command): Promise<CommandResult> => localShell().query(command);

async function startHere(argv: readonly string[]): Promise<Running> {
  const [program, ...args] = argv;
  if (program === undefined) throw new RangeError('a command needs a program');
  // Loaded by the first command: most runs have none here.
  const { execa } = await import('execa');
  const child = execa(program, args, {
    buffer: false,
    encoding: 'buffer',
    reject: false,
    forceKillAfterDelay: KILL_AFTER_MS,
  });
  const { stdin, stdout, stderr } = child;
  return {
    stdin,
    stdout,
    stderr,
    ending: child.then(({ exitCode, signal, code }): Ending => {
      if (exitCode !== undefined) return { kind: 'exit', code: exitCode };
      if (signal !== undefined) return { kind: 'signal', signal };
      if (code === 'ENOENT') return { kind: 'exit', code: 127 };
      return code === 'EACCES' ? { kind: 'exit', code: 126 } : { kind: 'lost' };
    }),
    kill() {
      child.kill();
      stdin.destroy();
      // What the program has started may hold them open; this process is not to wait for that.
      stdout.destroy();
      stderr.destroy();
    },
  };
}
