// The verbs as a user types them. No host is contacted: the plans here name an inventory that does not exist, so a run
// that passes every gate ends with INPUT_UNREADABLE.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { strictstep } from '../helpers/cli.ts';
import { allowedLine, makeKey, newFolder, somePlan, writeAllowed, writePlan } from './keys.ts';

const folder = newFolder();
const plan = somePlan();
const planFile = writePlan(folder, plan);
let [alice, bob, allowed] = ['', '', ''];

const approve = (identity: string, key: string, ...more: readonly string[]) =>
  strictstep('approve', planFile, '--key', key, '--identity', identity, ...more);
const gate = (people: number, ...more: readonly string[]) => [
  ...['--approvals', String(people), '--allowed-signers', allowed],
  ...more,
];
const apply = (file: string, ...more: readonly string[]) =>
  strictstep('apply', file, '--confirm', 'c1', '--state', join(folder, 'runs'), ...more);

beforeAll(async () => {
  alice = makeKey(folder, 'alice');
  bob = makeKey(folder, 'bob', 'rsa');
  allowed = writeAllowed(folder, allowedLine('alice', alice), allowedLine('bob', bob));
  expect((await approve('alice', alice)).exitCode).toBe(0);
});

test('approve says what was approved until when, as text and as one JSON document', async () => {
  const text = await approve('alice', alice, '--expires', '12h', '--window-until', '2026-03-02T02:00:00Z');
  expect(text).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`plan ${plan.hash}`) });
  expect(text.stdout).toContain('last safe start 2026-03-02T01:59:56.000Z');
  const { stdout } = await approve('alice', alice, '--json', '--expires', '90s');
  const { issued, expires, ...rest } = JSON.parse(stdout);
  expect(rest).toMatchObject({ schema: 1, plan: plan.hash, identity: 'alice', lastSafeStart: null });
  expect(Date.parse(expires) - Date.parse(issued)).toBe(90_000);
});

test('approve --verify ends with status 5 while people are missing, and 0 when they are there', async () => {
  const short = await strictstep('approve', '--verify', planFile, ...gate(2));
  expect(short).toMatchObject({ exitCode: 5, stdout: expect.stringContaining('1 of 2 approvals count') });
  expect(short.stderr).toMatch(/^error: APPROVAL_(MISSING|INVALID) /);
  const json = await strictstep('approve', '--verify', planFile, ...gate(2), '--json');
  expect(json.exitCode).toBe(5);
  expect(JSON.parse(json.stdout)).toMatchObject({ schema: 1, required: 2, enough: false, plan: plan.hash });
  const enough = await strictstep('approve', '--verify', planFile, '--allowed-signers', allowed, '--json');
  expect(enough.exitCode).toBe(0);
  expect(JSON.parse(enough.stdout)).toMatchObject({ enough: true, approvals: [{ identity: 'alice' }] });
});

test('apply passes the gate with enough people, and only then reads its inputs', async () => {
  const one = await apply(planFile, ...gate(1));
  expect(one).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('approved by alice') });
  expect(one.stderr).toContain('no --planner was given');
  const own = await apply(planFile, ...gate(1, '--planner', 'alice'));
  expect(own).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('alice made the plan') });
  const two = await apply(planFile, ...gate(2));
  expect(two).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('1 of 2 approvals count') });
});

test('an approval of one plan does not let another one through, not even under its file name', async () => {
  const other = writePlan(newFolder(), somePlan('other'));
  expect(await apply(other, ...gate(1))).toMatchObject({
    exitCode: 5,
    stderr: expect.stringMatching(/APPROVAL_MISSING/),
  });
  const text = readFileSync(planFile, 'utf8');
  try {
    writeFileSync(planFile, readFileSync(other));
    const { exitCode, stderr } = await apply(planFile, ...gate(1));
    expect(exitCode).toBe(5);
    expect(stderr).toContain('APPROVAL_INVALID');
    expect(stderr).toContain('approvals are dropped when the plan changes');
  } finally {
    writeFileSync(planFile, text);
  }
});

test('a plan that was edited can be neither approved nor verified nor applied', async () => {
  const edited = join(newFolder(), 'plan.json');
  writeFileSync(edited, readFileSync(planFile, 'utf8').replace('"h1"', '"h2"'));
  const wanted = { exitCode: 3, stderr: expect.stringContaining('PLAN_TAMPERED') };
  expect(await strictstep('approve', edited, '--key', alice, '--identity', 'alice')).toMatchObject(wanted);
  expect(await strictstep('approve', '--verify', edited, ...gate(1))).toMatchObject(wanted);
  expect(await apply(edited, ...gate(1))).toMatchObject(wanted);
});

test('apply outside the window is refused with the times that matter', async () => {
  const early = await apply(planFile, '--window-from', '2999-01-01T00:00:00Z');
  expect(early).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('the window opens at 2999-01-01') });
  const late = await apply(planFile, '--window-until', '2020-01-01T00:00:00Z');
  expect(late).toMatchObject({
    exitCode: 5,
    stderr: expect.stringContaining('the last safe start was 2019-12-31T23:59:56'),
  });
  const inside = await apply(planFile, '--window-until', '2999-01-01T00:00:00Z');
  expect(inside).toMatchObject({
    exitCode: 65,
    stderr: expect.stringContaining('last safe start 2998-12-31T23:59:56'),
  });
});

test('missing and impossible flags are named with status 64', async () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['--key', ['approve', planFile, '--identity', 'alice']],
    ['--identity', ['approve', planFile, '--key', alice]],
    ['--allowed-signers', ['approve', '--verify', planFile]],
    ['--allowed-signers', ['apply', planFile, '--approvals', '1']],
    ['--allowed-signers', ['apply', planFile, '--planner', 'alice']],
    ['--approvals', ['apply', planFile, '--approvals', '0', '--allowed-signers', allowed]],
    ['--planner', ['apply', planFile, ...gate(1), '--planner', '*']],
    ['--expires', ['approve', planFile, '--key', alice, '--identity', 'alice', '--expires', 'soon']],
    ['--window-until', ['apply', planFile, '--window-until', '02:00']],
  ];
  for (const [flag, args] of table) {
    const result = await strictstep(...args);
    expect(result, args.join(' ')).toMatchObject({ exitCode: 64, stderr: expect.stringContaining(flag) });
  }
});
