// Completion: what is offered for unfinished lines, and that real shells show it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { complete, valueFormOf } from '../../src/cli/completion/complete.ts';
import { COMPLETION_SCRIPTS } from '../../src/cli/completion/scripts.ts';
import { VALUE_FORMS } from '../../src/cli/completion/sources.ts';
import { leavesOf, pathOf } from '../../src/cli/help.ts';
import { makeProgram } from '../../src/cli/program.ts';
import { ERROR_CODES } from '../../src/core/errors.ts';
import { communityText } from '../helpers/community.ts';
import { hasProgram, shellHome, talkTo } from '../helpers/shell-terminal.ts';

const place = shellHome();
const { home } = place;

beforeAll(() => {
  mkdirSync(join(home, 'runs/run-0123456789ab'), { recursive: true });
  writeFileSync(join(home, 'runs/run-0123456789ab/plan.json'), '{"confirm":"stCell"}');
  writeFileSync(join(home, 'runs/lock.json'), '{}');
  writeFileSync(join(home, 'inventory.yaml'), communityText());
  writeFileSync(join(home, 'broken.yaml'), 'hosts: [');
  for (const [shell, script] of Object.entries(COMPLETION_SCRIPTS)) writeFileSync(join(home, `load.${shell}`), script);
});

const offered = async (...words: readonly string[]): Promise<readonly string[]> => {
  const lines = (await complete(makeProgram(), words)).trimEnd().split('\n');
  return lines.map((line) => line.split('\t')[0] ?? '');
};

test.each([
  [['ro'], ['rollback', ':none']],
  [
    ['lab', 'u'],
    ['up', ':none'],
  ],
  [
    ['lab', 'up', '--sc'],
    ['--scenario', ':none'],
  ],
  [
    ['lab', 'up', '--scenario', 'comm'],
    ['community', ':none'],
  ],
  [
    ['plan', '--playbook', 'same'],
    ['sametime-tls12', ':files'],
  ],
  [
    ['plan', '--playbook=same'],
    ['--playbook=sametime-tls12', ':files'],
  ],
  // bash makes a word of the sign itself.
  [
    ['lab', 'up', '--scenario', '='],
    ['sametime-cell', 'community', 'sun-im', 'three-cells', ':none'],
  ],
  [
    ['plan', '--playbook', '=', 'same'],
    ['sametime-tls12', ':files'],
  ],
  [
    ['probe', '--policy', 'rfc'],
    ['rfc9325', ':files'],
  ],
  [['plan', '--inventory', 'i'], [':files']],
  [['plan', '--state', ''], [':folders']],
  [['plan', '--inventory', 'lab', 'up', '--inv'], [':none']],
  [['show', 'pl'], [':files']],
  [
    ['explain', 'CERTIFICATE_E'],
    ['CERTIFICATE_EXPIRED', ':none'],
  ],
  [
    ['completion', 'f'],
    ['fish', ':none'],
  ],
  [
    ['frobnicate', '--'],
    ['--version', '--help', ':none'],
  ],
] as const)('%j offers %j', async (words, wanted) => {
  expect(await offered(...words)).toEqual(wanted);
});

test('runs, hosts and names come from the folder and the inventory of the line', async () => {
  const [state, inventory] = [join(home, 'runs'), join(home, 'inventory.yaml')];
  expect(await offered('status', '--state', state, '')).toEqual(['run-0123456789ab', ':none']);
  expect(await offered('rollback', '--state', state, 'run-0123456789ab', '--confirm', '')).toEqual(['stCell', ':none']);
  expect(await offered('census', '--inventory', inventory, '--community', '')).toEqual(['stCommunity', ':none']);
  expect(await offered('rehearse', '--inventory', inventory, '--server', 'stCommunity/st')).toContain(
    'stCommunity/st1',
  );
  expect(await offered('unlock', '--inventory', inventory, '')).toContain('st1');
  expect(await offered('unlock', '--state', state, '')).toEqual(['run-0123456789ab', ':none']);
});

test('what cannot be read is no reason to complain', async () => {
  const broken = join(home, 'broken.yaml');
  expect(await offered('census', '--inventory', broken, '--community', '')).toEqual([':none']);
  expect(await offered('status', '--state', join(home, 'nowhere'), '')).toEqual([':none']);
});

test('a flag that is on the line is not offered again', async () => {
  expect(await offered('plan', '--inventory', 'x', '--in')).toEqual([':none']);
});

test('every error code can be completed', async () => {
  expect(await offered('explain', '')).toEqual(expect.arrayContaining(Object.keys(ERROR_CODES)));
});

test('every flag and argument says by the form of its value what it takes', () => {
  const unknown = leavesOf(makeProgram()).flatMap((verb) =>
    verb.options
      .filter(({ required, argChoices }) => required && argChoices === undefined)
      .map((option) => ({ verb: pathOf(verb), takes: valueFormOf(option) }))
      .filter(({ takes }) => !/[^a-z-]/.test(takes) && !(takes in VALUE_FORMS)),
  );
  expect(unknown).toEqual([]);
});

test.runIf(hasProgram('bash'))('bash completes a verb, a run and a file', async () => {
  const shown = await talkTo('bash --norc --noprofile -i', place, [
    ['. ./load.bash; echo LOAD""ED\n', 'LOADED'],
    ['strictstep expl\t', 'explain '],
    ['CERTIFICATE_EXP\t', 'CERTIFICATE_EXPIRED '],
    ['\x15strictstep status --state runs run\t', 'run-0123456789ab '],
    ['\x15strictstep plan --inventory inv\t', 'inventory.yaml '],
    ['\x15strictstep plan --playbook=sam\t', 'sametime-tls12 '],
  ]);
  expect(shown).not.toContain('command not found');
});

test.runIf(hasProgram('zsh'))('zsh completes a verb, a run and a file', async () => {
  const shown = await talkTo('zsh -f -i', place, [
    ['autoload -Uz compinit && compinit -u -D; . ./load.zsh; echo LOAD""ED\n', 'LOADED'],
    ['strictstep expl\t', 'explain '],
    ['CERTIFICATE_EXP\t', 'CERTIFICATE_EXPIRED '],
    ['\x15strictstep status --state runs run\t', 'run-0123456789ab '],
    ['\x15strictstep plan --inventory inv\t', 'inventory.yaml '],
    ['\x15strictstep plan --playbook=sam\t', 'etime-tls12'],
  ]);
  expect(shown).not.toContain('command not found');
});

test.runIf(hasProgram('fish'))('fish completes a verb, a run and a file', () => {
  const ask = (line: string): string => {
    const { stdout, stderr } = spawnSync(
      'fish',
      ['-N', '-c', `source load.fish; complete -C ${JSON.stringify(line)}`],
      {
        cwd: home,
        env: place.env,
        encoding: 'utf8',
      },
    );
    expect(stderr).toBe('');
    return stdout;
  };
  expect(ask('strictstep expl')).toMatch(/^explain\t/m);
  expect(ask('strictstep explain CERTIFICATE_EXP')).toMatch(/^CERTIFICATE_EXPIRED\t/m);
  expect(ask('strictstep status --state runs ')).toMatch(/^run-0123456789ab\t/m);
  expect(ask('strictstep plan --inventory inv')).toMatch(/^inventory\.yaml$/m);
  expect(ask('strictstep plan --playbook=sam')).toMatch(/^--playbook=sametime-tls12\t/m);
});
