// A program on a real terminal: `script` of util-linux makes the pseudo terminal and gives the program's exit status.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { MAIN, PROGRAM_ENV } from './program.ts';

const SEES_MS = 60_000;

export interface Terminal extends AsyncDisposable {
  /** everything shown so far */
  shown(): string;
  /** resolves when it has been shown */
  sees(text: string): Promise<void>;
  /** keys; Ctrl-C is \x03 */
  type(keys: string): void;
  readonly exitCode: Promise<number | null>;
}

const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** strictstep on a terminal of its own. */
export function onTerminal(...args: readonly string[]): Terminal {
  const line = ['stty rows 50 cols 200; exec', process.execPath, MAIN, ...args]
    .map((word, at) => (at === 0 ? word : quote(word)))
    .join(' ');
  // CI in the environment would make it believe that nobody looks.
  const { CI: _, ...env } = { ...process.env, ...PROGRAM_ENV };
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...env, TERM: 'xterm', SHELL: '/bin/sh' },
  });
  let shown = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    shown += text;
  });
  const exited = once(child, 'close').then(([code]): number | null => (typeof code === 'number' ? code : null));
  return {
    shown: () => shown,
    async sees(text) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const look = (): void => {
        if (shown.includes(text)) resolve();
      };
      child.stdout.on('data', look);
      child.once('close', () => reject(new Error(`it ended without showing "${text}": ${shown}`)));
      const timer = setTimeout(() => reject(new Error(`"${text}" is not shown: ${shown}`)), SEES_MS);
      look();
      await promise.finally(() => clearTimeout(timer));
    },
    type: (keys) => void child.stdin.write(keys),
    exitCode: exited,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
