// Help: every verb with examples that work, one suggestion for a typing error, and the manual page.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { examplesOf, VERB_GROUPS } from '../../src/cli/examples.ts';
import { leavesOf, pathOf } from '../../src/cli/help.ts';
import { renderManual } from '../../src/cli/manual.ts';
import { makeProgram } from '../../src/cli/program.ts';
import { OperatorError } from '../../src/core/errors.ts';
import { strictstep } from '../helpers/cli.ts';
import { temporaryFolder } from '../helpers/lab.ts';
import { hasProgram } from '../helpers/shell-terminal.ts';

const VERBS = leavesOf(makeProgram()).map(pathOf);

/** Words as a shell would make them, up to a redirection; single quotes only. */
const wordsOf = (line: string): readonly string[] =>
  (line.split(' > ')[0] ?? '').match(/'[^']*'|\S+/g)?.map((word) => word.replaceAll("'", '')) ?? [];

describe.each(VERBS)('the verb %s', (verb) => {
  test('has examples that the program takes', async () => {
    expect(examplesOf(verb).length, `add ${verb} to src/cli/examples.ts`).toBeGreaterThan(0);
    for (const [line, what] of examplesOf(verb)) {
      const program = makeProgram();
      const called: string[] = [];
      for (const leaf of leavesOf(program)) leaf.action(() => void called.push(pathOf(leaf)));
      await program.parseAsync(['node', 'strictstep', ...wordsOf(line)]);
      expect(called, line).toEqual([verb]);
      expect(what, line).toMatch(/^\S.*[^.]$/);
    }
  });

  test('is the same made alone as among all', () => {
    const [first = ''] = verb.split(' ');
    const helpOf = (word: string): string | undefined =>
      leavesOf(makeProgram(word))
        .find((leaf) => pathOf(leaf) === verb)
        ?.helpInformation();
    expect(helpOf(first)).toBe(helpOf(''));
    expect(helpOf(first)).toContain(`strictstep ${verb}`);
  });

  test('has a place in help and the flags of every verb', () => {
    const [first = ''] = verb.split(' ');
    expect(Object.values(VERB_GROUPS).flat(), 'add it to VERB_GROUPS').toContain(first);
    const command = leavesOf(makeProgram()).find((leaf) => pathOf(leaf) === verb);
    const help = command?.helpInformation() ?? '';
    for (const flag of ['--json', '--no-input', '-h, --help']) expect(help).toContain(flag);
    expect(command?.description()).toMatch(/^\S.*[^.]$/);
  });
});

test('help begins with examples, -h is the same, and help VERB too', async () => {
  const [long, short, verb] = await Promise.all([
    strictstep('plan', '--help'),
    strictstep('plan', '-h'),
    strictstep('help', 'plan'),
  ]);
  expect(long.stdout).toMatch(/^Examples:\n {2}strictstep plan --inventory .*\n {6}read the hosts/);
  expect(short).toEqual(long);
  expect(verb).toEqual(long);
  expect(long).toMatchObject({ exitCode: 0, stderr: '' });
});

test('the command alone shows the usual path and ends with 0', async () => {
  const { stdout, stderr, exitCode } = await strictstep();
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout).toContain('The usual path:');
  expect(stdout.split('\n').length).toBeLessThan(15);
});

test.each([
  [['plam'], "unknown command 'plam'", 'Did you mean plan?'],
  [['lab', 'upp'], "unknown command 'upp'", 'Did you mean up?'],
  [['plan', '--invetory', 'x'], "unknown option '--invetory'", 'Did you mean --inventory?'],
  [['apply', 'p.json', '--comfirm=x'], "unknown option '--comfirm=x'", 'Did you mean --confirm?'],
  [['lab'], 'lab needs one more word', 'Say up, down, hand or fault.'],
  [['show'], "missing required argument 'plan-or-run'", 'Write for instance "strictstep show plan.json".'],
  [['plan'], "required option '--inventory <file>' not specified", 'Write for instance "strictstep plan --inventory'],
  [['version', 'x'], "too many arguments for 'version'", 'Run "strictstep version --help" to see what there is.'],
])('%j is told what to do', async (words, what, hint) => {
  const error: unknown = await makeProgram()
    .parseAsync(['node', 'strictstep', ...words])
    .catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(OperatorError);
  expect(error).toMatchObject({ code: 'USAGE', exitCode: 64 });
  expect(error).toMatchObject({ message: expect.stringContaining(what), hint: expect.stringContaining(hint) });
});

test('with --json wrong usage is one document on standard output', async () => {
  const { stdout, exitCode } = await strictstep('plan', '--json');
  expect(exitCode).toBe(64);
  expect(JSON.parse(stdout)).toMatchObject({ type: 'error', code: 'USAGE', exitCode: 64 });
});

describe('the manual page', () => {
  const page = renderManual(makeProgram(), '1.2.3');

  test('has every verb and every flag', () => {
    for (const leaf of leavesOf(makeProgram())) {
      expect(page).toContain(`strictstep ${pathOf(leaf)}`.replaceAll('-', '\\-'));
      for (const { long } of leaf.options) expect(page).toContain((long ?? '').replaceAll('-', '\\-'));
    }
  });

  test.runIf(hasProgram('man'))('is read by man without a warning', async () => {
    const file = join(await temporaryFolder(), 'strictstep.1');
    writeFileSync(file, page);
    const { status, stdout, stderr } = spawnSync('man', ['--warnings', '-l', file], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', MANWIDTH: '80' },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('EXIT STATUS');
    // An apostrophe or full stop at the beginning of a line would have been taken for a request.
    expect(stdout).toContain('moves enterprise instant-messaging');
  });
});
