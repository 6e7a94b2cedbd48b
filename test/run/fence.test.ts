// What an earlier process of a run left on a host: found by its mark over real SSH, and gone before anything is read.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fenceOlder } from '../../src/run/fence.ts';
import { openHost } from '../../src/transport/index.ts';
import type { Host } from '../../src/transport/index.ts';
import { openSshServer } from '../helpers/ssh-server.ts';

const RUN = `run-${process.pid}`;

/** A controller before its death, and one after it: both are there, so that the end of the first is no accident. */
async function openSite() {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await openSshServer());
  const open = async (mark: string): Promise<Host> =>
    stack.use(await openHost(server.entry, { connectTimeoutMs: 5000, mark: () => mark }));
  return {
    folder: server.folder,
    older: await open(`${RUN}.aaa`),
    now: await open(`${RUN}.bbb`),
    stranger: await open(`${RUN}0.aaa`),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test('a command that is still at work is waited for, and what it does is there afterwards', async () => {
  await using site = await openSite();
  const working = site.older.writer.change({
    argv: ['sh', '-c', 'echo > begun; sleep 2; echo > done'],
    timeoutMs: 9000,
  });
  await expect.poll(() => readFile(join(site.folder, 'begun')).catch(() => undefined)).toBeDefined();
  await fenceOlder(site.now.writer, { runId: RUN, nonce: 'bbb' });
  await readFile(join(site.folder, 'done'));
  expect(await working).toMatchObject({ exitCode: 0 });
});

test('a session, which waits for input and not for its end, is ended; one of another run is not', async () => {
  await using site = await openSite();
  const argv = ['sh', '-c', 'echo ready; read x; echo "$x"'];
  await using old = await site.older.reader.open({ argv, timeoutMs: 5000 });
  await using other = await site.stranger.reader.open({ argv, timeoutMs: 5000 });
  await using own = await site.now.reader.open({ argv, timeoutMs: 5000 });
  for (const session of [old, other, own]) expect(await session.line(5000)).toBe('ready');
  await fenceOlder(site.now.writer, { runId: RUN, nonce: 'bbb' });
  await expect(old.line(5000)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  for (const session of [other, own]) {
    await session.send(['still here\n']);
    expect(await session.line(5000)).toBe('still here');
  }
});

test('a command that does not end keeps the run from reading, and its process is named', async () => {
  await using site = await openSite();
  const working = site.older.writer.change({ argv: ['sh', '-c', 'echo > begun; sleep 6'], timeoutMs: 9000 });
  await expect.poll(() => readFile(join(site.folder, 'begun')).catch(() => undefined)).toBeDefined();
  const fence = fenceOlder(site.now.writer, { runId: RUN, nonce: 'bbb', waitSeconds: 1 });
  await expect(fence).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', exitCode: 9 });
  await expect(fence).rejects.toThrow(new RegExp(`host h1: process [0-9]+ of an earlier start of ${RUN} still works`));
  await working;
});

test('a marked program ends as it would without the mark: status, signal, input and output', async () => {
  await using site = await openSite();
  const run = (text: string, stdin = '') =>
    site.now.writer.change({ argv: ['sh', '-c', text, 'a b', "it's"], stdin: [stdin], timeoutMs: 5000 });
  expect(await run('cat; echo "$0 $1"; echo no >&2; exit 105', 'in\n')).toEqual({
    exitCode: 105,
    stdout: "in\na b it's\n",
    stderr: 'no\n',
  });
  for (const status of [0, 1, 126, 127, 128, 246, 255]) expect((await run(`exit ${status}`)).exitCode).toBe(status);
  for (const signal of ['KILL', 'TERM', 'HUP']) {
    await expect(run(`kill -${signal} $$`)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  }
});
