// Completion in real shells, and the manual page in man: `npm test` runs these tests where the programs are. Here the missing
// ones are installed first, so that where packages can be installed all of them have run.
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { hasProgram } from '../helpers/shell-terminal.ts';

/** program -> package of Debian */
const PROGRAMS = { bash: 'bash', zsh: 'zsh', fish: 'fish', man: 'man-db' } as const;
const ROOT = new URL('../..', import.meta.url);

const missing = (): readonly string[] =>
  Object.entries(PROGRAMS).flatMap(([program, name]) => (hasProgram(program) ? [] : [name]));

test('bash, zsh, fish and man are there, and each of their tests has run', { timeout: 300_000 }, async (context) => {
  const lacking = missing();
  if (lacking.length > 0)
    await execa('sh', ['test/cli/install-programs.sh', ...lacking], { cwd: ROOT, reject: false, stdin: 'ignore' });
  if (missing().length > 0) context.skip(`NOT RUN: ${missing().join(', ')} could not be installed`);
  const files = ['test/cli/completion.test.ts', 'test/cli/help.test.ts'];
  const only = ['-t', 'completes a verb, a run and a file|is read by man'];
  const { stdout, stderr } = await execa(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', ...files, ...only],
    { cwd: ROOT, reject: false, stdin: 'ignore' },
  );
  expect(stdout, stderr).toMatch(new RegExp(`^${Object.keys(PROGRAMS).length} passed, 0 failed, `, 'm'));
});
