// A program of a host as a process of the operating system with a pid file: started in a session of its own, so that it goes on when
// its starter or an SSH session ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pidFile } from '../../../src/lab/sun-im/site.ts';
import { livePid } from '../site.ts';

export type Launch = { readonly argv: readonly string[]; readonly env?: Readonly<Record<string, string>> };

type Which = 'server' | 'multiplexor' | 'gateway';

const POLL_MS = 50;

export function hostProgram(which: Which, { runtime, launch }: { runtime: string; launch: () => Launch }) {
  const file = pidFile(runtime, which);
  const alive = (): number | null => (existsSync(file) ? livePid(file) : null);
  return {
    name: which,
    facts: () => {
      const pid = alive();
      return { process: which, state: pid === null ? ('stopped' as const) : ('running' as const), pid };
    },
    stop: async (): Promise<void> => {
      const pid = alive();
      if (pid !== null) process.kill(pid, 'SIGTERM');
      while (alive() !== null) await delay(POLL_MS);
      rmSync(file, { force: true });
    },
    launch: async (): Promise<{ readonly ready: Promise<void> }> => {
      const ready = { ready: Promise.resolve() };
      if (alive() !== null) return ready;
      const { argv, env = {} } = launch();
      const [program = '', ...rest] = argv;
      mkdirSync(path.join(runtime, 'log'), { recursive: true });
      const log = openSync(path.join(runtime, 'log', `${which}.out`), 'a', 0o600);
      const child = spawn(program, rest, {
        detached: true,
        stdio: ['ignore', log, log],
        cwd: '/',
        env: { ...process.env, ...env },
      });
      await once(child, 'spawn');
      writeFileSync(file, `${child.pid}\n`);
      child.unref();
      return ready;
    },
  };
}
