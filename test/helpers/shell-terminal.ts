// An interactive shell on a real terminal, with strictstep on its PATH: what a person sees after pressing Tab.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { MAIN } from './program.ts';

/** Said loudly: a test that did not run proves nothing. */
export function hasProgram(name: string): boolean {
  const found = spawnSync('sh', ['-c', 'command -v "$0"', name], { stdio: 'ignore' }).status === 0;
  if (!found) process.stderr.write(`NOT RUN: ${name} is not installed here (Debian: apt-get install ${name})\n`);
  return found;
}

/** A folder with the command, and the environment in which a shell finds it and reads no file of the person. */
export function shellHome(): { readonly home: string; readonly env: NodeJS.ProcessEnv } {
  const home = mkdtempSync(join(tmpdir(), 'strictstep-shell-'));
  mkdirSync(join(home, 'bin'));
  symlinkSync(MAIN, join(home, 'bin/strictstep'));
  const path = [join(home, 'bin'), dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  const env = { PATH: path, HOME: home, ZDOTDIR: home, TERM: 'xterm', LANG: 'C.UTF-8', PS1: '$ ', HISTFILE: '' };
  return { home, env: { ...env, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home } };
}

const SEES_MS = 15_000;

/** Types the keys one text after the other, each when the text before it has been seen.
 * @param talk pairs of what is typed and what has to be seen after it
 * @returns everything shown */
export async function talkTo(
  shell: string,
  { home, env }: ReturnType<typeof shellHome>,
  talk: readonly (readonly [keys: string, seen: string])[],
): Promise<string> {
  const child = spawn('script', ['-qefc', `stty rows 50 cols 160; cd ${home}; exec ${shell}`, '/dev/null'], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let shown = '';
  child.stdout.setEncoding('utf8');
  const closed = once(child, 'close');
  try {
    for (const [keys, text] of talk) {
      const from = shown.length;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const look = (part = ''): void => {
        shown += part;
        if (stripVTControlCharacters(shown.slice(from)).includes(text)) resolve();
      };
      child.stdout.on('data', look);
      const timer = setTimeout(() => reject(new Error(`${shell}: "${text}" is not shown: ${shown}`)), SEES_MS);
      child.stdin.write(keys);
      await promise.finally(() => {
        clearTimeout(timer);
        child.stdout.off('data', look);
      });
    }
    return shown;
  } finally {
    child.kill('SIGKILL');
    await closed;
  }
}
