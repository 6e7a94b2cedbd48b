import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { openJournal } from '../../src/journal/journal.ts';
import { readJournal } from '../../src/journal/read.ts';
import { stepsOf } from '../../src/journal/replay.ts';
import type { Plan, Step } from '../../src/plan/types.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { executePlan } from '../../src/run/execute.ts';
import { makeWorld, memoryContext, planOf, stepOf, type MemoryWorld } from '../helpers/memory-run.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'strictstep-groups-'));
const journalOf = (folder: string): string => join(folder, 'journal.jsonl');

/** A step of cell `group`: each group has a host and values of its own. */
const stepIn = (
  number: number,
  group: string,
  name: string,
  before: string | null,
  value: string,
  phase = 'one',
): Step => ({
  ...stepOf(number, `${group}.${name}`, before, value),
  phase,
  host: `host-${group}`,
  target: { kind: 'cell', cell: group },
});

/** Three groups with three steps each, taken in turns. */
const GROUPS = ['a', 'b', 'c'];
const threeByThree = planOf(
  [1, 2, 3].flatMap((round) =>
    GROUPS.map((group, index) => stepIn((round - 1) * 3 + index + 1, group, `v${round}`, null, '1')),
  ),
);

type Options = { readonly parallelGroups?: number; readonly isHoldRequested?: () => boolean };

async function start(world: MemoryWorld, folder: string, plan: Plan, options: Options = {}) {
  const events: RunEvent[] = [];
  await using journal = await openJournal(journalOf(folder));
  const outcome = executePlan(plan, {
    context: memoryContext(world),
    journal,
    now: () => new Date(0),
    emit: (event) => void events.push(event),
    isHoldRequested: () => false,
    parallelGroups: 3,
    ...options,
  });
  return { events, outcome: await outcome.catch((error: unknown) => error) };
}

const groupOf = (write: string): string => write.split('.')[0] ?? '';
const ofGroup = (writes: readonly string[], group: string): readonly string[] =>
  writes.filter((write) => groupOf(write) === group);
const planned = ({ steps }: Plan): readonly string[] =>
  steps.map(({ params }) => `${String(Object(params).name)}=${String(Object(params).value)}`);

/** How many steps were at work at most: of all groups, and of one. */
function peaks(events: readonly RunEvent[]): { readonly all: number; readonly ofOneGroup: number } {
  const open = new Map<string, number>();
  let [all, ofOneGroup] = [0, 0];
  for (const event of events) {
    if (event.type !== 'step-started' && event.type !== 'step-finished' && event.type !== 'step-failed') continue;
    const { host } = event.step;
    open.set(host, (open.get(host) ?? 0) + (event.type === 'step-started' ? 1 : -1));
    all = Math.max(
      all,
      [...open.values()].reduce((sum, count) => sum + count, 0),
    );
    ofOneGroup = Math.max(ofOneGroup, open.get(host) ?? 0);
  }
  return { all, ofOneGroup };
}

test.for([1, 2, 3, 9])(
  'with %i at a time never more groups work, and never two steps of one group',
  async (parallelGroups) => {
    const [world, folder] = [makeWorld(), newFolder()];
    const { events, outcome } = await start(world, folder, threeByThree, { parallelGroups });
    expect(outcome).toMatchObject({ status: 'done', applied: 9 });
    expect(peaks(events)).toEqual({ all: Math.min(parallelGroups, 3), ofOneGroup: 1 });
    if (parallelGroups === 1) expect(world.writes).toEqual(planned(threeByThree));
  },
);

test('a phase finishes in every group before the next one begins in any', async () => {
  const steps = [
    ...GROUPS.flatMap((group, index) => [
      stepIn(2 * index + 1, group, 'v1', null, '1'),
      stepIn(2 * index + 2, group, 'v2', null, '1'),
    ]),
    ...GROUPS.map((group, index) => stepIn(index + 7, group, 'v3', null, '1', 'two')),
  ];
  const { events } = await start(makeWorld(), newFolder(), planOf(steps));
  const told = events.flatMap((event) =>
    event.type === 'step-started' || event.type === 'step-finished' ? [`${event.type} ${event.step.phase}`] : [],
  );
  expect(told.lastIndexOf('step-finished one')).toBeLessThan(told.indexOf('step-started two'));
});

test('a failure in one group lets the others finish the step at hand and begin no further one, and says so', async () => {
  const [world, folder] = [makeWorld(), newFolder()];
  world.beforeWrite = (name) => {
    if (name === 'b.v2') throw new OperatorError('STEP_FAILED', 'the tool ended with status 1');
  };
  const { events, outcome } = await start(world, folder, threeByThree);
  expect(outcome).toMatchObject({
    code: 'STEP_FAILED',
    message: 'the tool ended with status 1; 2 other groups go no further',
  });
  const stopped = events.flatMap((event) => (event.type === 'group-stopped' ? [event.group] : []));
  expect(stopped.toSorted()).toEqual(['a', 'c']);
  const failedAt = events.findIndex(({ type }) => type === 'step-failed');
  expect(events.slice(failedAt).filter(({ type }) => type === 'step-started')).toEqual([]);
  const records = stepsOf(readJournal(readFileSync(journalOf(folder), 'utf8')).events);
  expect([...records.values()].filter((record) => record !== 'finished')).toEqual(['failed']);
  world.beforeWrite = () => undefined;
  expect((await start(world, folder, threeByThree)).outcome).toMatchObject({ status: 'done' });
  for (const group of GROUPS) expect(ofGroup(world.writes, group)).toEqual(ofGroup(planned(threeByThree), group));
});

test('a hold finishes the step of every group, and the record names the first that was not begun', async () => {
  const [world, folder] = [makeWorld(), newFolder()];
  const { events, outcome } = await start(world, folder, threeByThree, {
    isHoldRequested: () => world.writes.length >= 2,
  });
  expect(outcome).toMatchObject({ status: 'held' });
  const count = (type: RunEvent['type']): number => events.filter((event) => event.type === type).length;
  expect(count('step-finished')).toBe(count('step-started'));
  const { events: written } = readJournal(readFileSync(journalOf(folder), 'utf8'));
  const first = threeByThree.steps.find(({ id }) => stepsOf(written).get(id) !== 'finished');
  expect(written.at(-1)).toMatchObject({ type: 'run-held', step: first?.id });
  expect((await start(world, folder, threeByThree)).outcome).toMatchObject({ status: 'done' });
  expect(world.writes.toSorted()).toEqual(planned(threeByThree).toSorted());
});

const trouble = fc.record({
  kind: fc.constantFrom('dies before', 'dies after', 'is held'),
  at: fc.nat(8),
  parallelGroups: fc.integer({ min: 1, max: 4 }),
});
const wishes = fc.array(
  fc.tuple(fc.constantFrom(...GROUPS), fc.constantFrom('v1', 'v2', 'v3'), fc.constantFrom('1', '2', '3')),
  {
    maxLength: 14,
  },
);

function planFor(wish: readonly (readonly [string, string, string])[]): Plan {
  const current = new Map<string, string>();
  const steps: Step[] = [];
  for (const [group, name, value] of wish) {
    const key = `${group}.${name}`;
    if (current.get(key) === value) continue;
    steps.push(stepIn(steps.length + 1, group, name, current.get(key) ?? null, value));
    current.set(key, value);
  }
  return planOf(steps);
}

test('cut off anywhere in several groups and gone on, each group makes its planned writes in order, none twice, and all', async () => {
  await fc.assert(
    fc.asyncProperty(wishes, fc.array(trouble, { maxLength: 4 }), async (wish, troubles) => {
      const [plan, world, folder] = [planFor(wish), makeWorld(), newFolder()];
      const writes = planned(plan);
      for (const { kind, at, parallelGroups } of troubles) {
        let count = 0;
        // All groups end with the process, whatever they were doing.
        let isDead = false;
        const die = (): never => {
          isDead = true;
          throw new Error('the process ends here');
        };
        world.beforeWrite = () => void ((isDead || (kind === 'dies before' && count === at)) && die());
        world.afterWrite = () => {
          count += 1;
          if (kind === 'dies after' && count === at + 1) die();
        };
        await start(world, folder, plan, { parallelGroups, isHoldRequested: () => kind === 'is held' && count >= at });
        await nextTurn();
        for (const group of GROUPS) {
          const own = ofGroup(world.writes, group);
          expect(own).toEqual(ofGroup(writes, group).slice(0, own.length));
        }
        expect(readJournal(readFileSync(journalOf(folder), 'utf8')).problem).toBeUndefined();
      }
      world.beforeWrite = () => undefined;
      world.afterWrite = () => undefined;
      expect((await start(world, folder, plan)).outcome).toMatchObject({ status: 'done' });
      for (const group of GROUPS) expect(ofGroup(world.writes, group)).toEqual(ofGroup(writes, group));
    }),
    { numRuns: 60 },
  );
});
