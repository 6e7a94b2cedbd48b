// Commands on this machine, through the same code as over SSH.
import { expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { localShell, runLocal } from '../../src/transport/index.ts';

test('a local command gives its exit status and both streams', async () => {
  const argv = ['sh', '-c', 'cat; echo "$1" >&2; exit 4', 'sh', `it's $HOME`];
  const result = await runLocal({ argv, stdin: ['in ', new Secret('pw', 'password')], timeoutMs: 5000 });
  expect(result).toEqual({ exitCode: 4, stdout: 'in pw', stderr: "it's $HOME\n" });
});

test('a program that does not exist gives 127, as a shell says it', async () => {
  expect(await runLocal({ argv: ['/nowhere/program'], timeoutMs: 5000 })).toMatchObject({ exitCode: 127 });
});

test('a local command ends at its time limit, and no message holds the secret', async () => {
  const secret = new Secret('Kennwort-17', 'password');
  const running = runLocal({ argv: ['sh', '-c', 'cat >&2; exec sleep 77'], stdin: [secret], timeoutMs: 200 });
  const error: unknown = await running.catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'COMMAND_TIMEOUT', message: expect.stringContaining('this machine') });
  expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('Kennwort');
});

test('a local command that is killed has an unknown outcome', async () => {
  const running = runLocal({ argv: ['sh', '-c', 'kill -9 $$'], timeoutMs: 5000 });
  await expect(running).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', message: expect.stringContaining('SIGKILL') });
});

test('a local prompt ends the command', async () => {
  const argv = ['sh', '-c', 'printf "Enter passphrase: " >&2; exec sleep 77'];
  const running = runLocal({ argv, timeoutMs: 5000, prompts: { 'Enter passphrase': 'INPUT_VALUE' } });
  await expect(running).rejects.toMatchObject({ code: 'INPUT_VALUE' });
});

test('a local session is talked to line by line', async () => {
  await using session = await localShell().open({ argv: ['sh', '-c', 'read x; echo "got $x"'], timeoutMs: 5000 });
  await session.send(['one\n']);
  expect(await session.line(5000)).toBe('got one');
  expect(await session.line(5000)).toBeUndefined();
});

test('a local session with a program that does not exist ends at once', async () => {
  await using session = await localShell().open({ argv: ['/nowhere/program'], timeoutMs: 5000 });
  expect(await session.line(5000)).toBeUndefined();
});
