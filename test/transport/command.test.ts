// One command over SSH: what goes in, what comes out, and every way in which it can fail to end.
import { writeFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Command } from '../../src/core/shell.ts';
import { executeCommand } from '../../src/transport/execute-command.ts';
import { openHost } from '../../src/transport/index.ts';
import type { Host } from '../../src/transport/index.ts';
import type { Running, Site } from '../../src/transport/process.ts';
import { openSshServer } from '../helpers/ssh-server.ts';
import type { SshServer, SshServerOptions } from '../helpers/ssh-server.ts';

type Fixture = AsyncDisposable & { readonly server: SshServer; readonly host: Host };

async function openSite(options: SshServerOptions = {}): Promise<Fixture> {
  const server = await openSshServer(options);
  const host = await openHost(server.entry, { connectTimeoutMs: 5000 });
  return {
    server,
    host,
    async [Symbol.asyncDispose]() {
      await host.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const script = (text: string, rest: Partial<Command> = {}): Command => ({
  argv: ['sh', '-c', text],
  timeoutMs: 10_000,
  ...rest,
});

async function failureOf(promise: Promise<unknown>): Promise<OperatorError> {
  const error: unknown = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error instanceof OperatorError) return error;
  throw new Error('no OperatorError', { cause: error });
}

describe('a command', () => {
  test('gives its exit status and both streams', async () => {
    await using site = await openSite();
    const result = await site.host.writer.change(script('echo out; echo err >&2; exit 7'));
    expect(result).toEqual({ exitCode: 7, stdout: 'out\n', stderr: 'err\n' });
  });

  test('gets texts, bytes and secrets in order and then the end of file', async () => {
    await using site = await openSite();
    const stdin = ['user\n', new Secret('pa ss\n', 'password'), Uint8Array.of(0, 255)];
    const { stdout } = await site.host.reader.query({ argv: ['od', '-An', '-c'], stdin, timeoutMs: 5000 });
    expect(stdout.replaceAll(/\s+/g, ' ')).toBe(String.raw` u s e r \n p a s s \n \0 377 `);
  });

  test('without input reads an empty file', async () => {
    await using site = await openSite();
    expect((await site.host.reader.query({ argv: ['cat'], timeoutMs: 5000 })).stdout).toBe('');
  });

  test('that does not read its large input still gives its exit status', async () => {
    await using site = await openSite();
    const result = await site.host.reader.query(script('exit 5', { stdin: [randomBytes(5_000_000)] }));
    expect(result.exitCode).toBe(5);
  });

  test('passes 5 MB of input through', async () => {
    await using site = await openSite();
    const text = randomBytes(2_500_000).toString('hex');
    const { stdout } = await site.host.reader.query({ argv: ['cat'], stdin: [text], timeoutMs: 10_000 });
    expect(stdout === text).toBe(true);
  });

  test('waits for its turn: twenty at once never open more than six sessions', async () => {
    await using site = await openSite({ maxSessions: 6 });
    const numbers = Array.from({ length: 20 }, (_, index) => String(index));
    const results = await Promise.all(numbers.map((n) => site.host.reader.query(script(`read x; echo ${n}`))));
    expect(results.map(({ stdout }) => stdout.trim())).toEqual(numbers);
    expect(site.server.peakSessions()).toBe(6);
  });

  test('is opened again when the server still counts sessions that have ended: a refused open has started nothing', async () => {
    await using site = await openSite({ maxSessions: 3 });
    const numbers = Array.from({ length: 12 }, (_, index) => String(index));
    const results = await Promise.all(numbers.map((n) => site.host.reader.query(script(`echo ${n}`))));
    expect(results.map(({ stdout }) => stdout.trim())).toEqual(numbers);
  });

  test('needs a time limit that a timer can hold', async () => {
    await using site = await openSite();
    for (const timeoutMs of [0, -1, Number.NaN, 2 ** 31]) {
      await expect(site.host.reader.query(script('true', { timeoutMs }))).rejects.toThrow(RangeError);
    }
    expect(site.server.commands).toEqual([]);
  });
});

describe('a command that does not end well', () => {
  test('is ended at its time limit, and its session is free again', async () => {
    await using site = await openSite({ maxSessions: 6 });
    const started = Array.from({ length: 12 }, () =>
      failureOf(site.host.reader.query({ argv: ['sleep', '77'], timeoutMs: 150 })),
    );
    const errors = await Promise.all(started);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['COMMAND_TIMEOUT']));
    expect(errors[0]?.message).toBe('host h1: "sleep 77" did not end within 150 ms');
    expect((await site.host.reader.query(script('echo on'))).stdout).toBe('on\n');
  });

  test('is also ended on the host', async () => {
    await using site = await openSite();
    const stop = failureOf(site.host.reader.query(script('echo $$ > pid; exec sleep 77', { timeoutMs: 200 })));
    expect((await stop).code).toBe('COMMAND_TIMEOUT');
    const check =
      'i=0; while kill -0 `cat pid` 2>/dev/null && [ $i -lt 50 ]; do sleep 0.1; i=`expr $i + 1`; done; echo $i';
    expect(Number((await site.host.reader.query(script(check))).stdout)).toBeLessThan(50);
  });

  test('is of unknown outcome when the channel closes without an exit status', async () => {
    await using site = await openSite({ intercept: (_, channel) => channel.close() === undefined });
    const error = await failureOf(site.host.writer.change({ argv: ['save'], timeoutMs: 5000 }));
    expect(error.code).toBe('OUTCOME_UNKNOWN');
    expect(error.message).toContain('"save"');
  });

  test('is of unknown outcome when a signal killed it', async () => {
    await using site = await openSite();
    const error = await failureOf(site.host.writer.change(script('echo last words >&2; kill -9 $$')));
    expect(error.code).toBe('OUTCOME_UNKNOWN');
    expect(error.message).toContain('SIGKILL');
    expect(error.message).toContain('last words');
  });

  test('is of unknown outcome when the link is lost; later commands are not sent', async () => {
    await using site = await openSite({
      intercept: (command) => {
        if (!command.includes('save')) return false;
        setImmediate(() => site.server.dropLinks());
        return true;
      },
    });
    const error = await failureOf(site.host.writer.change({ argv: ['save'], timeoutMs: 5000 }));
    expect(error.code).toBe('OUTCOME_UNKNOWN');
    expect((await failureOf(site.host.writer.change({ argv: ['next'], timeoutMs: 5000 }))).code).toBe(
      'HOST_UNREACHABLE',
    );
    expect(site.server.commands).toEqual(['exec save']);
  });

  test('was surely not started when the host refuses a session', async () => {
    await using site = await openSite({ maxSessions: 0 });
    const error = await failureOf(site.host.writer.change({ argv: ['save'], timeoutMs: 5000 }));
    expect(error.code).toBe('HOST_UNREACHABLE');
    expect(error.hint).toContain('MaxSessions');
  });

  test('is ended when it gives more output than anybody can want', async () => {
    await using site = await openSite();
    const error = await failureOf(site.host.reader.query({ argv: ['cat', '/dev/zero'], timeoutMs: 15_000 }));
    expect(error.code).toBe('REMOTE_REPLY');
    expect(error.message).toContain('32 MiB');
  });
});

describe('a prompt', () => {
  const prompts = { 'Add signer to the trust store now? (y/n)': 'SIGNER_PROMPT' } as const;

  test.each([
    ['standard output', 'printf "*** SSL\\nAdd signer to the trust"; sleep 0.1; printf " store now? (y/n) "; read x'],
    ['standard error', 'printf "Add signer to the trust store now? (y/n) " >&2; read x'],
  ])('on %s ends the command, with its line', async (_, text) => {
    await using site = await openSite({ maxSessions: 1 });
    const error = await failureOf(site.host.reader.query(script(`${text}; sleep 77`, { prompts })));
    expect(error.code).toBe('SIGNER_PROMPT');
    expect(error.message).toContain('host h1');
    expect(error.message).toContain('at "Add signer to the trust store now? (y/n)"');
  });

  test('that is not asked changes nothing', async () => {
    await using site = await openSite();
    expect((await site.host.reader.query(script('echo "Add signer"', { prompts }))).stdout).toBe('Add signer\n');
  });
});

test('a program that starts only after the time limit is ended at once, and gets no input', async () => {
  const started = Promise.withResolvers<Running>();
  const killed = Promise.withResolvers<void>();
  const stdin = new PassThrough();
  const site: Site = {
    host: 'h1',
    subject: 'host h1',
    start: () => started.promise,
    takeSlot: () => Promise.resolve(() => undefined),
    takeLongSlot: () => Promise.resolve(() => undefined),
  };
  const error = await failureOf(executeCommand(site, { argv: ['save'], stdin: ['now'], timeoutMs: 20 }));
  expect(error.code).toBe('COMMAND_TIMEOUT');
  const ending = new Promise<never>(() => undefined);
  started.resolve({ stdin, stdout: new PassThrough(), stderr: new PassThrough(), ending, kill: killed.resolve });
  await killed.promise;
  expect(stdin.read()).toBeNull();
});

test('a secret is in no command line and in no message, even if the program echoes it', async () => {
  await using site = await openSite();
  const stdin = [new Secret('Kennwort-17', 'password')];
  const prompts = { 'again:': 'SIGNER_PROMPT' } as const;
  const echo = 'x=`cat`; echo "$x" >&2; echo "wrong: $x, again:"; kill -9 $$';
  const errors = await Promise.all([
    failureOf(site.host.reader.query(script(echo, { stdin }))),
    failureOf(site.host.reader.query(script(echo, { stdin, prompts }))),
    failureOf(site.host.reader.query(script('cat >&2; sleep 77', { stdin, timeoutMs: 200 }))),
  ]);
  expect(errors.map(({ code }) => code)).toEqual(['OUTCOME_UNKNOWN', 'SIGNER_PROMPT', 'COMMAND_TIMEOUT']);
  const shown = errors.map((error) => `${error.message} ${error.stack} ${JSON.stringify(error)}`).join('\n');
  expect(shown).toContain('[secret]');
  expect(shown + site.server.commands.join('\n')).not.toContain('Kennwort');
});

test('a link that went silent is reset, so that nothing is executed when it comes back', async () => {
  await using server = await openSshServer();
  const ended = Promise.withResolvers<string>();
  let isHole = false;
  const proxy = createServer((near) => {
    const far = connect(server.entry.port, '127.0.0.1');
    near.on('data', (bytes) => isHole || far.write(bytes));
    far.on('data', (bytes) => isHole || near.write(bytes));
    near.once('error', (error) => ended.resolve(String(Reflect.get(error, 'code'))));
    near.once('end', () => ended.resolve('closed in an orderly way'));
    far.on('error', () => undefined);
    near.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  // The key is known for the server's own port; the proxy is the same host behind another one.
  await writeFile(server.entry.knownHostsFile, `[127.0.0.1]:${port} ${server.hostKey}\n`);
  await using host = await openHost({ ...server.entry, port }, { connectTimeoutMs: 5000, keepAliveMs: 40 });
  await host.reader.query({ argv: ['true'], timeoutMs: 5000 });
  isHole = true;
  const error = await failureOf(host.writer.change({ argv: ['touch', 'late'], timeoutMs: 10_000 }));
  proxy.close();
  expect(error.code).toBe('OUTCOME_UNKNOWN');
  expect(await ended.promise).toBe('ECONNRESET');
});
