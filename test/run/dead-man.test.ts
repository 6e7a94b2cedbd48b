// The dead man's revert on a real host: real SSH, real /bin/sh, real sleeping. Its times are seconds, so that is what waits.
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHost } from '../../src/transport/index.ts';
import type { DeadMan } from '../../src/core/operation.ts';
import { cancelDeadMan, plantDeadMan, readDeadMan, retimeDeadMan } from '../../src/run/dead-man.ts';
import { openSshServer } from '../helpers/ssh-server.ts';

async function openSite() {
  const server = await openSshServer();
  const host = await openHost(server.entry, { connectTimeoutMs: 5000 });
  const folder = join(server.folder, "data of 'st one'");
  await mkdir(folder);
  const file = join(folder, 'sametime.ini');
  await writeFile(file, 'VPS_PORT=1516\r\n');
  await chmod(file, 0o640);
  const started = join(folder, 'started');
  const deadMan = (seconds: number): DeadMan => ({
    id: 'run-1-st1',
    files: [file],
    restart: [['sh', '-c', 'echo again >> "$1"', 'sh', started]],
    seconds,
  });
  return {
    shell: host.writer,
    file,
    started,
    deadMan,
    home: join(server.folder, '.strictstep/dead-man/run-1-st1'),
    close: () => host.close(),
    async [Symbol.asyncDispose]() {
      await host.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
async function expectReverted(site: Awaited<ReturnType<typeof openSite>>, text: string): Promise<void> {
  await expect.poll(() => textOf(join(site.home, 'reverted')), { interval: 50, timeout: 10_000 }).toBe(text);
}

test('when nobody cancels it, the file is as it was, its mode too, and the server was started again once', async () => {
  await using site = await openSite();
  await plantDeadMan(site.shell, site.deadMan(1), '1');
  await writeFile(site.file, 'VPS_TLS_PORT=1516\r\n');
  expect(await readDeadMan(site.shell, 'run-1-st1')).toBe('armed');
  await expectReverted(site, 'done 0\n');
  expect(await textOf(site.file)).toBe('VPS_PORT=1516\r\n');
  expect((await stat(site.file)).mode & 0o777).toBe(0o640);
  expect(await textOf(site.started)).toBe('again\n');
  expect(await textOf(join(site.home, '1.found'))).toBe('VPS_TLS_PORT=1516\r\n');
  expect(await readDeadMan(site.shell, 'run-1-st1')).toBe('reverted');
  await expect(cancelDeadMan(site.shell, 'run-1-st1')).rejects.toMatchObject({ code: 'HEALTH_FAILED' });
});

test('it acts although the connection that planted it is gone', async () => {
  await using site = await openSite();
  await plantDeadMan(site.shell, site.deadMan(1), '1');
  await writeFile(site.file, 'VPS_TLS_PORT=1516\r\n');
  await site.close();
  await expectReverted(site, 'done 0\n');
  expect(await textOf(site.file)).toBe('VPS_PORT=1516\r\n');
});

test('cancelled, it does nothing; cancelled twice is cancelled', async () => {
  await using site = await openSite();
  await plantDeadMan(site.shell, site.deadMan(1), '1');
  await writeFile(site.file, 'VPS_TLS_PORT=1516\r\n');
  await cancelDeadMan(site.shell, 'run-1-st1');
  await cancelDeadMan(site.shell, 'run-1-st1');
  expect(await readDeadMan(site.shell, 'run-1-st1')).toBe('cancelled');
  // Longer than its time: the only way to see that nothing happens.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(await textOf(site.file)).toBe('VPS_TLS_PORT=1516\r\n');
  expect(await textOf(site.started)).toBe('');
  // A copy of a file with a password would stay readable there.
  expect((await readdir(site.home)).filter((name) => name.endsWith('.backup'))).toEqual([]);
});

test('it gives back passwords, and keeps none in what it leaves as evidence', async () => {
  await using site = await openSite();
  await writeFile(site.file, '[Config]\r\nST_TLS_KEY_STORE_PASSWORD=qwerty-one\r\n');
  await plantDeadMan(site.shell, site.deadMan(1), '1');
  await writeFile(site.file, '[Config]\r\nST_TLS_KEY_STORE_PASSWORD=qwerty-two\r\nVPS_TLS_PORT=1516\r\n');
  await expectReverted(site, 'done 0\n');
  expect(await textOf(site.file)).toContain('PASSWORD=qwerty-one\r\n');
  expect(await textOf(join(site.home, '1.found'))).toContain('ST_TLS_KEY_STORE_PASSWORD=[secret]');
  const left = await Promise.all((await readdir(site.home)).map((name) => textOf(join(site.home, name))));
  expect(left.join('\n')).not.toMatch(/qwerty/);
});

test('one that is armed takes another time; one that is settled does not', async () => {
  await using site = await openSite();
  await plantDeadMan(site.shell, site.deadMan(60), '1');
  await writeFile(site.file, 'VPS_TLS_PORT=1516\r\n');
  await retimeDeadMan(site.shell, { id: 'run-1-st1', seconds: 1 }, '2');
  await expectReverted(site, 'done 0\n');
  expect(await textOf(site.file)).toBe('VPS_PORT=1516\r\n');
  const late = retimeDeadMan(site.shell, { id: 'run-1-st1', seconds: 60 }, '3');
  await expect(late).rejects.toMatchObject({ code: 'HEALTH_FAILED' });
});

test('a second program over the same folder changes nothing', async () => {
  await using site = await openSite();
  await plantDeadMan(site.shell, site.deadMan(1), '1');
  await writeFile(site.file, 'VPS_TLS_PORT=1516\r\n');
  await expectReverted(site, 'done 0\n');
  await writeFile(site.file, 'changed since\r\n');
  const again = ['sh', join(site.home, 'watch.sh'), site.home];
  expect(await site.shell.change({ argv: again, timeoutMs: 10_000 })).toMatchObject({ exitCode: 0 });
  expect(await textOf(site.file)).toBe('changed since\r\n');
  expect(await textOf(site.started)).toBe('again\n');
});

test('armed anew it counts anew and keeps the backup from before the change', async () => {
  await using site = await openSite();
  await plantDeadMan(site.shell, site.deadMan(2), '1');
  await writeFile(site.file, 'VPS_TLS_PORT=1516\r\n');
  await plantDeadMan(site.shell, site.deadMan(60), '2');
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(await textOf(site.file)).toBe('VPS_TLS_PORT=1516\r\n');
  await plantDeadMan(site.shell, site.deadMan(0), '3');
  await expectReverted(site, 'done 0\n');
  expect(await textOf(site.file)).toBe('VPS_PORT=1516\r\n');
});

test('a damaged backup is not put back, and nothing is started', async () => {
  await using site = await openSite();
  await plantDeadMan(site.shell, site.deadMan(1), '1');
  await writeFile(site.file, 'VPS_TLS_PORT=1516\r\n');
  await writeFile(join(site.home, '1.backup'), 'VPS_P');
  await expectReverted(site, 'damaged\n');
  expect(await textOf(site.file)).toBe('VPS_TLS_PORT=1516\r\n');
  expect(await textOf(site.started)).toBe('');
  expect(await readDeadMan(site.shell, 'run-1-st1')).toBe('failed');
  await expect(plantDeadMan(site.shell, site.deadMan(1), '2')).rejects.toMatchObject({ code: 'STEP_FAILED' });
});

test('a file that is not there cannot be given back: nothing is planted', async () => {
  await using site = await openSite();
  const deadMan = { ...site.deadMan(1), files: [`${site.file}.other`] };
  await expect(plantDeadMan(site.shell, deadMan, '1')).rejects.toMatchObject({ code: 'STEP_FAILED' });
  expect(await readDeadMan(site.shell, 'run-1-st1')).toBe('none');
});
