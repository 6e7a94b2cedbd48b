// How a person gets to the service user on real hosts: OpenSSH over a gate and over two of them, ssh-agent, sudo and su of
// Debian without a terminal; and what the rest of strictstep does there as that user.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import type { BecomeEntry, HostEntry } from '../../src/inventory/types.ts';
import { addressOf } from '../../src/lab/site.ts';
import { cancelDeadMan, plantDeadMan, readDeadMan } from '../../src/run/dead-man.ts';
import { fenceOlder } from '../../src/run/fence.ts';
import { lockHosts, readHostLock } from '../../src/run/host-lock.ts';
import { openHost } from '../../src/transport/index.ts';
import type { Host } from '../../src/transport/open-host.ts';
import { opsPasswordFile } from './log-ins.ts';
import { openRealLab, until } from './real-lab.ts';
import type { RealLab } from './real-lab.ts';
import { GATE, SERVICE_ID, sshFolder } from './site.ts';

let lab: RealLab;
beforeAll(async () => {
  lab = await openRealLab({ start: 'none' });
});
afterAll(() => lab?.[Symbol.asyncDispose]());

type Wish = { readonly user?: string; readonly become?: Partial<BecomeEntry>; readonly mark?: string };

/** A person on a host behind the gate who becomes the service user. */
const entry = (host: string, { user = 'ops', become = {} }: Wish = {}): HostEntry => ({
  ...lab.entry(host),
  user,
  jump: [{ ...lab.entry(GATE), user }],
  become: { user: 'wasadmin', method: 'sudo', ...become },
});
const password = (): Secret => new Secret(readFileSync(opsPasswordFile(lab.dir), 'utf8').trimEnd(), 'password of ops');
const login = (host: string, wish: Wish = {}): Promise<Host> =>
  openHost(entry(host, wish), {
    connectTimeoutMs: 10_000,
    keepAliveMs: 1000,
    secret: (name) => (name === 'ops' ? password() : undefined),
    mark: () => wish.mark,
  });
const OPS: Wish = { become: { login: 'ops' } };
const problem = async (action: Promise<unknown>): Promise<OperatorError> => {
  const error = await action.catch((cause: unknown) => cause);
  if (error instanceof OperatorError) return error;
  throw new Error('it was not refused', { cause: error });
};
const who = async (host: Host): Promise<string> => {
  const { stdout, stderr } = await host.reader.query({
    argv: ['sh', '-c', 'id -un; echo $HOME; pwd; cat'],
    stdin: ['its input'],
    timeoutMs: 10_000,
  });
  return `${stdout} ${stderr}`;
};

describe('the way', () => {
  test('is only open over the gate', async () => {
    const { jump: _, ...direct } = entry('dm', OPS);
    const refused = await problem(openHost(direct, { connectTimeoutMs: 10_000 }));
    expect(refused).toMatchObject({ code: 'HOST_LOGIN', exitCode: 69 });
    await using host = await login('dm', OPS);
    expect(await who(host)).toBe('wasadmin\n/home/wasadmin\n/home/wasadmin\nits input ');
  });

  test('leads over two gates, the second one seen from the first only', async () => {
    const jump = [lab.entry(GATE), lab.entry('stp')].map((hop) => ({ ...hop, user: 'ops' }));
    await using host = await openHost({ ...lab.entry('stm'), jump }, { connectTimeoutMs: 10_000 });
    expect(await who(host)).toContain('wasadmin');
    const log = (name: string): string => readFileSync(`${lab.dir}/hosts/${name}/sshd.log`, 'utf8');
    expect(log('stp')).toContain(`Accepted publickey for ops from ${addressOf(lab.site, GATE)}`);
    expect(log('stm')).toContain(`Accepted publickey for wasadmin from ${addressOf(lab.site, 'stp')}`);
  });

  test('is not gone when the gate has another key: status 69, and the host behind it hears nothing', async () => {
    const before = readFileSync(`${lab.dir}/hosts/sip/sshd.log`, 'utf8');
    const restore = await lab.changeHostKey(GATE);
    const error = await problem(login('sip', OPS));
    await restore();
    expect(error).toMatchObject({
      code: 'HOST_KEY',
      exitCode: 69,
      message: expect.stringContaining(`host ${GATE} (on the way to sip)`),
    });
    expect(error.message).toContain('has another one for');
    expect(readFileSync(`${lab.dir}/hosts/sip/sshd.log`, 'utf8')).toBe(before);
  });

  test('is opened by a key of OpenSSH with a passphrase, and by its agent', async () => {
    const [key, socket] = [join(lab.dir, 'locked'), join(lab.dir, 'agent')];
    execFileSync('cp', ['-p', `${lab.dir}/id_ed25519`, key]);
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(agent.stdout, 'data');
    try {
      execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
      execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'a pass phrase', '-f', key], { stdio: 'ignore' });
      const own = { ...lab.entry('dm'), passphrase: 'key', identityFiles: [key] };
      const secret = (): Secret => new Secret('a pass phrase', 'passphrase');
      await using byKey = await openHost(own, { connectTimeoutMs: 10_000, secret });
      expect(byKey.reader.host).toBe('dm');
      await using byAgent = await openHost({ ...own, identityFiles: [], agent: socket }, { connectTimeoutMs: 10_000 });
      expect(byAgent.reader.host).toBe('dm');
    } finally {
      agent.kill();
    }
  });
});

describe('a person becomes the service user', () => {
  test.each([
    ['by sudo with a password', OPS, 'wasadmin'],
    ['by sudo without one', { user: 'ops-free' }, 'wasadmin'],
    ['by sudo that could ask and does not', { user: 'ops-free', become: { login: 'ops' } }, 'wasadmin'],
    ['by su', { become: { method: 'su', user: 'stadmin', login: 'ops' } }, 'stadmin'],
  ] as const)("%s, and the input and outputs are the command's own", async (_, wish, name) => {
    await using host = await login('stp', wish);
    const text = Buffer.from(Array.from({ length: 200_000 }, (_byte, at) => at % 256)).toString('base64');
    const argv = ['sh', '-c', 'id -un; cat; echo aside >&2; exit 3'];
    const { exitCode, stdout, stderr } = await host.reader.query({ argv, stdin: [text], timeoutMs: 20_000 });
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: 'aside\n' });
    expect(stdout).toBe(`${name}\n${text}`);
  });

  test.each([
    ['a password is wanted', {}, 'it wants a password', 'NOPASSWD'],
    ['a terminal is wanted', { user: 'ops-tty' }, 'sudo wants a terminal (requiretty)', '!requiretty'],
    ['only one command is allowed', { user: 'ops-some' }, 'it wants a password', ''],
    [
      'only one command is allowed, with a password',
      { user: 'ops-some', become: { login: 'ops' } },
      'does not allow the command',
      'rule',
    ],
    ['nothing is allowed', { user: 'ops-none', become: { login: 'ops' } }, 'not in the sudoers file', 'sudoers'],
    [
      'there is no such user',
      { user: 'ops-free', become: { user: 'nobody-such' } },
      'the user does not exist',
      'become.user',
    ],
    [
      'su gets a wrong password',
      { become: { method: 'su', user: 'wasadmin', login: 'ops' } },
      'it does not take the password',
      '',
    ],
  ] as const)('or is told why not: %s', async (_, wish, fact, hint) => {
    await using host = await login('stp', wish);
    const error = await problem(host.writer.change({ argv: ['touch', '/tmp/never'], timeoutMs: 20_000 }));
    expect(error).toMatchObject({ code: 'HOST_LOGIN', exitCode: 69 });
    expect(error.message).toContain(fact);
    expect(error.hint).toContain(hint);
    await expect(lab.hosts.run('stp', 'ls', '/tmp/never')).rejects.toThrow('ls');
  });
});

describe('as the service user', () => {
  const folder = '/home/wasadmin/h4';
  const path = `${folder}/plain.xml`;

  test('files are read and written with its rights, owner and modes; the log-in itself could not', async () => {
    await using host = await login('dm', OPS);
    const { writer } = host;
    await writer.change({
      argv: ['sh', '-c', `umask 077; mkdir ${folder}; echo old > ${path}; chmod 0640 ${path}`],
      timeoutMs: 10_000,
    });
    await writer.replaceFile(path, Buffer.from('new\n'), 'r1.bak');
    await writer.createFile(`${folder}/made`, Buffer.from('x'), path, '0644');
    const owner = `${SERVICE_ID}:${SERVICE_ID}`;
    expect(await writer.fileFacts(path)).toMatchObject({ owner, mode: '0640', sizeBytes: 4 });
    expect(await writer.fileFacts(`${path}.r1.bak`)).toMatchObject({ owner, mode: '0640' });
    expect(await writer.fileFacts(`${folder}/made`)).toMatchObject({ owner, mode: '0644' });
    const placed = await writer.placePrivateFile('secret.p12', Buffer.from('s'));
    expect(await writer.fileFacts(placed)).toMatchObject({ owner, mode: '0600' });
    await writer.removePrivateFile(placed);
    const { become: _, ...plain } = entry('dm', OPS);
    await using asOps = await openHost(plain, { connectTimeoutMs: 10_000 });
    await expect(asOps.reader.readFile(path)).rejects.toMatchObject({ code: 'FACT_UNREADABLE' });
  });

  test('the lock of the host and the dead man are its own, and the revert works after the session is gone', async () => {
    const host = await login('dm', OPS);
    const owner = { who: 'ops', host: 'here', pid: 1, run: 'r1', why: 'test', since: 'now' };
    const locks = await lockHosts([host.writer], owner, () => Promise.resolve(false));
    expect(await readHostLock(host.reader)).toMatchObject({ owner: { run: 'r1' } });
    expect((await lab.hosts.run('dm', 'stat', '-c', '%U', '/home/wasadmin/.strictstep/lock')).trim()).toBe('wasadmin');
    await locks[Symbol.asyncDispose]();
    const deadMan = { id: 'd1', files: [path], restart: [['touch', `${folder}/restarted`]], seconds: 3 };
    await plantDeadMan(host.writer, deadMan, 'g1');
    await host.writer.replaceFile(path, Buffer.from('harm\n'), 'r2.bak');
    await host.close();
    await until(async () => (await lab.hosts.run('dm', 'ls', folder)).includes('restarted'));
    expect(await lab.hosts.run('dm', 'cat', path)).toBe('new\n');
    await using again = await login('dm', OPS);
    expect(await readDeadMan(again.reader, 'd1')).toBe('reverted');
    await plantDeadMan(again.writer, { ...deadMan, id: 'd2', seconds: 60 }, 'g1');
    await cancelDeadMan(again.writer, 'd2');
    expect(await readDeadMan(again.reader, 'd2')).toBe('cancelled');
  });

  const alive = async (word: string): Promise<boolean> =>
    (await lab.hosts.run('dm', 'ps', '-e', '-o', 'args=')).split('\n').includes(word);

  test('a command that is over its time is ended with what it started, although the log-in may not', async () => {
    await using host = await login('dm', OPS);
    const change = problem(host.writer.change({ argv: ['sh', '-c', 'sleep 7771; true'], timeoutMs: 3000 }));
    await until(() => alive('sleep 7771'));
    expect((await change).code).toBe('COMMAND_TIMEOUT');
    await until(async () => !(await alive('sleep 7771')));
  });

  test('a session that a lost connection left behind is ended before the next start reads', async () => {
    const lost = await login('dm', { ...OPS, mark: 'r1.n1' });
    const session = await lost.writer.open({
      argv: ['sh', '-c', 'trap "" HUP; echo up; sleep 7772; true'],
      timeoutMs: 20_000,
    });
    expect(await session.line(20_000)).toBe('up');
    lost.reset();
    expect(await alive('sleep 7772')).toBe(true);
    await using next = await login('dm', { ...OPS, mark: 'r1.n2' });
    const mark = { runId: 'r1', nonce: 'n2' };
    const owner = { who: 'ops', host: 'here', pid: 1, run: 'r1', why: 'test', since: 'now' };
    await using _ = await lockHosts([next.writer], owner, () => Promise.resolve(false), mark);
    await fenceOlder(next.writer, { ...mark, waitSeconds: 20 });
    expect(await alive('sleep 7772')).toBe(false);
  });
});

test('a first key is accepted over the gate when it is allowed, and found by ssh-keygen afterwards', async () => {
  const file = join(lab.dir, 'first_known_hosts');
  const gateLine = execFileSync('ssh-keygen', ['-F', addressOf(lab.site, GATE), '-f', `${lab.dir}/known_hosts`], {
    encoding: 'utf8',
  });
  writeFileSync(file, `${gateLine.split('\n')[1]}\n`);
  const first = { ...entry('stp', OPS), knownHostsFile: file };
  const options = { connectTimeoutMs: 10_000, secret: password };
  expect((await problem(openHost(first, options))).code).toBe('HOST_KEY');
  const told: string[] = [];
  await using host = await openHost(first, {
    ...options,
    acceptHostKey: ({ fingerprint }) => void told.push(fingerprint),
  });
  expect(host.reader.host).toBe('stp');
  const shown = execFileSync('ssh-keygen', ['-l', '-f', join(sshFolder(lab.site, 'stp'), 'host_key.pub')], {
    encoding: 'utf8',
  });
  expect(shown).toContain(` ${told[0]} `);
  expect(execFileSync('ssh-keygen', ['-F', addressOf(lab.site, 'stp'), '-f', file], { encoding: 'utf8' })).toContain(
    'found: line 2',
  );
});

describe('a host of which known_hosts has a certificate authority only', () => {
  const known = (): string => join(lab.dir, 'ca_known_hosts');
  const target = (host: string): HostEntry => ({ ...lab.entry(host), knownHostsFile: known() });
  const options = { connectTimeoutMs: 10_000 };
  /** @param more arguments of ssh-keygen -s */
  const sign = async (host: string, authority: string, ...more: readonly string[]): Promise<void> => {
    const key = join(sshFolder(lab.site, host), 'host_key');
    const words = ['-q', '-s', join(lab.dir, authority), '-h', '-I', host, ...more, `${key}.pub`];
    execFileSync('ssh-keygen', words, { stdio: 'ignore' });
    const settings = join(sshFolder(lab.site, host), 'sshd_config');
    if (!readFileSync(settings, 'utf8').includes('HostCertificate'))
      appendFileSync(settings, `HostCertificate ${key}-cert.pub\n`);
    await lab.reloadSsh(host);
  };
  beforeAll(() => {
    for (const name of ['ca', 'other-ca'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(lab.dir, name)]);
    writeFileSync(known(), `@cert-authority 10.77.* ${readFileSync(join(lab.dir, 'ca.pub'), 'utf8')}`);
  });

  test('is believed with a certificate for its address, and not without one', async () => {
    expect(await problem(openHost(target('db'), options))).toMatchObject({
      code: 'HOST_KEY',
      message: expect.stringContaining('gets no host certificate'),
    });
    await sign('db', 'ca', '-n', addressOf(lab.site, 'db'), '-V', '-1m:+10m');
    await using host = await openHost(target('db'), options);
    expect((await host.reader.query({ argv: ['id', '-un'], timeoutMs: 10_000 })).stdout).toBe('wasadmin\n');
  });

  test.each([
    ['of another authority', 'other-ca', ['-n', '10.77.0.15'], 'signed by an authority that is not in known_hosts'],
    ['for another host', 'ca', ['-n', '10.77.0.99'], 'it does not name 10.77.0.15'],
    ['for every host', 'ca', [], 'it does not name 10.77.0.15'],
    ['that is over', 'ca', ['-n', '10.77.0.15', '-V', '-2h:-1h'], 'it is valid from'],
  ])('is refused with a certificate %s', async (_, authority, more, fact) => {
    await sign('db', authority, ...more);
    const error = await problem(openHost(target('db'), options));
    expect(error).toMatchObject({ code: 'HOST_KEY', exitCode: 69, message: expect.stringContaining(fact) });
  });

  test('is refused behind a jump host, with the reason', async () => {
    const error = await problem(openHost({ ...target('db'), jump: [lab.entry(GATE)] }, options));
    expect(error).toMatchObject({ code: 'HOST_KEY', message: expect.stringContaining('through a jump host') });
  });
});
