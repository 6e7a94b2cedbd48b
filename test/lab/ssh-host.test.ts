import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lab } from '../../src/lab/index.ts';
import { hostRoot } from '../../src/lab/site.ts';
import { collect, openTestLab, printed, sshTo } from '../helpers/lab.ts';
import { keyPair } from '../helpers/ssh-server.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await openTestLab();
});

afterAll(() => lab.close());

test('a command runs in the host folder with its own temporary folder, and its status comes back', async () => {
  await using dm = await sshTo(lab, 'dm');
  const root = hostRoot(lab.site, 'dm');

  expect(await dm.run('pwd; echo "$TMPDIR" >&2; cat; exit 3', 'in')).toEqual({
    code: 3,
    signal: null,
    stdout: `${root}\nin`,
    stderr: `${root}/tmp\n`,
  });
});

test('a command that is ended by a signal reports the signal and no status', async () => {
  await using dm = await sshTo(lab, 'dm');

  expect(await dm.run('kill -KILL $$')).toMatchObject({ code: null, signal: 'SIGKILL' });
});

test('only the key of the lab logs in, and only as the declared user', async () => {
  const { private: foreign } = keyPair();

  await expect(sshTo(lab, 'dm', { privateKey: foreign })).rejects.toMatchObject({ level: 'client-authentication' });
  await expect(sshTo(lab, 'dm', { username: 'root' })).rejects.toMatchObject({ level: 'client-authentication' });
});

test('ten sessions fit into a connection and the eleventh is refused', async () => {
  await using dm = await sshTo(lab, 'dm');
  const open = await Promise.all(Array.from({ length: 10 }, () => dm.start('cat')));

  await expect(dm.start('true')).rejects.toThrow(/Channel open failure/);
  for (const channel of open) {
    channel.end();
    await collect(channel);
  }
  expect(await dm.run('echo free')).toMatchObject({ code: 0, stdout: 'free\n' });
});

test('when the connection is gone the whole process group of its command ends', async () => {
  const dm = await sshTo(lab, 'dm');
  const channel = await dm.start('sleep 300 & echo "$!"; wait');
  const pid = Number((await printed(channel, '\n')).trim());
  expect(isAlive(pid)).toBe(true);

  await dm[Symbol.asyncDispose]();
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('every command line is kept for the search for secrets', async () => {
  await using dm = await sshTo(lab, 'dm');
  await dm.run('echo "a\nb"');

  const log = await readFile(path.join(hostRoot(lab.site, 'dm'), 'ssh-commands.log'), 'utf8');
  expect(
    log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toContain('echo "a\nb"');
});

test('what a script in a shell that stays is given as its input is no part of its line there', async () => {
  await using dm = await sshTo(lab, 'dm');
  const channel = await dm.start('exec sh -s');
  channel.end("{ (strictstep_input='it'\\''s\n\nkept out'\nset -- one\necho \"$1\"\n)</dev/null&wait $!;}\n");
  expect(await collect(channel)).toMatchObject({ stdout: 'one\n' });
  const log = await readFile(path.join(hostRoot(lab.site, 'dm'), 'ssh-commands.log'), 'utf8');
  expect(log).toContain('set -- one');
  expect(log).not.toContain('kept out');
});

/** A zombie that its new parent has not collected yet is dead. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}
