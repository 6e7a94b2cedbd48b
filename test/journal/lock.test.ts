import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openLock } from '../../src/journal/lock.ts';
import type { LockOwner } from '../../src/journal/lock.ts';

let folder = '';
let file = '';
let deadPid = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strictstep-lock-'));
  const child = spawn(process.execPath, ['-e', '']);
  deadPid = child.pid ?? 0;
  await once(child, 'exit');
});
beforeEach(async () => {
  file = join(await mkdtemp(join(folder, 'case-')), 'lock');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const owner = (change: Partial<LockOwner> = {}): LockOwner => ({
  who: 'anna',
  host: 'jump1',
  pid: process.pid,
  run: 'r-1',
  why: 'apply',
  since: '2026-11-21T02:00:00Z',
  ...change,
});

test('a lock names its holder and is refused to everybody else until it is given back', async () => {
  {
    await using lock = await openLock(file, owner());
    expect(lock.tookOverFrom).toBeUndefined();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await expect(openLock(file, owner({ who: 'ben' }))).rejects.toMatchObject({
      code: 'LOCKED',
      message: `lock ${file} is held by anna on jump1 (process ${process.pid}) since 2026-11-21T02:00:00Z: run r-1, apply`,
      hint: 'Wait until that run has ended.',
    });
  }
  await using lock = await openLock(file, owner({ who: 'ben' }));
  expect(lock.owner.who).toBe('ben');
});

test('of many who ask at once exactly one gets the lock', async () => {
  const asked = await Promise.allSettled(
    Array.from({ length: 20 }, async (_, index) => await openLock(file, owner({ run: `r-${index}` }))),
  );
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const codes = asked.flatMap((item) => (item.status === 'rejected' ? [(item.reason as { code: string }).code] : []));
  expect(new Set(codes)).toEqual(new Set(['LOCKED']));
});

test('a dead holder is told in the hint, and replaced only when asked for', async () => {
  await openLock(file, owner({ who: 'ghost', pid: deadPid }));
  await expect(openLock(file, owner())).rejects.toMatchObject({
    code: 'LOCKED',
    hint: expect.stringContaining(`Process ${deadPid} has ended`) as string,
  });
  await using lock = await openLock(file, owner(), { takeOverDead: true });
  expect(lock.tookOverFrom).toEqual(owner({ who: 'ghost', pid: deadPid }));
  expect(await readFile(file, 'utf8')).toContain('anna');
  expect(await readdir(join(file, '..'))).toEqual(['lock']);
});

test('a process id that another process has now does not count as alive', async () => {
  await openLock(file, owner({ who: 'ghost' }));
  const held = JSON.parse(await readFile(file, 'utf8')) as { readonly processStart: string | null };
  expect(held.processStart, 'this test needs /proc').not.toBeNull();
  await writeFile(file, JSON.stringify({ ...held, processStart: 'another boot 1' }));
  await using lock = await openLock(file, owner(), { takeOverDead: true });
  expect(lock.tookOverFrom?.who).toBe('ghost');
});

test('a living holder and one on another host are never replaced', async () => {
  {
    await using _lock = await openLock(file, owner());
    await expect(openLock(file, owner(), { takeOverDead: true })).rejects.toMatchObject({ code: 'LOCKED' });
  }
  await openLock(file, owner({ host: 'jump2', pid: deadPid }));
  await expect(openLock(file, owner(), { takeOverDead: true })).rejects.toMatchObject({
    code: 'LOCKED',
    hint: 'Ask anna: whether the process still lives is known only on jump2.',
  });
});

test('of many who replace a dead holder at once exactly one gets through', async () => {
  await openLock(file, owner({ who: 'ghost', pid: deadPid }));
  const asked = await Promise.allSettled(
    Array.from(
      { length: 20 },
      async (_, index) => await openLock(file, owner({ run: `r-${index}` }), { takeOverDead: true }),
    ),
  );
  const [winner, ...others] = asked.flatMap((item) => (item.status === 'fulfilled' ? [item.value] : []));
  expect(others).toEqual([]);
  expect(await readFile(file, 'utf8')).toContain(`"run": "${winner?.owner.run}"`);
});

test('whoever saw the dead holder before another run replaced it does not replace that run', async () => {
  const dead = { ...owner({ who: 'ghost', pid: deadPid }), processStart: null };
  for (let round = 0; round < 60; round += 1) {
    await writeFile(file, JSON.stringify(dead));
    const asked: Promise<boolean>[] = [];
    for (let run = 0; run < 16; run += 1) {
      asked.push(hasTakenOver(owner({ run: `r-${run}` })));
      for (let turn = 0; turn < round % 4; turn += 1) await setImmediate();
    }
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
  }
});

test('a lock that cannot be read is held', async () => {
  for (const text of ['', '{', '{"who":"x"}', 'null']) {
    await writeFile(file, text);
    await expect(openLock(file, owner(), { takeOverDead: true })).rejects.toMatchObject({
      code: 'LOCKED',
      message: `lock ${file} exists and does not tell who holds it`,
    });
    expect(await readFile(file, 'utf8')).toBe(text);
  }
});

test('giving back never removes a lock that somebody else holds meanwhile', async () => {
  const lost = await openLock(file, owner());
  await rm(file);
  await using _other = await openLock(file, owner({ who: 'ben' }));
  await lost[Symbol.asyncDispose]();
  expect(await readFile(file, 'utf8')).toContain('ben');
});

async function hasTakenOver(by: LockOwner): Promise<boolean> {
  try {
    await openLock(file, by, { takeOverDead: true });
    return true;
  } catch {
    return false;
  }
}
