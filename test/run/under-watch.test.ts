// A wish to hold is granted between servers, not between a change that the host would take back and the proof of it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournal } from '../../src/journal/journal.ts';
import { executePlan } from '../../src/run/execute.ts';
import { watchOver } from '../../src/run/watch-over.ts';
import { makeWorld, memoryContext, planOf, stepOf } from '../helpers/memory-run.ts';

const deadMan = { id: 'st1', files: [], restart: [], seconds: 60 };
const [change, second, restart, next] = [
  { ...stepOf(1, 'a', null, '1'), deadMan },
  { ...stepOf(2, 'b', null, '1'), deadMan },
  { ...stepOf(3, 'c', null, '1'), proves: 'st1' },
  stepOf(4, 'd', null, '1'),
] as const;

test('everything between the change and the step that proves it is under watch, that step included', () => {
  const plan = planOf([change, second, restart, next]);
  expect(plan.steps.map((step) => watchOver(plan, step)?.id)).toEqual([undefined, 'st1', 'st1', undefined]);
});

test('a step back plants nothing, so nothing waits for its proof', () => {
  const plan = planOf([{ ...change, undoes: 's009' }, restart]);
  expect(plan.steps.map((step) => watchOver(plan, step))).toEqual([undefined, undefined]);
});

test('a run that is told to hold after the change finishes the server first', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'strictstep-watch-'));
  const plain = { ...restart, id: 's002' };
  const world = makeWorld();
  // Without a host there is nothing to plant on or to prove: what is left is the order of the steps.
  const plan = planOf([change, plain, { ...next, id: 's003' }]);
  await using journal = await openJournal(join(folder, 'journal.jsonl'));
  const commands: string[] = [];
  const shell = async () => ({
    host: 'h1',
    change: async ({ argv }: { readonly argv: readonly string[] }) => {
      commands.push(argv.at(-1) ?? '');
      return { exitCode: 0, stdout: 'cancelled', stderr: '' };
    },
  });
  const outcome = await executePlan(plan, {
    context: { ...memoryContext(world), shell: shell as never },
    journal,
    now: () => new Date(0),
    emit: () => undefined,
    isHoldRequested: () => world.writes.length > 0,
  });
  expect(outcome).toMatchObject({ status: 'held', applied: 2 });
  expect(world.writes).toEqual(['a=1', 'c=1']);
  expect(commands).toHaveLength(2);
  await rm(folder, { recursive: true });
});
