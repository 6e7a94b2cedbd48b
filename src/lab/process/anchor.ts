// The operating system process that stands for a WebSphere process: its pid is the pid, and when somebody kills it the
// WebSphere process has crashed. It reads standard input from the daemon, so it ends with the daemon, too.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type Anchor = {
  readonly pid: number;
  /** resolves when the process has ended, for whatever reason */
  readonly ended: Promise<void>;
  readonly end: () => void;
  readonly kill: () => void;
};

/** @param name shown by ps */
export async function openAnchor(name: string): Promise<Anchor> {
  // Detached: a Ctrl-C at the daemon's terminal must not crash the servers one by one.
  const child = spawn('/bin/sh', ['-c', 'read -r line', name], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const exited = once(child, 'exit');
  await once(child, 'spawn');
  child.stdin.on('error', () => undefined);
  return {
    pid: child.pid ?? -1,
    ended: exited.then(() => undefined),
    end: () => child.stdin.end(),
    kill: () => child.kill('SIGKILL'),
  };
}
