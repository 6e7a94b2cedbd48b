// Faults of machines while a run goes on: no room on a disk, clocks that were years off, a deployment manager that dies, and
// two controllers that start at once. The run says what it found, and the same apply finishes.
import { execFileSync } from 'node:child_process';
import { cp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { openRollout, REDUCED_ROLLOUT } from '../helpers/crash.ts';
import type { Begun } from '../helpers/crash.ts';
import { clientProperties, whenState } from '../helpers/e2e.ts';
import { filesBelow } from '../helpers/files.ts';
import { binOf, sshTo } from '../helpers/lab.ts';
import { canRun } from '../helpers/can-run.ts';

const rollout = openRollout(REDUCED_ROLLOUT);
const DMGR = 'stCellManager01/dmgr';

async function failureOf(begun: Begun): Promise<OperatorError> {
  try {
    await begun.goOn();
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error('the apply did not fail');
}

async function expectDone(begun: Begun): Promise<void> {
  expect(await begun.goOn()).toMatchObject({ status: 'done' });
  expect(await begun.outcome()).toMatchObject({
    starts: { nodeagent: 1, STProxyServer: 1, was_stpProxy: 1 },
    mostDown: 1,
  });
}

test('of two controllers that start at once one goes on to the end and the other is refused', async () => {
  await using begun = await (await rollout).begin();
  const ended = await Promise.all([begun.apply(), begun.apply()]);
  expect(ended.map(({ exitCode }) => exitCode).toSorted((a = 0, b = 0) => a - b)).toEqual([0, 6]);
  expect(ended.find(({ exitCode }) => exitCode === 6)?.stderr).toMatch(/LOCKED .*process \d+/);
  expect(await begun.outcome()).toMatchObject({ starts: { STProxyServer: 1, was_stpProxy: 1 }, mostDown: 1 });
});

test('a deployment manager that dies inside a synchronization stops the run; when it is back the same apply finishes', async () => {
  await using begun = await (await rollout).begin();
  const { lab } = begun;
  // The agent is stopped for the synchronization, which then finds nobody to ask.
  const killed = whenState(lab, 'stpNode/nodeagent', 'stopped').then(() => lab.fault({ kind: 'kill', process: DMGR }));
  const failure = await failureOf(begun);
  await killed;
  expect(failure.message).toMatch(/host stp.*syncNode\.sh/);
  expect([4, 8, 9]).toContain(failure.exitCode);
  expect((await begun.outcome()).starts).toMatchObject({ STProxyServer: 0, was_stpProxy: 0 });
  await using dm = await sshTo(lab, 'dm');
  expect((await dm.run(`${binOf(lab, 'stCellManager01')}/startManager.sh`)).stdout).toContain('ADMU3000I');
  expect(await begun.goOn()).toMatchObject({ status: 'done' });
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0;
test.runIf(canRun(canMount, 'full disk: it needs root on Linux to mount a small one'))(
  'a full disk leaves the old file as it was; with room again the same apply finishes',
  async () => {
    await using begun = await (await rollout).begin();
    const file = clientProperties(begun.lab, 'stpNode');
    const folder = path.dirname(file);
    const before = await readFile(file);
    await using _ = await mountSmall(folder);
    await writeFile(path.join(folder, 'filler'), Buffer.alloc(1 << 20)).catch(() => undefined);
    const failure = await failureOf(begun);
    expect(failure).toMatchObject({ code: 'STEP_FAILED', exitCode: 8 });
    expect(failure.message).toMatch(/host stp: .*ssl\.client\.props.*cannot be written/);
    expect(await readFile(file)).toEqual(before);
    await rm(path.join(folder, 'filler'));
    await expectDone(begun);
  },
);

/** A file system of its own with the same files. */
async function mountSmall(folder: string): Promise<AsyncDisposable> {
  const aside = `${folder}.aside`;
  await cp(folder, aside, { recursive: true, preserveTimestamps: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', folder]);
  await cp(aside, folder, { recursive: true, preserveTimestamps: true });
  await rm(aside, { recursive: true });
  return {
    [Symbol.asyncDispose]: async () => {
      execFileSync('umount', [folder]);
      await Promise.resolve();
    },
  };
}

test('hosts whose clocks were years ahead when their files were written are migrated all the same', async () => {
  await using begun = await (await rollout).begin();
  const ahead = new Date('2040-01-01T00:00:00Z');
  for (const file of filesBelow(path.join(begun.lab.dir, 'hosts'))) await utimes(file, ahead, ahead);
  expect((await stat(clientProperties(begun.lab, 'stpNode'))).mtime).toEqual(ahead);
  await expectDone(begun);
});
