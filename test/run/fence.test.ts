// What an earlier process of a run left on a host: found by its mark over real SSH, and gone before anything is read.
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fenceOlder } from '../../src/run/fence.ts';
import { lockHosts, type HostLocks } from '../../src/run/host-lock.ts';
import { openHost } from '../../src/transport/index.ts';
import type { Host } from '../../src/transport/index.ts';
import { markedArgv } from '../../src/transport/marked-command.ts';
import { openSshServer } from '../helpers/ssh-server.ts';

const RUN = `run-${process.pid}`;

const MARK = { runId: RUN, nonce: 'bbb' };
const OWNER = { who: 'ana', host: 'c1', pid: 11, run: RUN, why: 'apply', since: '2026-03-01T22:00:00Z' };
const lock = (host: Host, nonce: string): Promise<HostLocks> =>
  lockHosts([host.writer], { ...OWNER, since: nonce }, () => Promise.resolve(true), { runId: RUN, nonce });

/** A controller before its death, and one after it, which has the lock: both are there, so that the end of the first is no
 * accident. */
async function openSite() {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await openSshServer());
  const open = async (mark: string | undefined): Promise<Host> =>
    stack.use(await openHost(server.entry, { connectTimeoutMs: 5000, mark: () => mark }));
  const now = await open(`${RUN}.bbb`);
  stack.use(await lock(now, 'bbb'));
  return {
    folder: server.folder,
    older: await open(`${RUN}.aaa`),
    now,
    unmarked: await open(undefined),
    open,
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
  await fenceOlder(site.now.writer, MARK);
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
  await fenceOlder(site.now.writer, MARK);
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
  const fence = fenceOlder(site.now.writer, { ...MARK, waitSeconds: 1 });
  await expect(fence).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', exitCode: 9 });
  await expect(fence).rejects.toThrow(new RegExp(`host h1: process [0-9]+ of an earlier start of ${RUN} still works`));
  await working;
});

test('a command whose input did not come has not begun, and is ended', async () => {
  await using site = await openSite();
  const argv = markedArgv(`${RUN}.aaa`, 'command', ['sh', '-c', 'echo > begun; read password']);
  await using cutOff = await site.unmarked.reader.open({ argv, timeoutMs: 5000 });
  const ended = cutOff.line(9000).catch((error: unknown) => error);
  await fenceOlder(site.now.writer, { ...MARK, waitSeconds: 3 });
  expect(await ended).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  await expect(readFile(join(site.folder, 'begun'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a fence whose process has lost the lock ends, and that of the new holder does not wait for it', async () => {
  await using site = await openSite();
  const argv = ['sh', '-c', 'echo > begun; until [ -f done ]; do sleep 1; done'];
  const working = site.older.writer.change({ argv, timeoutMs: 30_000 });
  await expect.poll(() => readFile(join(site.folder, 'begun')).catch(() => undefined)).toBeDefined();
  const lost = fenceOlder(site.now.writer, MARK).catch((error: unknown) => error);
  await using next = await site.open(`${RUN}.ccc`);
  await using _ = await lock(next, 'ccc');
  const fence = fenceOlder(next.writer, { runId: RUN, nonce: 'ccc' });
  expect(await lost).toMatchObject({ code: 'LOCKED', message: expect.stringContaining('host h1: its lock was taken') });
  await writeFile(join(site.folder, 'done'), '');
  await fence;
  expect(await working).toMatchObject({ exitCode: 0 });
});

test('a stranger whose process id ends like that of an old shell is not taken for its child', async () => {
  const programs = await mkdtemp(join(tmpdir(), 'strictstep-ps-'));
  await using server = await openSshServer({ path: `${programs}:` });
  const open = (nonce: string): Promise<Host> =>
    openHost(server.entry, { connectTimeoutMs: 5000, mark: () => `${RUN}.${nonce}` });
  await using older = await open('aaa');
  const { stdout: shell } = await older.writer.change({
    argv: ['sh', '-c', 'echo $$', 'sh'],
    timeoutMs: 5000,
    short: 'script',
  });
  const stranger = `echo '9${shell.trim()} 1 some other program'`;
  await writeFile(join(programs, 'ps'), `#!/bin/sh\ncase "$*" in *ppid=*) ${stranger} ;; esac\nexec /bin/ps "$@"\n`);
  await chmod(join(programs, 'ps'), 0o755);
  await using now = await open('bbb');
  await using _ = await lock(now, 'bbb');
  await expect(fenceOlder(now.writer, { ...MARK, waitSeconds: 1 })).resolves.toBeUndefined();
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
