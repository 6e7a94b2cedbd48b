// The operator's hand on a run, on a real terminal and from another one: what was said is done, the exit status tells it,
// and the same command goes on.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readLock } from '../../src/journal/lock.ts';
import { runIdOf } from '../../src/run/run-folder.ts';
import { openRollout, REDUCED_ROLLOUT } from '../helpers/crash.ts';
import { withoutBackups } from '../helpers/crash-outcome.ts';
import type { Begun } from '../helpers/crash.ts';
import { differences } from '../helpers/crash-point.ts';
import { strictstep } from '../helpers/cli.ts';
import { onTerminal, type Terminal } from '../helpers/terminal.ts';

const SLOW_START_MS = 2500;
const rollout = openRollout(REDUCED_ROLLOUT);
// A busy machine makes these runs slow, not wrong.
const WAIT_MS = 120_000;

/** An apply on a terminal, inside the restart of STProxyServer. */
async function inRestart(begun: Begun): Promise<Terminal> {
  await begun.lab.fault({ kind: 'delay', process: 'stpNode/STProxyServer', startMs: SLOW_START_MS });
  const terminal = onTerminal('apply', begun.planFile, '--state', begun.state, '--confirm', begun.plan.confirm);
  await begins(begun, 'server-restart');
  return terminal;
}

const operationOf = (begun: Begun, id: string | null): string | undefined =>
  begun.plan.steps.find((step) => step.id === id)?.operation;

/** Its intention is on the disk. */
const begins = async (begun: Begun, operation: string): Promise<void> =>
  await expect
    .poll(
      async () => {
        const events = await begun.events().catch(() => []);
        return events.some(({ type, step }) => type === 'step-intended' && operationOf(begun, step) === operation);
      },
      { interval: 20, timeout: WAIT_MS },
    )
    .toBe(true);

const typesOf = async (begun: Begun): Promise<readonly string[]> =>
  (await begun.events()).map(({ type, step }) => `${type} ${operationOf(begun, step) ?? ''}`.trim());

async function expectGoesOn(begun: Begun): Promise<void> {
  expect(await begun.goOn()).toMatchObject({ status: 'done' });
  expect(await begun.outcome()).toMatchObject({
    starts: { nodeagent: 1, STProxyServer: 1, was_stpProxy: 1 },
    mostDown: 1,
  });
}

const pidOf = async ({ state }: Begun): Promise<number> => (await readLock(path.join(state, 'lock.json')))?.pid ?? 0;

test('one Ctrl-C finishes the step and holds, with status 130 and the command that goes on', async () => {
  await using begun = await (await rollout).begin();
  await using terminal = await inRestart(begun);
  terminal.type('\u0003');
  await terminal.sees('finishing the current step, then holding');
  expect(await terminal.exitCode).toBe(130);
  expect(terminal.shown()).toContain(`held; to go on: npx strictstep apply ${begun.planFile}`);
  const types = await typesOf(begun);
  expect(types.slice(-2)).toEqual(['step-finished server-restart', 'run-held server-restart']);
  expect((await begun.outcome()).starts).toMatchObject({ STProxyServer: 1, was_stpProxy: 0 });
  await expectGoesOn(begun);
});

test('a second Ctrl-C stops at once; the next start settles by reading what was under way', async () => {
  await using begun = await (await rollout).begin(true);
  await using terminal = await inRestart(begun);
  terminal.type('\u0003');
  await terminal.sees('press Ctrl-C again to stop now');
  const startedAt = performance.now();
  terminal.type('\u0003');
  expect(await terminal.exitCode).toBe(130);
  expect(performance.now() - startedAt).toBeLessThan(SLOW_START_MS);
  expect(terminal.shown()).toContain('stopping now');
  expect((await typesOf(begun)).at(-1)).toBe('step-intended server-restart');
  await expectGoesOn(begun);
});

test.for([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s finishes the step and holds, with status %i', async ([signal, status]) => {
  await using begun = await (await rollout).begin();
  await using terminal = await inRestart(begun);
  process.kill(await pidOf(begun), signal);
  expect(await terminal.exitCode).toBe(status);
  expect((await typesOf(begun)).at(-1)).toBe('run-held server-restart');
  await expectGoesOn(begun);
});

test('a terminal that is closed is a hang-up: the step is finished and the run held', async () => {
  await using begun = await (await rollout).begin();
  {
    await using _ = await inRestart(begun);
  }
  await expect.poll(async () => (await typesOf(begun)).at(-1), { timeout: WAIT_MS }).toBe('run-held server-restart');
  await expect.poll(() => readLock(path.join(begun.state, 'lock.json')), { timeout: WAIT_MS }).toBeUndefined();
  await expectGoesOn(begun);
});

test('pause from another terminal waits before the next step, resume lets it go on, in the same process', async () => {
  await using begun = await (await rollout).begin();
  await using terminal = await inRestart(begun);
  const [pid, run] = [await pidOf(begun), runIdOf(begun.plan)];
  const paused = await strictstep('pause', run, '--state', begun.state, '--reason', 'lunch');
  expect(paused.exitCode, paused.stderr).toBe(0);
  await terminal.sees('lunch');
  expect((await typesOf(begun)).at(-1)).toBe('run-paused server-restart');
  expect(await pidOf(begun)).toBe(pid);
  const resumed = await strictstep('resume', run, '--state', begun.state, '--json');
  expect(JSON.parse(resumed.stdout)).toMatchObject({ wasPaused: true, isRunning: true });
  expect(await terminal.exitCode).toBe(0);
  expect(await typesOf(begun)).toContain('run-continued server-restart');
});

test('rollback from another terminal lets the step end, then takes the run back', async () => {
  await using begun = await (await rollout).begin();
  const before = (await begun.outcome()).files;
  await using terminal = await inRestart(begun);
  const back = await strictstep(
    'rollback',
    runIdOf(begun.plan),
    '--state',
    begun.state,
    '--confirm',
    begun.plan.confirm,
  );
  expect(back.exitCode, back.stderr).toBe(0);
  expect(back.stderr).toContain('asked to hold after its step');
  expect(await terminal.exitCode).toBe(10);
  const types = await typesOf(begun);
  const held = types.indexOf('run-held server-restart');
  expect(types[held - 1]).toBe('step-finished server-restart');
  expect(types.indexOf('rollback-started')).toBeGreaterThan(held);
  expect(differences(withoutBackups((await begun.outcome()).files), before)).toEqual([]);
  await expect(readFile(path.join(begun.state, runIdOf(begun.plan), 'control.json'))).rejects.toMatchObject({
    code: 'ENOENT',
  });
});
