import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openJournal } from '../../src/journal/journal.ts';
import { executePlan } from '../../src/run/execute.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { makeWorld, memoryContext, planOf, stepOf, type MemoryWorld } from '../helpers/memory-run.ts';

const plan = planOf([stepOf(1, 'a', null, '1'), stepOf(2, 'b', null, '2'), stepOf(3, 'a', '1', '3')]);

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'strictstep-run-'));

async function start(world: MemoryWorld, folder: string, isHoldRequested = () => false, toExecute = plan) {
  const events: RunEvent[] = [];
  await using journal = await openJournal(join(folder, 'journal.jsonl'));
  const ports = {
    context: memoryContext(world),
    journal,
    now: () => new Date(0),
    emit: (event: RunEvent) => void events.push(event),
    isHoldRequested,
  };
  return { outcome: await executePlan(toExecute, ports), events };
}

test('every step is applied once, in order, and the journal ends with run-finished', async () => {
  const [world, folder] = [makeWorld(), newFolder()];
  const { outcome } = await start(world, folder);
  expect(outcome).toMatchObject({ status: 'done', applied: 3, already: 0 });
  expect(world.writes).toEqual(['a=1', 'b=2', 'a=3']);
  const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8').trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'run-finished' });
});

test('a second execution finds everything finished and writes nothing', async () => {
  const [world, folder] = [makeWorld(), newFolder()];
  await start(world, folder);
  const { outcome } = await start(world, folder);
  expect(outcome).toMatchObject({ status: 'done', applied: 0, skipped: 3 });
  expect(world.writes).toHaveLength(3);
});

test('killed right after a change was made, the next start sees it by reading and does not repeat it', async () => {
  const [world, folder] = [makeWorld(), newFolder()];
  world.afterWrite = (name) => {
    if (name === 'b') throw new Error('the process ends here');
  };
  await expect(start(world, folder)).rejects.toThrow('the process ends here');
  world.afterWrite = () => undefined;
  const { outcome } = await start(world, folder);
  expect(outcome).toMatchObject({ applied: 1, already: 1, skipped: 1 });
  expect(world.writes).toEqual(['a=1', 'b=2', 'a=3']);
});

test('the intention is in the journal before the change is made', async () => {
  const [world, folder] = [makeWorld(), newFolder()];
  world.beforeWrite = () => {
    const text = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
    expect(text.trim().split('\n').at(-1)).toContain('step-intended');
  };
  await start(world, folder);
});

test('a value that somebody else changed stops the run before anything is written', async () => {
  const [world, folder] = [makeWorld(), newFolder()];
  world.values.set('b', 'theirs');
  await expect(start(world, folder)).rejects.toMatchObject({
    code: 'DRIFT',
    message: expect.stringContaining('theirs'),
  });
  expect(world.writes).toEqual(['a=1']);
});

test('a change that does not take is a failure, not a success', async () => {
  const [world, folder] = [makeWorld(), newFolder()];
  world.afterWrite = (name) => void world.values.delete(name);
  await expect(start(world, folder)).rejects.toMatchObject({ code: 'STEP_FAILED' });
});

test('an object that drifts back after its step makes the end of the run fail', async () => {
  const [world, folder] = [makeWorld(), newFolder()];
  let writes = 0;
  world.afterWrite = () => {
    writes += 1;
    if (writes === 3) world.values.set('b', 'old');
  };
  await expect(start(world, folder)).rejects.toMatchObject({ code: 'DRIFT' });
});

test('a hold is honoured before the next step, and the same call goes on', async () => {
  const [world, folder] = [makeWorld(), newFolder()];
  const held = await start(world, folder, () => world.writes.length === 1);
  expect(held.outcome.status).toBe('held');
  const { outcome } = await start(world, folder);
  expect(outcome.status).toBe('done');
  expect(world.writes).toEqual(['a=1', 'b=2', 'a=3']);
});

test('for any world and any wish, what is written is exactly what the plan says', async () => {
  const names = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const values = fc.constantFrom('1', '2', '3');
  const wishes = fc.array(fc.tuple(names, values), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, values), wishes, async (found, wanted) => {
      const world = makeWorld();
      for (const [name, value] of Object.entries(found)) world.values.set(name, value);
      const current = new Map(world.values);
      const steps = [];
      for (const [name, value] of wanted) {
        if (current.get(name) === value) continue;
        steps.push(stepOf(steps.length + 1, name, current.get(name) ?? null, value));
        current.set(name, value);
      }
      const { outcome, events } = await start(world, newFolder(), () => false, planOf(steps));
      expect(world.writes).toEqual(
        steps.map(({ params }) => `${String(Object(params).name)}=${String(Object(params).value)}`),
      );
      expect(world.values).toEqual(current);
      expect(outcome.applied).toBe(steps.length);
      expect(events.filter(({ type }) => type === 'step-finished')).toHaveLength(steps.length);
    }),
    { numRuns: 60 },
  );
});
