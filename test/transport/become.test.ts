// Commands as another user over a real SSH server, with a `sudo` and a `su` of this file: what each asks and says is as the
// real ones do; those are in test/lab-real/access.lab.ts.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import type { BecomeEntry } from '../../src/inventory/types.ts';
import { fenceOlder } from '../../src/run/fence.ts';
import { lockHosts } from '../../src/run/host-lock.ts';
import { becomeRefusal } from '../../src/transport/become-refusal.ts';
import { openHost } from '../../src/transport/index.ts';
import type { Host } from '../../src/transport/open-host.ts';
import { openSshServer } from '../helpers/ssh-server.ts';
import type { SshServer } from '../helpers/ssh-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'strictstep-become-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PASSWORD = `pass ' "word" $HOME`;

/** Asks when $SUDO_ASKS is in its folder, takes only the one password, and tells what it was called with. */
const SUDO = `#!/bin/sh
here=\`dirname "$0"\`
echo "$@" | tr '\\n' ' ' >> "$here/calls"; echo >> "$here/calls"
prompt= may=yes
while :; do case $1 in
  -n) may=no; shift;; -S|-H) shift;; -p) prompt=$2; shift 2;; -u) user=$2; shift 2;; --) shift; break;; *) break;;
esac; done
if [ -f "$here/refuse" ]; then cat "$here/refuse" >&2; exit 1; fi
if [ -f "$here/asks" ]; then
  if [ $may = no ]; then echo 'sudo: a password is required' >&2; exit 1; fi
  echo 'We trust you have received the usual lecture from the local System Administrator.' >&2
  for try in 1 2 3; do
    printf %s "$prompt" >&2
    IFS= read -r given && echo answer >> "$here/answers"
    if [ "$given" = "\`cat "$here/password"\`" ]; then break; fi
    echo 'Sorry, try again.' >&2
    if [ $try = 3 ]; then exit 1; fi
  done
fi
USER=$user; export USER
exec "$@"
`;
/** su - USER -c LINE */
const SU = `#!/bin/sh
here=\`dirname "$0"\`
if [ -f "$here/asks" ]; then
  printf 'Password: ' >&2
  IFS= read -r given && echo answer >> "$here/answers"
  if [ "$given" != "\`cat "$here/password"\`" ]; then echo 'su: Authentication failure' >&2; exit 1; fi
fi
echo 'a login profile that greets'; USER=$2; export USER
exec /bin/sh -c "$4"
`;

type Setting = { readonly asks?: boolean; readonly refuse?: string };

async function serverWith({ asks = false, refuse }: Setting = {}): Promise<SshServer & { readonly bin: string }> {
  const bin = mkdtempSync(join(folder, 'bin-'));
  const server = await openSshServer({ path: `${bin}:` });
  writeFileSync(join(bin, 'sudo'), SUDO, { mode: 0o755 });
  writeFileSync(join(bin, 'su'), SU, { mode: 0o755 });
  writeFileSync(join(bin, 'password'), `${PASSWORD}\n`);
  if (asks) writeFileSync(join(bin, 'asks'), '');
  if (refuse !== undefined) writeFileSync(join(bin, 'refuse'), refuse);
  return { ...server, bin };
}
const open = (server: SshServer, become: Partial<BecomeEntry> = {}, password?: string): Promise<Host> =>
  openHost(
    { ...server.entry, become: { user: 'wasadmin', method: 'sudo', ...become } },
    {
      connectTimeoutMs: 5000,
      secret: () => (password === undefined ? undefined : new Secret(password, 'password of ops')),
    },
  );
const problem = async (action: Promise<unknown>): Promise<OperatorError> => {
  const error = await action.catch((cause: unknown) => cause);
  if (error instanceof OperatorError) return error;
  throw new Error('it was not refused', { cause: error });
};

describe.each([
  ['sudo that asks nothing', { method: 'sudo' }, false],
  ['sudo that asks', { method: 'sudo', login: 'ops' }, true],
  ['sudo that could ask and does not', { method: 'sudo', login: 'ops' }, false],
  ['su that asks nothing', { method: 'su' }, false],
  ['su that asks', { method: 'su', login: 'ops' }, true],
] as const)('by %s', (_, become, asks) => {
  test('input and both outputs of a command are its own, byte for byte', async () => {
    await using server = await serverWith({ asks });
    await using host = await open(server, become, 'login' in become ? PASSWORD : undefined);
    const bytes = randomBytes(300_000);
    const script = 'cat; printf "to stderr\\n$USER" >&2; exit 7';
    const result = await host.reader.query({
      argv: ['sh', '-c', script],
      stdin: [bytes.toString('base64')],
      timeoutMs: 20_000,
    });
    expect(result).toEqual({ exitCode: 7, stdout: bytes.toString('base64'), stderr: 'to stderr\nwasadmin' });
    const empty = await host.reader.query({ argv: ['cat'], timeoutMs: 20_000 });
    expect(empty).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test('files and sessions work', async () => {
    await using server = await serverWith({ asks });
    await using host = await open(server, become, 'login' in become ? PASSWORD : undefined);
    const path = join(server.folder, 'plain.xml');
    writeFileSync(path, 'old', { mode: 0o640 });
    const content = Buffer.from([0, 255, 10, 13, 10, 0]);
    await host.writer.replaceFile(path, content, 'r1.bak');
    expect(await host.reader.readFile(path)).toEqual(content);
    expect(await host.reader.fileFacts(path)).toMatchObject({ mode: '0640', sizeBytes: 6 });
    await using session = await host.reader.open({ argv: ['cat'], timeoutMs: 5000 });
    await session.send(['one\n']);
    expect(await session.line(5000)).toBe('one');
    await session.send(['two\n']);
    expect(await session.line(5000)).toBe('two');
  });
});

test("neither the password nor the command's input ever stands in a command line", async () => {
  await using server = await serverWith({ asks: true });
  await using host = await open(server, { login: 'ops' }, PASSWORD);
  await host.writer.change({ argv: ['cat'], stdin: [new Secret('canary-input', 'x')], timeoutMs: 5000 });
  const calls = readFileSync(join(server.bin, 'calls'), 'utf8') + server.commands.join('\n');
  expect(calls).toContain('-S');
  expect(calls).not.toContain('"word"');
  expect(calls).not.toContain('canary');
});

test('a command that hangs is ended at its time limit, with what it started', async () => {
  await using server = await serverWith();
  await using host = await open(server);
  const file = join(server.folder, 'pid');
  const argv = ['sh', '-c', 'sh -c "echo \\$\\$ > \\"$0\\"; exec sleep 60" "$0"; true', file];
  expect((await problem(host.reader.query({ argv, timeoutMs: 1500 }))).code).toBe('COMMAND_TIMEOUT');
  const pid = Number(readFileSync(file, 'utf8'));
  await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
});

test('a session that a lost connection left behind is ended with what it started, although sudo stands before it', async () => {
  await using server = await serverWith();
  // The real one stays, and its process leads the group.
  writeFileSync(join(server.bin, 'sudo'), SUDO.replace('exec "$@"', '"$@"'), { mode: 0o755 });
  const marked = (mark: string): Promise<Host> =>
    openHost(
      { ...server.entry, become: { user: 'wasadmin', method: 'sudo' } },
      { connectTimeoutMs: 5000, mark: () => mark },
    );
  const run = `run-${process.pid}`;
  const older = await marked(`${run}.aaa`);
  const session = await older.writer.open({ argv: ['sh', '-c', 'sleep 60 & echo $!; wait'], timeoutMs: 5000 });
  const pid = Number(await session.line(5000));
  older.reset();
  expect(isAlive(pid)).toBe(true);
  await using now = await marked(`${run}.bbb`);
  const mark = { runId: run, nonce: 'bbb' };
  const owner = { who: 'ana', host: 'c1', pid: 1, run, why: 'apply', since: 'now' };
  await using _ = await lockHosts([now.writer], owner, () => Promise.resolve(false), mark);
  await fenceOlder(now.writer, { ...mark, waitSeconds: 5 });
  await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('is refused with the reason', () => {
  test('when a password is asked for and none is named, and the command did not run', async () => {
    await using server = await serverWith({ asks: true });
    await using host = await open(server);
    const file = join(server.folder, 'ran');
    const error = await problem(host.writer.change({ argv: ['touch', file], timeoutMs: 5000 }));
    expect(error).toMatchObject({ code: 'HOST_LOGIN', exitCode: 69, hint: expect.stringContaining('become') });
    expect(error.message).toContain('sudo does not let it become wasadmin: it wants a password');
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  test.each(['sudo', 'su'] as const)(
    'when the password is wrong: %s is not asked again, and it is not shown',
    async (method) => {
      await using server = await serverWith({ asks: true });
      await using host = await open(server, { method, login: 'ops' }, 'canary-wrong');
      const error = await problem(host.writer.change({ argv: ['true'], timeoutMs: 5000 }));
      expect(error.message).toContain('it does not take the password');
      expect(readFileSync(join(server.bin, 'answers'), 'utf8')).toBe('answer\n');
      expect(`${error.message} ${error.hint}`).not.toContain('canary');
    },
  );

  test.each([
    ['sudo: sorry, you must have a tty to run sudo\n', 'sudo wants a terminal (requiretty)', '!requiretty'],
    ['ops is not in the sudoers file.  This incident will be reported.\n', 'not in the sudoers file', 'sudoers'],
    ["Sorry, user ops is not allowed to execute '/bin/sh' as wasadmin on h1.\n", 'sudoers does not allow', 'rule'],
    ['Sorry, user ops may not run sudo on h1.\n', 'not in the sudoers file', 'sudoers'],
    [
      'sudo: unknown user: wasadmin\nsudo: error initializing audit plugin sudoers_audit\n',
      'does not exist',
      'become.user',
    ],
    [
      'su: user wasadmin does not exist or the user entry does not contain all the required fields\n',
      'does not exist',
      '',
    ],
    ['sudo: Ein Passwort ist notwendig\n', 'it ended before the command began', 'by hand'],
  ])('%s', async (refuse, fact, hint) => {
    await using server = await serverWith({ refuse });
    await using host = await open(server);
    const error = await problem(host.reader.query({ argv: ['true'], timeoutMs: 5000 }));
    expect(error).toMatchObject({ code: 'HOST_LOGIN', message: expect.stringContaining(fact) });
    expect(error.message).toContain(refuse.trim().split('\n')[0]?.slice(0, 20));
    expect(error.hint).toContain(hint);
  });

  test('when it is not there', () => {
    const become = { user: 'wasadmin', method: 'sudo' } as const;
    const error = becomeRefusal({ subject: 'host h1', become, said: 'sh: 1: exec: sudo: not found' });
    expect(error.hint).toContain('become.program');
  });
});

test('a connection that is lost before the command has begun makes its outcome unknown', async () => {
  await using server = await serverWith();
  await using host = await open(server);
  writeFileSync(join(server.bin, 'sudo'), '#!/bin/sh\nsleep 20\n', { mode: 0o755 });
  const change = problem(host.writer.change({ argv: ['true'], timeoutMs: 15_000 }));
  await expect.poll(() => server.commands.length, { timeout: 5000 }).toBe(1);
  server.dropLinks();
  expect((await change).code).toBe('OUTCOME_UNKNOWN');
});
