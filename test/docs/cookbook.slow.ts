// The cookbook as a person would go through it: every line, in order, in one folder, with the exit status that it names.
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { shellHome } from '../helpers/shell-terminal.ts';
import { blockLines, pageOf } from './recipes.ts';

const TEMPLATES = fileURLToPath(new URL('../../templates', import.meta.url));

/** Ends with the line that did not do as written. */
function scriptOf(lines: readonly string[]): string {
  const steps = lines.map((line) => {
    const [, command = line, exit = '0'] = /^(.*?)(?: # exit (\d+))?$/.exec(line) ?? [];
    const quoted = command.replaceAll("'", String.raw`'\''`);
    return `${command}\nstatus=$?; [ $status -eq ${exit} ] || { echo "exit $status, not ${exit}:" '${quoted}' >&2; exit 99; }`;
  });
  return [
    'trap "strictstep lab down --dir lab; strictstep lab down --dir community" EXIT',
    ...steps,
    'trap - EXIT',
  ].join('\n');
}

test('every recipe of the cookbook does what it says', { timeout: 900_000 }, async () => {
  const { home, env } = shellHome();
  const lines = blockLines(pageOf('docs/cookbook.md'));
  expect(lines.filter((line) => line.startsWith('strictstep')).length).toBeGreaterThan(25);
  const { exitCode, stderr } = await execa('sh', ['-c', scriptOf(lines)], {
    cwd: home,
    env: { ...env, TEMPLATES, CI: 'true' },
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
  });
  expect(exitCode, stderr.slice(-3000)).toBe(0);
});
