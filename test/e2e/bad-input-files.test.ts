// More bad input than bad-input.test.ts has, file by file: place, hint, exit status. One host answers over SSH; unless the
// case is about reaching it, nobody has tried to log in there, and in no case was a command sent or a file written.
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { strictstepHere } from '../helpers/in-process.ts';
import { SSH, SSH_CONFIGS } from './bad-input/connections.ts';
import { INVENTORIES } from './bad-input/inventories.ts';
import { OTHERS } from './bad-input/others.ts';
import { PLAYBOOKS } from './bad-input/playbooks.ts';
import { plan, refusal, refusedWith, server } from './bad-input/site.ts';
import { STORES } from './bad-input/stores.ts';

afterAll(() => server[Symbol.asyncDispose]());

describe('plan ends before it writes anything, with place and hint, for an inventory with', () => {
  test.each(INVENTORIES)('%s', async (...one) => {
    expect(await refusal(one, plan)).toMatchObject(refusedWith(one[2]));
  });
});
describe('for secrets and key stores with', () => {
  test.each(STORES)('%s', async (...one) => {
    expect(await refusal(one, plan)).toMatchObject(refusedWith(one[2]));
  });
});
describe('for a playbook with', () => {
  test.each(PLAYBOOKS)('%s', async (...one) => {
    expect(await refusal(one, plan)).toMatchObject(refusedWith(one[2]));
  });
});
describe('for a log-in over SSH with', () => {
  test.each(SSH)('%s', async (...one) => {
    expect(await refusal(one, plan)).toMatchObject(refusedWith(one[2]));
  });
});
describe('for an SSH configuration with', () => {
  test.each(SSH_CONFIGS)('%s', async (...one) => {
    expect(await refusal(one, plan)).toMatchObject(refusedWith(one[2]));
  });
});

describe('other files are told apart as well:', () => {
  test.each(OTHERS)('%s', async (what, breakIt, code, says, words) => {
    const found = await refusal([what, breakIt, code, says], (folder) => words((file) => join(folder, file)));
    expect(found).toMatchObject(refusedWith(code));
  });
});

test.each([
  ['plan', ['check', '--inventory', 'i.yaml', '--at', 'tomorrow'], '--at'],
  ['days', ['check', '--inventory', 'i.yaml', '--soon', 'few'], '--soon'],
  ['pause', ['probe', 'localhost:1', '--pause', 'long'], '--pause'],
  ['length', ['census', '--inventory', 'i.yaml', '--community', 'c', '--for', '1 day'], '--for'],
  ['identity', ['approve', 'plan.json', '--key', 'k', '--identity', 'a b'], 'plan.json'],
  ['choice', ['show', 'plan.json', '--format', 'pdf'], 'text, md, html'],
  ['number', ['apply', 'plan.json', '--parallel-groups', 'all'], '--parallel-groups'],
] as const)('a flag with a wrong %s is named (%#)', async (_, words, says) => {
  const { exitCode, stderr, stdout } = await strictstepHere(...words, '--no-input');
  expect([64, 65]).toContain(exitCode);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^error: [A-Z_]+ /m);
  expect(stderr).toContain(says);
  expect(stderr).toMatch(/^hint: [A-Z].*[.?]$/m);
});

test('together with bad-input.test.ts there are more than 60 cases', () => {
  const here = [INVENTORIES, STORES, PLAYBOOKS, SSH, SSH_CONFIGS, OTHERS].flat().length;
  expect(here + 29).toBeGreaterThan(60);
});
