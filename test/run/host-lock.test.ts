// Locks on a real host over real SSH.
import { execFileSync } from 'node:child_process';
import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LockOwner } from '../../src/journal/lock.ts';
import { openHost } from '../../src/transport/index.ts';
import { lockHosts, readHostLock, removeHostLock, removeLitter } from '../../src/run/host-lock.ts';
import { openSshServer } from '../helpers/ssh-server.ts';

const ana = { who: 'ana', host: 'c1', pid: 11, run: 'run-a', why: 'apply', since: '2026-03-01T22:00:00Z' };
const ben = { ...ana, who: 'ben', host: 'c2', pid: 22, run: 'run-b' };
const never = (): Promise<boolean> => Promise.resolve(false);

async function openSite() {
  const server = await openSshServer();
  const host = await openHost(server.entry, { connectTimeoutMs: 5000 });
  return {
    shell: host.writer,
    folder: join(server.folder, '.strictstep'),
    async [Symbol.asyncDispose]() {
      await host.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

test('the second controller is told who holds the host, and nothing of the lock stays after its release', async () => {
  await using site = await openSite();
  const lock = await lockHosts([site.shell], ana, never);
  expect(await readHostLock(site.shell)).toEqual({ owner: ana });
  await expect(lockHosts([site.shell], ben, never)).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringContaining('locked by ana on c1 (process 11) since 2026-03-01T22:00:00Z'),
  });
  await lock[Symbol.asyncDispose]();
  expect(await readHostLock(site.shell)).toBeUndefined();
  expect(await readdir(site.folder)).toEqual([]);
});

test('of twelve controllers that start at once exactly one gets the host', async () => {
  await using site = await openSite();
  const all = Array.from({ length: 12 }, (_, index) => lockHosts([site.shell], { ...ana, pid: index + 1 }, never));
  const results = await Promise.allSettled(all);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('private files that a process which was cut off left are told with the lock, and removed', async () => {
  await using site = await openSite();
  const first = await lockHosts([site.shell], ana, never, { runId: 'run-a', nonce: 'n1' });
  expect(first.littered).toEqual([]);
  const removed = await site.shell.placePrivateFile('signer.pem', Buffer.from('s'));
  const left = await site.shell.placePrivateFile('certificate.p12', Buffer.from('k'));
  await site.shell.removePrivateFile(removed);
  await first[Symbol.asyncDispose]();
  // The next start of the run, and one of another run.
  for (const [owner, runId] of [
    [ana, 'run-a'],
    [ben, 'run-b'],
  ] as const) {
    await using lock = await lockHosts([site.shell], owner, never, { runId, nonce: 'n2' });
    expect(lock.littered).toEqual([site.shell]);
    await readFile(left);
  }
  await using lock = await lockHosts([site.shell], ben, never);
  for (const shell of lock.littered) await removeLitter(shell);
  await expect(readFile(left)).rejects.toThrow('ENOENT');
  expect(await readdir(site.folder)).not.toContain('private');
});

test('when one host is taken the others are given back', async () => {
  await using one = await openSite();
  await using two = await openSite();
  await using _ = await lockHosts([two.shell], ben, never);
  await expect(lockHosts([one.shell, two.shell], ana, never)).rejects.toMatchObject({ code: 'LOCKED' });
  expect(await readHostLock(one.shell)).toBeUndefined();
});

test('a lock that an earlier process of the same run left is taken over', async () => {
  await using site = await openSite();
  await lockHosts([site.shell], ana, never);
  await using _ = await lockHosts([site.shell], { ...ana, pid: 12 }, ({ run }) => Promise.resolve(run === 'run-a'));
  expect(await readHostLock(site.shell)).toEqual({ owner: { ...ana, pid: 12 } });
});

test('a lock that changed hands while it was read is not taken over', async () => {
  await using site = await openSite();
  await lockHosts([site.shell], ana, never);
  const isLeftBehind = async ({ run }: LockOwner): Promise<boolean> => {
    if (run !== ana.run) return false;
    await removeHostLock(site.shell);
    await lockHosts([site.shell], ben, never);
    return true;
  };
  await expect(lockHosts([site.shell], { ...ana, pid: 12 }, isLeftBehind)).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringContaining('locked by ben'),
  });
  expect(await readHostLock(site.shell)).toEqual({ owner: ben });
});

test('what an earlier start of the run sent to take the lock may arrive late, again and again', async () => {
  await using site = await openSite();
  await lockHosts([site.shell], ana, never);
  let late = 0;
  const isLeftBehind = async ({ run }: LockOwner): Promise<boolean> => {
    if (run !== ana.run) return false;
    late += 1;
    if (late === 4) return true;
    await removeHostLock(site.shell);
    await lockHosts([site.shell], { ...ana, pid: 100 + late }, never);
    return true;
  };
  await using _ = await lockHosts([site.shell], { ...ana, pid: 12 }, isLeftBehind);
  expect(late).toBe(4);
  expect(await readHostLock(site.shell)).toEqual({ owner: { ...ana, pid: 12 } });
});

test('a lock that is being made at this moment tells its owner all the same', async () => {
  await using site = await openSite();
  const owner = join(site.folder, 'lock/owner');
  await mkdir(join(site.folder, 'lock'), { recursive: true });
  execFileSync('mkfifo', [owner]);
  const second = lockHosts([site.shell], ben, never);
  // Opened as soon as the second one looks; it finds nothing, and then the owner.
  const looked = await open(owner, 'w');
  await writeFile(join(site.folder, 'owner.first'), JSON.stringify(ana));
  await rename(join(site.folder, 'owner.first'), owner);
  await looked.close();
  await expect(second).rejects.toMatchObject({ code: 'LOCKED', message: expect.stringContaining('locked by ana') });
});

test('a lock that does not tell its owner is a lock that is held', async () => {
  await using site = await openSite();
  await mkdir(join(site.folder, 'lock'), { recursive: true });
  await expect(lockHosts([site.shell], ana, () => Promise.resolve(true))).rejects.toMatchObject({ code: 'LOCKED' });
  await writeFile(join(site.folder, 'lock/owner'), '{"who":"x"}');
  await expect(lockHosts([site.shell], ana, () => Promise.resolve(true))).rejects.toMatchObject({ code: 'LOCKED' });
  await removeHostLock(site.shell);
  await using _ = await lockHosts([site.shell], ana, never);
  expect(JSON.parse(await readFile(join(site.folder, 'lock/owner'), 'utf8'))).toEqual(ana);
});

test('a lock that cannot be written completely is given up again', async () => {
  await using site = await openSite();
  const mark = { runId: 'run-a', nonce: 'n1' };
  // Nothing can be written there, as on a full disk.
  await mkdir(join(site.folder, 'begun.run-a'), { recursive: true });
  await expect(lockHosts([site.shell], ana, never, mark)).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringContaining('cannot be taken'),
  });
  expect(await readHostLock(site.shell)).toBeUndefined();
});

test('a lock that somebody stole is not released by the one who lost it', async () => {
  await using site = await openSite();
  const lost = await lockHosts([site.shell], ana, never);
  await removeHostLock(site.shell);
  await using _ = await lockHosts([site.shell], ben, never);
  await lost[Symbol.asyncDispose]();
  expect(await readHostLock(site.shell)).toEqual({ owner: ben });
});

test('a run that did not end is looked for by its next start, one that has ended leaves nothing to look for', async () => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await openSshServer());
  const open = async (nonce: string) =>
    stack.use(await openHost(server.entry, { connectTimeoutMs: 5000, mark: () => `run-a.${nonce}` }));
  const lock = async (nonce: string) =>
    await lockHosts([(await open(nonce)).writer], ana, never, { runId: 'run-a', nonce });
  const folder = join(server.folder, '.strictstep');
  const first = await lock('n1');
  await first[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual(['begun.run-a']);
  // The connection of the first start is still there, and so is its shell.
  const second = await lock('n2');
  expect([first.fenced.length, second.fenced.length]).toEqual([0, 1]);
  second.settle();
  await second[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual([]);
  const third = await lock('n3');
  expect(third.fenced).toEqual([]);
  await third[Symbol.asyncDispose]();
});
