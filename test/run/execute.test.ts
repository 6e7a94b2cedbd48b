import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openJournal } from '../../src/journal/journal.ts';
import { OperatorError } from '../../src/core/errors.ts';
import type { Plan, Step } from '../../src/plan/types.ts';
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

type Wish = readonly (readonly [name: string, value: string])[];
const names = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const values = fc.constantFrom('1', '2', '3');
const wishes = fc.array(fc.tuple(names, values), { maxLength: 12 });

function planned(found: Readonly<Record<string, string>>, wanted: Wish) {
  const world = makeWorld();
  for (const [name, value] of Object.entries(found)) world.values.set(name, value);
  const current = new Map(world.values);
  const steps: Step[] = [];
  for (const [name, value] of wanted) {
    if (current.get(name) === value) continue;
    steps.push(stepOf(steps.length + 1, name, current.get(name) ?? null, value));
    current.set(name, value);
  }
  const writes = steps.map(({ params }) => `${String(Object(params).name)}=${String(Object(params).value)}`);
  return { world, steps, writes, end: current };
}

test('for any world and any wish, what is written is exactly what the plan says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, values), wishes, async (found, wanted) => {
      const { world, steps, writes, end } = planned(found, wanted);
      const { outcome, events } = await start(world, newFolder(), () => false, planOf(steps));
      expect(world.writes).toEqual(writes);
      expect(world.values).toEqual(end);
      expect(outcome.applied).toBe(steps.length);
      expect(events.filter(({ type }) => type === 'step-finished')).toHaveLength(steps.length);
    }),
    { numRuns: 60 },
  );
});

/** What goes wrong in one start of the run: before or after its n-th write, or after n steps, or somebody else writes. */
const trouble = fc.record({
  kind: fc.constantFrom('dies before', 'dies after', 'is not taken', 'is held', 'finds another value'),
  at: fc.nat(6),
  name: names,
});
type Trouble = typeof trouble extends fc.Arbitrary<infer Value> ? Value : never;

test('whatever goes wrong how often, only planned writes are made, in their order, none twice, and in the end all', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(names, values),
      wishes,
      fc.array(trouble, { maxLength: 5 }),
      async (found, wanted, troubles) => {
        const { world, steps, writes, end } = planned(found, wanted);
        const folder = newFolder();
        for (const { kind, at, name } of troubles) {
          await troubledStart(world, folder, planOf(steps), { kind, at, name });
          // A prefix of the plan's writes: nothing else, nothing out of order, nothing again.
          expect(world.writes).toEqual(writes.slice(0, world.writes.length));
        }
        const { outcome } = await start(world, folder, () => false, planOf(steps));
        expect(outcome.status).toBe('done');
        expect(world.writes).toEqual(writes);
        expect(world.values).toEqual(end);
      },
    ),
    { numRuns: 100 },
  );
});

async function troubledStart(
  world: MemoryWorld,
  folder: string,
  plan: Plan,
  { kind, at, name }: Trouble,
): Promise<void> {
  let count = 0;
  const before = new Map(world.values);
  const end = (): never => {
    throw new Error('the process ends here');
  };
  world.beforeWrite = (written) => {
    if (kind === 'dies before' && count === at) end();
    before.set(written, world.values.get(written) ?? '');
  };
  world.afterWrite = (written) => {
    count += 1;
    if (kind === 'dies after' && count === at + 1) end();
    if (kind !== 'is not taken' || count !== at + 1) return;
    // The tool reported success, and the value is what it was.
    const old = before.get(written) ?? '';
    if (old === '') world.values.delete(written);
    else world.values.set(written, old);
    world.writes.pop();
  };
  const theirs = world.values.get(name);
  if (kind === 'finds another value') world.values.set(name, 'theirs');
  try {
    await start(world, folder, () => kind === 'is held' && world.writes.length >= at, plan);
  } catch (error) {
    const code = error instanceof OperatorError ? error.code : String(error);
    expect(['DRIFT', 'STEP_FAILED', 'Error: the process ends here']).toContain(code);
  }
  world.beforeWrite = () => undefined;
  world.afterWrite = () => undefined;
  if (kind !== 'finds another value' || world.values.get(name) !== 'theirs') return;
  if (theirs === undefined) world.values.delete(name);
  else world.values.set(name, theirs);
}
