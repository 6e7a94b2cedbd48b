// What the inventory asks for travels in the plan: the verbs go by it without any flag, and a flag that says otherwise wins
// aloud. No host is contacted: a run that passes every gate ends with INPUT_UNREADABLE, exit status 65.
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { judgeApprovals, writeApproval } from '../../src/approval/index.ts';
import { digestOf } from '../../src/core/json.ts';
import type { Plan } from '../../src/plan/types.ts';
import { plannedWindow } from '../../src/plan/window.ts';
import { strictstep } from '../helpers/cli.ts';
import { allowedLine, makeKey, newFolder, somePlan, writeAllowed, writePlan } from './keys.ts';

const HOUR_MS = 3_600_000;
const folder = newFolder();
const alice = makeKey(folder, 'alice');
const bob = makeKey(folder, 'bob');
const allowedSigners = writeAllowed(folder, allowedLine('alice', alice), allowedLine('bob', bob));

function planWith(gates: Pick<Plan, 'approval' | 'window'>): Plan {
  const { hash: _, ...content } = { ...somePlan(), ...gates };
  return { ...content, hash: digestOf(JSON.parse(JSON.stringify(content))) };
}
const windowOf = (start: string, end: string) => plannedWindow({ start, end }, somePlan().steps);
const later = windowOf('2999-01-01T22:00:00+01:00', '2999-01-02T04:00:00+01:00');

const plan = planWith({ approval: { required: 2, allowedSigners, expiresMs: 12 * HOUR_MS } });
const planFile = writePlan(folder, plan);
const approveAs = (identity: string, keyFile: string, now = new Date(), lifetimeMs = HOUR_MS) =>
  writeApproval({ plan, planFile, keyFile, identity, now, lifetimeMs });
const apply = (file: string, ...more: readonly string[]) =>
  strictstep('apply', file, '--confirm', 'c1', '--state', join(folder, 'runs'), ...more);

beforeAll(() => approveAs('alice', alice));

test('apply and approve --verify ask for as many people as the inventory, from its file', async () => {
  const verified = await strictstep('approve', '--verify', planFile);
  expect(verified).toMatchObject({ exitCode: 5, stdout: expect.stringContaining('1 of 2 approvals count') });
  expect(await apply(planFile)).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('1 of 2 approvals') });
});

test('a flag that asks for fewer people wins, and says what it replaces', async () => {
  const { exitCode, stderr } = await apply(planFile, '--approvals', '1');
  expect(exitCode).toBe(65);
  expect(stderr).toContain('--approvals 1 replaces 2 of the inventory');
  expect(stderr).toContain('approved by alice');
});

test('an approval lives as long as the inventory lets it, and a longer time is refused', async () => {
  const { stdout } = await strictstep('approve', planFile, '--key', bob, '--identity', 'bob', '--json');
  const { issued, expires } = JSON.parse(stdout);
  expect(Date.parse(expires) - Date.parse(issued)).toBe(12 * HOUR_MS);
  const longer = await strictstep('approve', planFile, '--key', bob, '--identity', 'bob', '--expires', '7d');
  expect(longer).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('counts for at most 12h') });
  expect(await apply(planFile)).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('approved by') });
});

test('an approval that says more than the inventory allows ends when the inventory says', async () => {
  const made = new Date();
  const other = { ...planWith({}), confirm: 'own' };
  const ownFile = writePlan(newFolder(), other);
  await writeApproval({
    plan: other,
    planFile: ownFile,
    keyFile: alice,
    identity: 'alice',
    now: made,
    lifetimeMs: 48 * HOUR_MS,
  });
  const judgeAt = (hours: number, longestMs?: number) =>
    judgeApprovals({
      plan: other,
      planFile: ownFile,
      allowedSigners,
      planner: undefined,
      longestMs,
      now: new Date(made.getTime() + hours * HOUR_MS),
    });
  expect((await judgeAt(13)).approvals).toHaveLength(1);
  expect((await judgeAt(11.9, 12 * HOUR_MS)).approvals).toHaveLength(1);
  const { approvals, refused } = await judgeAt(12, 12 * HOUR_MS);
  expect(approvals).toEqual([]);
  expect(refused).toMatchObject([{ reason: 'expired', detail: expect.stringContaining('counts for at most 12h') }]);
});

test('apply keeps to the window of the inventory, and a flag replaces one of its ends aloud', async () => {
  const file = writePlan(newFolder(), planWith({ window: later }));
  const early = await apply(file);
  expect(early).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('the window opens at 2999-01-01T21:00') });
  const inside = await apply(file, '--window-from', '2020-01-01T00:00:00Z');
  expect(inside.exitCode).toBe(65);
  expect(inside.stderr).toContain('--window-from 2020-01-01T00:00:00Z replaces 2999-01-01T22:00:00+01:00');
  expect(inside.stderr).toContain('last safe start 2999-01-02T02:59:56');
});
