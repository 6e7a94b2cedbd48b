// Ways to a host and means to log in, against real SSH servers on loopback; an agent is OpenSSH's own.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import type { HostEntry } from '../../src/inventory/types.ts';
import type { NewHostKey } from '../../src/transport/host-key.ts';
import { openHost } from '../../src/transport/index.ts';
import { keyPair, openSshServer } from '../helpers/ssh-server.ts';
import type { SshServer } from '../helpers/ssh-server.ts';

const LIMITS = { connectTimeoutMs: 5000 };
type Options = Partial<Parameters<typeof openHost>[1]>;

async function said(entry: HostEntry, options: Options = {}): Promise<string> {
  await using host = await openHost(entry, { ...LIMITS, ...options });
  return (await host.reader.query({ argv: ['echo', 'hello'], timeoutMs: 5000 })).stdout;
}
async function refusal(entry: HostEntry, options: Options = {}): Promise<OperatorError> {
  const error: unknown = await said(entry, options).catch((cause: unknown) => cause);
  if (error instanceof OperatorError) return error;
  throw new Error('the host was not refused', { cause: error });
}
const identityOf = ({ entry }: SshServer): string => entry.identityFiles[0] ?? '';
const hop = ({ entry }: SshServer, name: string): HostEntry => ({ ...entry, name });

describe('keys', () => {
  test('of several files are tried in their order', async () => {
    await using server = await openSshServer();
    const wrong = join(server.folder, 'wrong');
    writeFileSync(wrong, keyPair().private, { mode: 0o600 });
    expect(await said({ ...server.entry, identityFiles: [wrong, identityOf(server)] })).toBe('hello\n');
    const error = await refusal({ ...server.entry, identityFiles: [wrong] });
    expect(error).toMatchObject({ code: 'HOST_LOGIN', message: expect.stringContaining(wrong) });
  });

  const PHRASE = 'a phrase with "quotes" and blanks';
  const lock = (file: string): void =>
    void execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', PHRASE, '-f', file]);

  test('with a passphrase are opened by the credential that the host names', async () => {
    await using server = await openSshServer();
    lock(identityOf(server));
    const entry = { ...server.entry, passphrase: 'ops-key' };
    const asked: string[] = [];
    const secret = (name: string): Secret => {
      asked.push(name);
      return new Secret(PHRASE, 'password of ops-key');
    };
    expect(await said(entry, { secret })).toBe('hello\n');
    expect(asked).toEqual(['ops-key']);
  });

  test('with a passphrase that is not right, or is not there, are not tried, and no secret is shown', async () => {
    await using server = await openSshServer();
    lock(identityOf(server));
    const entry = { ...server.entry, passphrase: 'ops-key' };
    const wrong = await refusal(entry, { secret: () => new Secret('canary-phrase', 'password of ops-key') });
    expect(wrong.message).toContain('the password of ops-key does not open the identity file');
    expect(`${wrong.message} ${wrong.hint}`).not.toContain('canary');
    const none = await refusal(server.entry);
    expect(none).toMatchObject({ code: 'INPUT_UNREADABLE', hint: expect.stringContaining('passphrase: NAME') });
    expect(server.logins).toEqual([]);
  });

  test('of an agent are used', async () => {
    await using server = await openSshServer();
    const socket = join(server.folder, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(agent.stdout, 'data');
    try {
      const key = identityOf(server);
      execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
      await rm(key);
      expect(await said({ ...server.entry, identityFiles: [], agent: socket })).toBe('hello\n');
    } finally {
      agent.kill();
    }
    const error = await refusal({ ...server.entry, identityFiles: [], agent: join(server.folder, 'no-agent') });
    expect(error).toMatchObject({ code: 'HOST_LOGIN', message: expect.stringContaining('ssh-agent') });
  });
});

describe('a jump host', () => {
  test('and another one are passed, each proved by its own known_hosts', async () => {
    await using first = await openSshServer();
    await using second = await openSshServer();
    await using target = await openSshServer();
    const jump = [hop(first, 'gate'), hop(second, 'inner')];
    expect(await said({ ...target.entry, jump })).toBe('hello\n');
    expect(first.ways).toEqual([`127.0.0.1:${second.entry.port}`]);
    expect(second.ways).toEqual([`127.0.0.1:${target.entry.port}`]);
    expect([first.commands, second.commands]).toEqual([[], []]);
  });

  test('with a key that is not known ends it before a log-in anywhere, and is named', async () => {
    await using gate = await openSshServer();
    await using target = await openSshServer();
    writeFileSync(gate.entry.knownHostsFile, '');
    const error = await refusal({ ...target.entry, jump: [hop(gate, 'gate')] });
    expect(error).toMatchObject({
      code: 'HOST_KEY',
      message: expect.stringContaining('host gate (on the way to h1):'),
    });
    expect([gate.logins, target.logins, gate.ways]).toEqual([[], [], []]);
  });

  test('does not vouch for the host behind it', async () => {
    await using gate = await openSshServer();
    await using target = await openSshServer();
    writeFileSync(target.entry.knownHostsFile, readFileSync(gate.entry.knownHostsFile));
    const error = await refusal({ ...target.entry, jump: [hop(gate, 'gate')] });
    expect(error.code).toBe('HOST_KEY');
    expect(error.message).toMatch(/^host h1: its key/);
    expect(target.logins).toEqual([]);
  });

  test('that cannot reach the host is told with its reason', async () => {
    await using gate = await openSshServer();
    const jump = [hop(gate, 'gate')];
    const error = await refusal({ ...gate.entry, name: 'h1', port: 1, jump });
    expect(error).toMatchObject({ code: 'HOST_UNREACHABLE', message: expect.stringContaining('did not open the way') });
  });

  test('that drops the link in the middle of a command makes its outcome unknown', async () => {
    await using gate = await openSshServer();
    await using target = await openSshServer();
    await using host = await openHost({ ...target.entry, jump: [hop(gate, 'gate')] }, LIMITS);
    const session = await host.reader.open({ argv: ['cat'], timeoutMs: 5000 });
    await session.send(['a\n']);
    expect(await session.line(5000)).toBe('a');
    gate.dropLinks();
    await expect(session.line(5000)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });
});

describe('a host that nobody has seen before', () => {
  test('is let in when first keys are accepted, told, written down, and known from then on', async () => {
    await using server = await openSshServer();
    await rm(server.entry.knownHostsFile);
    const told: NewHostKey[] = [];
    expect(await said(server.entry, { acceptHostKey: (key) => void told.push(key) })).toBe('hello\n');
    expect(told).toMatchObject([{ host: 'h1', keyType: 'ssh-ed25519' }]);
    expect(readFileSync(server.entry.knownHostsFile, 'utf8')).toBe(
      `[127.0.0.1]:${server.entry.port} ${server.hostKey}\n`,
    );
    expect(await said(server.entry)).toBe('hello\n');
  });

  test('is not logged in on when its key cannot be written down', async () => {
    await using server = await openSshServer();
    await rm(server.entry.knownHostsFile);
    const entry = { ...server.entry, knownHostsFile: join(server.folder, 'none', 'known') };
    expect((await refusal(entry, { acceptHostKey: () => undefined })).code).toBe('HOST_KEY');
    expect(server.logins).toEqual([]);
  });
});

describe('an old host', () => {
  const OLD = {
    kex: ['diffie-hellman-group14-sha1' as const],
    cipher: ['aes128-cbc' as const],
    hmac: ['hmac-sha1' as const],
    serverHostKey: ['ssh-rsa' as const],
  };

  test('is refused with what it lacks, and reached when the inventory allows its algorithms', async () => {
    await using server = await openSshServer({ hostKeyType: 'rsa', algorithms: OLD });
    const error = await refusal(server.entry);
    expect(error).toMatchObject({ code: 'HOST_UNREACHABLE', hint: expect.stringContaining('legacyAlgorithms') });
    expect(error.message).toContain('offers only old algorithms');
    const some = ['diffie-hellman-group14-sha1', 'aes128-cbc', 'ssh-rsa'] as const;
    expect((await refusal({ ...server.entry, legacyAlgorithms: some })).code).toBe('HOST_UNREACHABLE');
    expect(await said({ ...server.entry, legacyAlgorithms: [...some, 'hmac-sha1'] })).toBe('hello\n');
  });

  test('that can do better does, although old algorithms are allowed', async () => {
    await using server = await openSshServer();
    const legacyAlgorithms = ['diffie-hellman-group1-sha1', '3des-cbc', 'hmac-md5'] as const;
    const client = new ssh2.Client();
    client.on('error', () => undefined);
    const { algorithmsFor } = await import('../../src/transport/algorithms.ts');
    client.connect({
      host: '127.0.0.1',
      port: server.entry.port,
      username: 'wasadmin',
      privateKey: readFileSync(identityOf(server)),
      algorithms: algorithmsFor(legacyAlgorithms, ['ssh-ed25519']),
    });
    const [negotiated] = (await once(client, 'handshake')) as [{ kex: string; cs: { cipher: string } }];
    client.end();
    expect(negotiated.kex).toMatch(/^curve25519/);
    expect(negotiated.cs.cipher).toBe('aes128-gcm@openssh.com');
  });
});
