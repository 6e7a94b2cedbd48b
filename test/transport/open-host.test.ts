// Connecting to a real SSH server on loopback: who is let in, and what is said when nobody is.
import { chmod, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createHash, createHmac } from 'node:crypto';
import ssh2 from 'ssh2';
import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import type { HostEntry } from '../../src/inventory/types.ts';
import { openHost } from '../../src/transport/index.ts';
import { keyPair, openSshServer } from '../helpers/ssh-server.ts';
import type { SshServer } from '../helpers/ssh-server.ts';

const lockedKey = (): string =>
  ssh2.utils.generateKeyPairSync('ed25519', { passphrase: 'not shown', cipher: 'aes256-cbc', rounds: 4 }).private;

const LIMITS = { connectTimeoutMs: 5000 };

async function refusal(entry: HostEntry, connectTimeoutMs = 5000): Promise<OperatorError> {
  const error: unknown = await openHost(entry, { connectTimeoutMs }).then(
    (host) => host.close(),
    (cause: unknown) => cause,
  );
  if (error instanceof OperatorError) return error;
  throw new Error('the host was not refused', { cause: error });
}

const fingerprint = (hostKey: string): string =>
  createHash('sha256')
    .update(Buffer.from(hostKey.split(' ')[1] ?? '', 'base64'))
    .digest('base64')
    .replace(/=+$/, '');

const know = (server: SshServer, text: string): Promise<void> => writeFile(server.entry.knownHostsFile, text);
const identityOf = ({ entry }: SshServer): string => entry.identityFiles[0] ?? '';
const nameOf = ({ entry }: SshServer): string => `[127.0.0.1]:${entry.port}`;

describe('the host key', () => {
  test('that is known lets us in', async () => {
    await using server = await openSshServer();
    await using host = await openHost(server.entry, LIMITS);
    const { stdout } = await host.reader.query({ argv: ['echo', 'hello'], timeoutMs: 5000 });
    expect(stdout).toBe('hello\n');
    expect(server.logins.length).toBeGreaterThan(0);
  });

  test.each(['ecdsa', 'rsa'] as const)('can be of type %s', async (hostKeyType) => {
    await using server = await openSshServer({ hostKeyType });
    await using host = await openHost(server.entry, LIMITS);
    expect(host.reader.host).toBe('h1');
  });

  test('that is hashed in known_hosts lets us in', async () => {
    await using server = await openSshServer();
    const salt = Buffer.from('a salt of 20 bytes..');
    const hash = createHmac('sha1', salt).update(nameOf(server)).digest('base64');
    await know(server, `|1|${salt.toString('base64')}|${hash} ${server.hostKey}\n`);
    await using host = await openHost(server.entry, LIMITS);
    expect(host.writer.host).toBe('h1');
  });

  test('that is unknown ends it before any log-in, with the fingerprint and how to add it', async () => {
    await using server = await openSshServer();
    await know(server, '');
    const error = await refusal(server.entry);
    expect(error.code).toBe('HOST_KEY');
    expect(error.message).toContain('host h1');
    expect(error.message).toContain(`SHA256:${fingerprint(server.hostKey)}`);
    expect(error.message).toContain(server.entry.knownHostsFile);
    expect(error.hint).toContain(`ssh-keyscan -p ${server.entry.port} 127.0.0.1`);
    expect(server.logins).toEqual([]);
  });

  test('is unknown when there is no known_hosts file', async () => {
    await using server = await openSshServer();
    await rm(server.entry.knownHostsFile);
    expect((await refusal(server.entry)).code).toBe('HOST_KEY');
    expect(server.logins).toEqual([]);
  });

  test('that differs from the known one ends it before any log-in, with the line', async () => {
    await using server = await openSshServer();
    await know(server, `# old\n${nameOf(server)} ${keyPair().public}\n`);
    const error = await refusal(server.entry);
    expect(error.code).toBe('HOST_KEY');
    expect(error.message).toContain('another one');
    expect(error.place).toEqual({ file: server.entry.knownHostsFile, line: 2, column: 1 });
    expect(server.logins).toEqual([]);
  });

  test('that is revoked ends it even if it is also known', async () => {
    await using server = await openSshServer();
    await know(server, `${nameOf(server)} ${server.hostKey}\n@revoked * ${server.hostKey}\n`);
    const error = await refusal(server.entry);
    expect(error.code).toBe('HOST_KEY');
    expect(error.message).toContain('revoked');
    expect(server.logins).toEqual([]);
  });
});

describe('the log-in', () => {
  test('with a key that the host does not know is refused', async () => {
    await using server = await openSshServer();
    await writeFile(identityOf(server), keyPair().private);
    const error = await refusal(server.entry);
    expect(error.code).toBe('HOST_LOGIN');
    expect(error.message).toContain('wasadmin');
    expect(error.message).toContain(identityOf(server));
  });

  test('with a key file that others can read is not tried', async () => {
    await using server = await openSshServer();
    await chmod(identityOf(server), 0o640);
    expect((await refusal(server.entry)).code).toBe('SECRET_EXPOSED');
    expect(server.logins).toEqual([]);
  });

  test.each([
    ['a passphrase', lockedKey()],
    ['no key in it', 'no key'],
  ])('with a file that has %s is not tried, and the file is not quoted', async (_, text) => {
    await using server = await openSshServer();
    await writeFile(identityOf(server), text);
    const error = await refusal(server.entry);
    expect(error.code).toBe('INPUT_UNREADABLE');
    expect(error.message).not.toContain(text);
    expect(server.logins).toEqual([]);
  });

  test('without a key file names the file', async () => {
    await using server = await openSshServer();
    const error = await refusal({ ...server.entry, identityFiles: ['/nowhere/key'] });
    expect(error.code).toBe('INPUT_UNREADABLE');
    expect(error.message).toContain('/nowhere/key');
  });
});

describe('a host that cannot be reached', () => {
  test('because the port is closed', async () => {
    await using server = await openSshServer();
    const port = await closedPort();
    const error = await refusal({ ...server.entry, port });
    expect(error.code).toBe('HOST_UNREACHABLE');
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(error.message).toContain('ECONNREFUSED');
  });

  test('because the port is silent', async () => {
    await using server = await openSshServer();
    const silent = await listen(() => undefined);
    const error = await refusal({ ...server.entry, port: portOf(silent) }, 100);
    silent.close();
    expect(error.code).toBe('HOST_UNREACHABLE');
    expect(error.message).toContain('100 ms');
  });

  test('because the port hangs up', async () => {
    await using server = await openSshServer();
    const rude = await listen((socket) => socket.end('SSH-2.0-rude\r\n'));
    const error = await refusal({ ...server.entry, port: portOf(rude) });
    rude.close();
    expect(error.code).toBe('HOST_UNREACHABLE');
  });

  test('because the port speaks something else', async () => {
    await using server = await openSshServer();
    const web = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const error = await refusal({ ...server.entry, port: portOf(web) });
    web.close();
    expect(error.code).toBe('HOST_UNREACHABLE');
  });
});

test('a reading shell has no method that writes, not even at run time', async () => {
  await using server = await openSshServer();
  await using host = await openHost(server.entry, LIMITS);
  expect(Object.keys(host.reader).toSorted()).toEqual(['fileFacts', 'host', 'open', 'query', 'readFile']);
  expect(Object.getPrototypeOf(host.reader)).toBe(Object.prototype);
});

test('a host that was closed runs nothing more', async () => {
  await using server = await openSshServer();
  const host = await openHost(server.entry, LIMITS);
  await Promise.all([host.close(), host.close()]);
  await expect(host.reader.query({ argv: ['true'], timeoutMs: 1000 })).rejects.toMatchObject({
    code: 'HOST_UNREACHABLE',
  });
  expect(server.commands).toEqual([]);
});

async function listen(serve: (socket: Socket) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function closedPort(): Promise<number> {
  const server = await listen(() => undefined);
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
