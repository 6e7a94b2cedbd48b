// The window during a run: the run engine, a plan in memory and a clock of the test.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWindowWatch } from '../../src/approval/index.ts';
import { openJournal } from '../../src/journal/journal.ts';
import { executePlan } from '../../src/run/execute.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { makeWorld, memoryContext, planOf, stepOf } from '../helpers/memory-run.ts';
import { newFolder } from './keys.ts';

const step = (number: number) => ({ ...stepOf(number, `v${number}`, null, '1'), expectedSeconds: 10 });
const plan = planOf([step(1), step(2), step(3)]);
const BEGIN = Date.parse('2026-03-01T22:00:00Z');
/** 30 s of work and 30 s to undo it, and 5 s to spare */
const window = { from: BEGIN, until: BEGIN + 65_000 };

async function run(folder: string, startMs: number, secondsPerStep: number, finished: readonly string[] = []) {
  let nowMs = BEGIN + startMs;
  const world = makeWorld();
  world.afterWrite = () => void (nowMs += secondsPerStep * 1000);
  const now = () => new Date(nowMs);
  const watch = openWindowWatch(plan, window, finished, now);
  await using journal = await openJournal(join(folder, 'journal.jsonl'));
  const emit = (event: RunEvent): void => {
    if (event.type === 'step-finished') watch.stepFinished(event.step.id);
  };
  const ports = { context: memoryContext(world), journal, now, emit, isHoldRequested: () => watch.isHoldRequested() };
  const outcome = await executePlan(plan, ports);
  return { outcome, writes: world.writes, because: watch.heldBecause() };
}

test('steps that take what was expected, and use up the time to spare to the millisecond, run to the end', async () => {
  const { outcome, because } = await run(newFolder(), 5000, 10);
  expect(outcome).toMatchObject({ status: 'done', applied: 3 });
  expect(because).toBeUndefined();
});

test('a run that would overrun holds before it touches the next host, and says so in the journal', async () => {
  const folder = newFolder();
  const { outcome, writes, because } = await run(folder, 5000, 10.001);
  expect(outcome).toMatchObject({ status: 'held', applied: 1 });
  expect(writes).toEqual(['v1=1']);
  expect(because).toContain('20 s of work left, then at worst 30 s to undo all of it');
  expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8').trim().split('\n').at(-1)).toContain('run-held');
});

test('going on in the same window is refused; what was done is not undone by that', async () => {
  const folder = newFolder();
  await run(folder, 5000, 20);
  await expect(run(folder, 25_000, 20, ['s001'])).rejects.toMatchObject({ code: 'WINDOW_CLOSED', exitCode: 5 });
});
