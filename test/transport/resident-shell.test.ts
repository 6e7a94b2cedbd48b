// The shell that stays on a host for short scripts: that nobody can tell a script in it from one with a session of its own, by
// what it gives, by how it fails, or by what happens when the link breaks.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Command } from '../../src/core/shell.ts';
import { fenceOlder } from '../../src/run/fence.ts';
import { lockHosts } from '../../src/run/host-lock.ts';
import { openHost } from '../../src/transport/index.ts';
import type { Host } from '../../src/transport/index.ts';
import { INPUT } from '../../src/transport/file-scripts.ts';
import { makeResidentShell } from '../../src/transport/resident-shell.ts';
import { openFaultProxy } from '../helpers/fault-proxy.ts';
import { openSshServer } from '../helpers/ssh-server.ts';
import type { SshServer, SshServerOptions } from '../helpers/ssh-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'strictstep-resident-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Fixture = AsyncDisposable & { readonly server: SshServer; readonly host: Host };

async function openSite(options: SshServerOptions = {}, mark: () => string | undefined = () => undefined) {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await openSshServer(options));
  const host = stack.use(await openHost(server.entry, { connectTimeoutMs: 5000, mark }));
  const kept = stack.move();
  return { server, host, [Symbol.asyncDispose]: () => kept.disposeAsync() } satisfies Fixture;
}

const short = (script: string, rest: Partial<Command> = {}): Command => ({
  argv: ['sh', '-c', script, 'sh', "it's", 'a b'],
  timeoutMs: 10_000,
  short: 'script',
  ...rest,
});

const sessionsOf = ({ commands }: SshServer): readonly string[] => commands.filter((line) => line.startsWith('exec '));
const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

describe('a short script', () => {
  test('has its arguments, an empty input, its exit status and both outputs, and needs no session of its own', async () => {
    await using site = await openSite();
    const { writer } = site.host;
    expect(await writer.change(short('cat; echo "$1,$2"; printf end'))).toEqual({
      exitCode: 0,
      stdout: "it's,a b\nend",
      stderr: '',
    });
    for (const exitCode of [1, 44, 127, 128])
      expect(await writer.change(short(`echo out; echo why >&2; exit ${exitCode}`))).toEqual({
        exitCode,
        stdout: 'out\n',
        stderr: 'why\n',
      });
    expect(await writer.change(short('echo later'))).toEqual({ exitCode: 0, stdout: 'later\n', stderr: '' });
    expect(sessionsOf(site.server)).toEqual(['exec sh -s']);
  });

  test('leaves nothing to the next one: no folder, no variable, no file mode, no option', async () => {
    await using site = await openSite();
    await site.host.writer.change(short('cd /; umask 077; set -f; x=1; export x; exec 1>/dev/null; trap "" 15'));
    const { stdout } = await site.host.writer.change(short('pwd; umask; echo "x=$x"; echo /et*'));
    expect(stdout).toBe(`${site.server.folder}\n0022\nx=\n/etc\n`);
  });

  test('comes after what a log-in says, which is in no output', async () => {
    const shell = join(folder, 'greets');
    writeFileSync(shell, '#!/bin/sh\necho welcome; printf "to this host"\nexec /bin/sh "$@"\n', { mode: 0o755 });
    await using site = await openSite({ shell });
    expect((await site.host.reader.query(short('echo one'))).stdout).toBe('one\n');
    expect((await site.host.reader.query(short('echo two'))).stdout).toBe('two\n');
  });

  test('does not wait for another one, which then has a session of its own', async () => {
    await using site = await openSite();
    const first = site.host.writer.change(short('until [ -f go ]; do sleep 0.05; done; echo first'));
    expect((await site.host.writer.change(short('echo > go; echo second'))).stdout).toBe('second\n');
    expect((await first).stdout).toBe('first\n');
    expect(sessionsOf(site.server)).toHaveLength(2);
  });

  test('gets a plain text as its input byte by byte, and only such a one without a session of its own', async () => {
    await using site = await openSite();
    const cat = async (stdin: Command['stdin'] & object): Promise<string> =>
      (await site.host.writer.change(short(`${INPUT}input`, { stdin }))).stdout;
    // The shell tells first what it can do.
    await site.host.reader.query(short(':'));
    const plain = fc.string({
      unit: fc.constantFrom('a', ' ', "'", '"', '\\', '%', '$', '`', '\n', '\r', '\t', '|', '-', '{', '}', '@', '0'),
      maxLength: 200,
    });
    await fc.assert(
      fc.asyncProperty(plain, async (text) => {
        expect(await cat([text])).toBe(text);
      }),
      { numRuns: 60, examples: [['-n\n'], ['%s%d\\n\\c'], ["'"], ['x'.repeat(24 * 1024)]] },
    );
    expect(sessionsOf(site.server)).toHaveLength(1);
    for (const text of ['\0', 'ü', 'x'.repeat(24 * 1024 + 1)]) expect(await cat([text])).toBe(text);
    expect(sessionsOf(site.server)).toHaveLength(4);
    expect(await cat([new Secret('Kennwort-17', 'password')])).toBe('Kennwort-17');
    expect(site.server.commands.join('\n')).not.toContain('Kennwort');
  });

  test('a host without room for the shell executes it all the same, and a command gets the place of the shell', async () => {
    await using site = await openSite({ maxSessions: 1 });
    expect((await site.host.reader.query(short('echo one'))).stdout).toBe('one\n');
    expect((await site.host.reader.query({ argv: ['echo', 'two'], timeoutMs: 9000 })).stdout).toBe('two\n');
    expect((await site.host.reader.query(short('echo three'))).stdout).toBe('three\n');
    expect(sessionsOf(site.server).filter((line) => line === 'exec sh -s')).toHaveLength(1);
  });
});

describe('a short program that is no script', () => {
  test('ends as it would alone: arguments, an empty input, status, signal, both outputs', async () => {
    await using site = await openSite();
    const execute = (...argv: readonly string[]) => site.host.reader.query({ argv, timeoutMs: 9000, short: 'program' });
    expect(await execute('printf', '%s,', "it's", '$HOME', '', 'a b')).toEqual({
      exitCode: 0,
      stdout: "it's,$HOME,,a b,",
      stderr: '',
    });
    expect(await execute('cat')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(await execute('./none')).toMatchObject({ exitCode: 127, stderr: expect.stringContaining('none') });
    for (const status of ['3', '128', '160', '255'])
      expect((await execute('sh', '-c', `exit ${status}`)).exitCode).toBe(Number(status));
    await expect(execute('sh', '-c', 'kill -TERM $$')).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      message: expect.stringContaining('SIGTERM'),
    });
    expect(sessionsOf(site.server)).toEqual(['exec sh -s']);
  });

  test('may be a shell with a script that is wrong, which spoils nothing else', async () => {
    await using site = await openSite();
    for (const wrong of [') ; echo out', "echo '", '{', 'exit 3\n)\nexit 4'])
      expect(
        await site.host.reader.query({ argv: ['sh', '-c', wrong], timeoutMs: 3000, short: 'program' }),
      ).toMatchObject({ exitCode: wrong.startsWith('exit') ? 3 : 2, stdout: '' });
    expect((await site.host.reader.query(short('echo on'))).stdout).toBe('on\n');
    expect(sessionsOf(site.server)).toEqual(['exec sh -s']);
  });

  test('is asked for input beside the shell, and what it asks for is seen before its line ends', async () => {
    await using site = await openSite();
    const { reader } = site.host;
    const asks = { argv: ['sh', '-c', 'printf "trust it? "; sleep 77'], timeoutMs: 9000, short: 'program' } as const;
    await expect(reader.query({ ...asks, prompts: { 'trust it?': 'SIGNER_PROMPT' } })).rejects.toMatchObject({
      code: 'SIGNER_PROMPT',
    });
    await reader.query(short(':'));
    const before = sessionsOf(site.server).length;
    expect((await reader.query({ argv: ['cat'], stdin: ['in'], timeoutMs: 9000, short: 'program' })).stdout).toBe('in');
    expect(sessionsOf(site.server)).toHaveLength(before + 1);
  });
});

describe('a short script that does not end well', () => {
  test('is ended at its time limit, on the host too, and the next one has a shell again', async () => {
    await using site = await openSite();
    const { writer } = site.host;
    await expect(writer.change(short('echo $$ > pid; exec sleep 77', { timeoutMs: 300 }))).rejects.toMatchObject({
      code: 'COMMAND_TIMEOUT',
    });
    expect((await writer.change(short('echo on'))).stdout).toBe('on\n');
    const pid = Number(await readFile(join(site.server.folder, 'pid'), 'utf8'));
    await expect.poll(() => spawnSync('kill', ['-0', String(pid)]).status, { timeout: 5000 }).not.toBe(0);
  });

  test('is of unknown outcome when a signal ended it, when its shell died, and when the link was lost', async () => {
    await using site = await openSite();
    const { writer } = site.host;
    await expect(writer.change(short(`echo last words >&2; sh -c 'kill -9 $PPID'; echo on`))).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      message: expect.stringMatching(/SIGKILL.*last words/),
    });
    await expect(writer.change(short('kill -9 $$; sleep 1'))).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect((await writer.change(short('echo on'))).stdout).toBe('on\n');
    const cut = writer.change(short('echo > begun; sleep 77')).catch((error: unknown) => error);
    await expect.poll(() => isThere(join(site.server.folder, 'begun')), { timeout: 5000 }).toBe(true);
    site.server.dropLinks();
    expect(await cut).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    await expect(writer.change(short('echo > late'))).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
  });

  test('gives no more output than anybody can want', async () => {
    await using site = await openSite();
    await expect(site.host.reader.query(short('exec cat /dev/zero', { timeoutMs: 20_000 }))).rejects.toMatchObject({
      code: 'REMOTE_REPLY',
    });
  });

  test('a shell that died while it was idle is replaced', async () => {
    await using site = await openSite();
    const { stdout } = await site.host.reader.query(short('echo $$'));
    process.kill(Number(stdout), 'SIGKILL');
    await expect.poll(() => spawnSync('kill', ['-0', stdout.trim()]).status, { timeout: 5000 }).not.toBe(0);
    await expect.poll(async () => (await site.host.reader.query(short('echo on'))).stdout).toBe('on\n');
  });

  test('what was sent into a link that fell silent is not executed when it heals', async () => {
    await using server = await openSshServer();
    await using proxy = await openFaultProxy(server.entry.port);
    await writeFile(server.entry.knownHostsFile, `[127.0.0.1]:${proxy.port} ${server.hostKey}\n`);
    const entry = { ...server.entry, port: proxy.port };
    await using host = await openHost(entry, { connectTimeoutMs: 5000, keepAliveMs: 60 });
    await host.writer.change(short(':'));
    proxy.stall();
    await expect(host.writer.change(short('echo > late'))).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    proxy.heal();
    await expect.poll(() => proxy.ended(), { timeout: 5000 }).toBe(true);
    expect(await isThere(join(server.folder, 'late'))).toBe(false);
  });
});

/** What is sent for a script. */
async function lineOf(argv: readonly string[], stdin: string): Promise<string> {
  const input = new PassThrough();
  const stdout = new PassThrough();
  const running = {
    stdin: input,
    stdout,
    stderr: new PassThrough(),
    ending: new Promise<never>(() => undefined),
    kill: () => undefined,
  };
  const shell = makeResidentShell({ open: () => Promise.resolve(running), mark: () => undefined });
  const nothing = { out: () => undefined, err: () => undefined };
  await shell.start({ kind: 'script', argv: ['sh', '-c', ':'], stdin: Buffer.alloc(0) }, nothing);
  const greeting = String(input.read());
  const [, word = ''] = /^echo (@@[^;]+);/.exec(greeting) ?? [];
  const [, first = ''] = /\{ echo (@@[^;.]+);/.exec(greeting) ?? [];
  stdout.write(`${word}\nprintf\n${first}\n${first}.0\n`);
  await expect
    .poll(async () => (await shell.start({ kind: 'script', argv, stdin: Buffer.from(stdin) }, nothing)) !== undefined)
    .toBe(true);
  return String(input.read());
}

const SHELLS = ['dash', 'bash', 'busybox', 'ksh', 'mksh'].filter(
  (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
);

test.each(SHELLS)('%s executes nothing of a line of which the end did not arrive', async (name) => {
  const made = join(folder, `made by ${name}`);
  const line = await lineOf(['sh', '-c', `${INPUT}echo "$2" > "$1"; input >> "$1"`, 'sh', made, "it's"], 'a\n}\nb\n');
  const execute = (text: string): boolean => {
    rmSync(made, { force: true });
    const words = name === 'busybox' ? ['sh', '-s'] : ['-s'];
    spawnSync(name, words, { input: text, env: { PATH: process.env['PATH'] } });
    return existsSync(made);
  };
  expect(execute(line)).toBe(true);
  expect(await readFile(made, 'utf8')).toBe("it's\na\n}\nb\n");
  // Only the last sign before the line end makes a command of it.
  const ends = Array.from({ length: line.trimEnd().length }, (_, end) => end);
  const tried = ends.filter((end) => end % 7 === 0 || /[;|>'"\n]/.test(line.slice(end - 1, end + 1)));
  expect(tried.filter((end) => execute(line.slice(0, end)))).toEqual([]);
});

describe('the mark of a run', () => {
  const RUN = `run-${process.pid}`;
  test('stands on the shell and on what is executed in it, not on what is executed beside it and only reads', async () => {
    await using site = await openSite({}, () => `${RUN}.n1`);
    const seen = 'ps -o args= -p $$; sh -c "ps -o args= -p \\$PPID"; :';
    const { stdout } = await site.host.writer.change(short(seen));
    const marked = `sh -s : strictstep.${RUN}.n1.shell;`;
    expect(stdout).toBe(`${marked}\n${marked}\n`);
    const first = site.host.reader.query(short('until [ -f go ]; do sleep 0.05; done'));
    await site.host.reader.readFile(join(site.server.folder, 'none'));
    expect(site.server.commands.at(-1)).not.toContain('strictstep.run');
    await site.host.writer.replaceFile(site.server.entry.knownHostsFile, Buffer.from('x\n'), 'bak');
    expect(site.server.commands.at(-1)).toContain(`strictstep.${RUN}.n1.command;`);
    await writeFile(join(site.server.folder, 'go'), '');
    await first;
  });

  test('a shell from before the run is not used in it', async () => {
    let mark: string | undefined;
    await using site = await openSite({}, () => mark);
    await site.host.reader.query(short('echo before'));
    mark = `${RUN}.n1`;
    await site.host.reader.query(short('echo in it'));
    expect(sessionsOf(site.server)).toHaveLength(2);
    expect(sessionsOf(site.server)[1]).toContain(`: strictstep.${RUN}.n1.shell;`);
  });

  test('an idle shell of an earlier start is ended, one at work after its script, and then nothing can arrive late', async () => {
    const open = async (server: SshServer, nonce: string): Promise<Host> =>
      await openHost(server.entry, { connectTimeoutMs: 5000, mark: () => `${RUN}.${nonce}` });
    await using server = await openSshServer();
    await using idle = await open(server, 'aaa');
    await using atWork = await open(server, 'bbb');
    await using now = await open(server, 'ccc');
    const shellOf = async (host: Host): Promise<string> => (await host.writer.change(short('echo $$'))).stdout.trim();
    const shells = [await shellOf(idle), await shellOf(atWork)];
    const working = atWork.writer.change(short('echo > begun; sleep 2; echo > done; echo well'));
    await expect.poll(() => isThere(join(server.folder, 'begun')), { timeout: 5000 }).toBe(true);
    const owner = { who: 'ana', host: 'c1', pid: 11, run: RUN, why: 'apply', since: 'now' };
    const mark = { runId: RUN, nonce: 'ccc' };
    await using _ = await lockHosts([now.writer], owner, () => Promise.resolve(false), mark);
    await fenceOlder(now.writer, mark);
    expect(await isThere(join(server.folder, 'done'))).toBe(true);
    expect((await working).stdout).toBe('well\n');
    for (const pid of shells) expect(spawnSync('kill', ['-0', pid]).status).not.toBe(0);
    expect((await now.writer.change(short('echo on'))).stdout).toBe('on\n');
  });
});
