// The verbs as a user types them. No host is contacted: the plans here name an inventory that does not exist, so a run
// that passes every gate ends with INPUT_UNREADABLE.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { writeApproval } from '../../src/approval/index.ts';
import { apply as applyVerb } from '../../src/cli/verbs/apply.ts';
import { approve as approveVerb } from '../../src/cli/verbs/approve.ts';
import { strictstep } from '../helpers/cli.ts';
import { allowedLine, makeKey, newFolder, somePlan, writeAllowed, writePlan } from './keys.ts';

const folder = newFolder();
const plan = somePlan();
const planFile = writePlan(folder, plan);
let [alice, bob, allowed] = ['', '', ''];

const approve = (identity: string, key: string, ...more: readonly string[]) =>
  strictstep('approve', planFile, '--key', key, '--identity', identity, ...more);
const gate = (people: number, ...more: readonly string[]) => [
  '--approvals',
  String(people),
  '--allowed-signers',
  allowed,
  ...more,
];
const apply = (file: string, ...more: readonly string[]) =>
  strictstep('apply', file, '--confirm', 'c1', '--state', join(folder, 'runs'), ...more);

beforeAll(async () => {
  alice = makeKey(folder, 'alice');
  bob = makeKey(folder, 'bob', 'rsa');
  allowed = writeAllowed(folder, allowedLine('alice', alice), allowedLine('bob', bob));
  await writeApproval({ plan, planFile, keyFile: alice, identity: 'alice', now: new Date(), lifetimeMs: 3_600_000 });
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
  const signs = { json: true, input: false, verify: false, expires: '7d', key: alice, identity: 'alice' };
  await expect(approveVerb(edited, signs)).rejects.toMatchObject({ code: 'PLAN_TAMPERED' });
  const verifies = { ...signs, verify: true, allowedSigners: allowed };
  await expect(approveVerb(edited, verifies)).rejects.toMatchObject({ code: 'PLAN_TAMPERED' });
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

test('missing and impossible flags are named with status 64 before a plan is read', async () => {
  const signs = { json: true, input: false, verify: false, expires: '7d', key: alice, identity: 'alice' };
  const verifies = { ...signs, verify: true };
  const applies = { json: true, input: false, state: folder, confirm: 'c1' };
  const table: readonly (readonly [string, () => Promise<void>])[] = [
    ['--key', () => approveVerb(planFile, { ...signs, key: '' })],
    ['--identity', () => approveVerb(planFile, { ...signs, identity: '' })],
    ['--expires', () => approveVerb(planFile, { ...signs, expires: 'soon' })],
    ['--window-until', () => approveVerb(planFile, { ...signs, windowUntil: '02:00' })],
    ['--allowed-signers', () => approveVerb(planFile, verifies)],
    ['--allowed-signers', () => applyVerb(planFile, { ...applies, approvals: '1' })],
    ['--allowed-signers', () => applyVerb(planFile, { ...applies, planner: 'alice' })],
    ['--approvals', () => applyVerb(planFile, { ...applies, approvals: '0', allowedSigners: allowed })],
    ['--planner', () => applyVerb(planFile, { ...applies, planner: '*', allowedSigners: allowed })],
    ['--window-until', () => applyVerb(planFile, { ...applies, windowUntil: '2026-03-01T02:00:00' })],
  ];
  for (const [flag, call] of table)
    await expect(call(), flag).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining(flag) });
  const typed = await strictstep('approve', planFile, '--identity', 'alice');
  expect(typed).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('missing answer: --key') });
});
