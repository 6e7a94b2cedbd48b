// The transport against OpenSSH as Debian ships it, on hosts of their own: host keys, the limit of sessions, lost links, killed
// sessions, and what a healed link must not execute. And the SQL of the meetings database, by Derby and by SQLite.
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import ssh2 from 'ssh2';
import type { ClientChannel } from 'ssh2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { db2Command } from '../../src/lab/site.ts';
import { openHost } from '../../src/transport/index.ts';
import type { Host } from '../../src/transport/index.ts';
import { collect, openTestLab, sshTo } from '../helpers/lab.ts';
import { openRealLab, until } from './real-lab.ts';
import type { RealLab } from './real-lab.ts';

const LIMITS = { connectTimeoutMs: 10_000, keepAliveMs: 500 };
const FILE = '/tmp/late';

let lab: RealLab;
beforeAll(async () => {
  lab = await openRealLab({ start: 'none' });
});
afterAll(() => lab?.[Symbol.asyncDispose]());

const login = (host: string): Promise<Host> => openHost(lab.entry(host), LIMITS);
const problemOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const isThere = async (host: string, file: string): Promise<boolean> =>
  (await lab.hosts.run(host, 'sh', '-c', `test -e ${file} && echo there || true`)).trim() === 'there';

describe('a host', () => {
  test('is found by its hashed name in known_hosts and has users, processes, files and a name of its own', async () => {
    expect(await readFile(lab.entry('stp').knownHostsFile, 'utf8')).toMatch(/^(\|1\|\S+ ssh-ed25519 \S+ ?\n){6}$/);
    await using host = await login('stp');
    const script = `id -un; hostname; ls ${lab.dir}/hosts; ls ${lab.dir}; ps -e -o comm= | sort -u | head -20`;
    const { stdout } = await host.reader.query({ argv: ['sh', '-c', script], timeoutMs: 5000 });
    const [user, name, hosts, ...rest] = stdout.trim().split('\n');
    expect([user, name, hosts]).toEqual(['wasadmin', 'stp', 'stp']);
    expect(rest.slice(0, 2)).toEqual(['hosts', 'shared']);
    expect(rest).not.toContain('node');
  });

  test('with another key than before is not spoken to', async () => {
    const restore = await lab.changeHostKey('sip');
    const problem = await problemOf(login('sip'));
    expect(problem).toBeInstanceOf(OperatorError);
    expect(problem).toMatchObject({ code: 'HOST_KEY', exitCode: 69 });
    await restore();
    await using host = await login('sip');
    expect((await host.reader.query({ argv: ['true'], timeoutMs: 5000 })).exitCode).toBe(0);
  });
});

/** ssh2 without our transport: what happens when nobody takes care. */
async function bareClient(host: string): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  client.on('error', () => undefined);
  const { address, user, identityFiles } = lab.entry(host);
  client.connect({ host: address, username: user, privateKey: await readFile(identityFiles[0] ?? '') });
  await once(client, 'ready');
  return client;
}
function execute(client: ssh2.Client, command: string): Promise<ClientChannel> {
  const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>();
  client.exec(command, (error, channel) => (error === undefined ? resolve(channel) : reject(error)));
  return promise;
}

describe('MaxSessions', () => {
  test('refuses some of 14 commands at once when nobody counts', async () => {
    const client = await bareClient('dm');
    const all = await Promise.allSettled(Array.from({ length: 14 }, () => execute(client, 'sleep 1')));
    client.end();
    expect(all.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
  });

  test('is kept by the transport: 40 commands at once all end with their own answer', async () => {
    await using host = await login('dm');
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        host.reader.query({ argv: ['sh', '-c', `sleep 0.1; echo ${at}`], timeoutMs: 20_000 }),
      ),
    );
    expect(all.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 40 }, (_, at) => at));
  });
});

test('a session that OpenSSH has not collected yet when the next one is opened costs no command', async () => {
  await using host = await openHost(lab.entry('dm'), { ...LIMITS, sessions: 10 });
  const all = await Promise.all(
    Array.from({ length: 200 }, () => host.reader.query({ argv: ['true'], timeoutMs: 30_000 })),
  );
  expect(all.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
});

describe('a lost connection', () => {
  test('in the middle of a change is an unknown outcome, and the command goes on to its end', async () => {
    await using host = await login('stm');
    const change = problemOf(
      host.writer.change({ argv: ['sh', '-c', 'touch /tmp/began; sleep 3; touch /tmp/done'], timeoutMs: 60_000 }),
    );
    await until(() => isThere('stm', '/tmp/began'));
    await lab.hosts.setLink('stm', 'down');
    expect(await change).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    await lab.hosts.setLink('stm', 'up');
    await until(() => isThere('stm', '/tmp/done'));
  });

  test('by a killed SSH session is an unknown outcome, too', async () => {
    await using host = await login('dm');
    const change = problemOf(host.writer.change({ argv: ['sh', '-c', 'sleep 30'], timeoutMs: 60_000 }));
    const sessions = async (): Promise<readonly string[]> =>
      (await lab.hosts.run('dm', 'ps', '-e', '-o', 'pid=,args='))
        .split('\n')
        .filter((line) => line.includes('sshd: wasadmin@notty') && !line.includes('[priv]'))
        .map((line) => line.trim().split(' ')[0] ?? '');
    await until(async () => (await lab.hosts.run('dm', 'ps', '-e', '-o', 'args=')).includes('\nsleep 30\n'));
    const [session = ''] = await sessions();
    await lab.hosts.run('dm', 'kill', '-9', session);
    expect(await change).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });

  test('whose link heals executes late what a bare client had sent: the control of the next test', async () => {
    const client = await bareClient('stp');
    const channel = await execute(client, `read line && touch ${FILE}-bare`);
    const ended = collect(channel);
    await lab.hosts.setLink('stp', 'down');
    channel.write('save\n');
    client.destroy();
    await ended;
    await lab.hosts.setLink('stp', 'up');
    await expect(until(() => isThere('stp', `${FILE}-bare`))).resolves.toBeUndefined();
  });

  test('whose link heals executes nothing of what the transport had sent', async () => {
    const host = await login('stp');
    const session = await host.writer.open({ argv: ['sh', '-c', `read line && touch ${FILE}`], timeoutMs: 5000 });
    await lab.hosts.setLink('stp', 'down');
    await session.send(['save\n']).catch(() => undefined);
    expect(await problemOf(session.line(60_000))).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    await session[Symbol.asyncDispose]();
    await host.close();
    await lab.hosts.setLink('stp', 'up');
    // The control took less; there is no event for what does not happen.
    await expect(until(() => isThere('stp', FILE), 8000)).rejects.toThrow('not within');
  });
});

test('the SQL of the recording row gives the same answers and return codes by Derby and by SQLite', async () => {
  await using embedded = await openTestLab();
  await using sqlite = await sshTo(embedded, 'db');
  const derby = await bareClient('db');
  const connectWith = async (dir: string): Promise<string> =>
    `CONNECT TO STMS USER db2inst1 USING ${(await readFile(`${dir}/secrets/meetings-db.password`, 'utf8')).trim()};\n`;
  const [connectDerby, connectSqlite] = [await connectWith(lab.dir), await connectWith(embedded.dir)];
  const ofRow = "WHERE SERVER_ID='s''1' AND CONFIGURATION_KEY='k'";
  const insert = `INSERT INTO mtg.configuration (SERVER_ID, CONFIGURATION_KEY, CONFIGURATION_VALUE)
    SELECT 's''1', 'k', 'TLSv1' FROM SYSIBM.SYSDUMMY1 WHERE NOT EXISTS (SELECT 1 FROM mtg.configuration ${ofRow});`;
  const update = `UPDATE mtg.configuration SET CONFIGURATION_VALUE = 'TLSv1.2' ${ofRow} AND CONFIGURATION_VALUE <> 'TLSv1.2';`;
  const select = `SELECT 'value=' || CONFIGURATION_VALUE FROM mtg.configuration ${ofRow};`;
  const texts = [select, insert, insert, select, update, update, select, `-- a remark; and\n${select}`].map((sql) => [
    true,
    sql,
  ]);
  texts.push([true, 'SELECT 1 FROM mtg.nobody;'], [true, 'SELECT nobody FROM mtg.configuration;'], [false, select]);
  texts.push(
    [true, "INSERT INTO mtg.configuration VALUES ('s''1', 'k', 'twice');"],
    [true, 'CONNECT RESET; TERMINATE;'],
  );
  texts.push([true, `DELETE FROM mtg.configuration ${ofRow};`], [true, `DELETE FROM mtg.configuration ${ofRow};`]);
  const codes = [];
  for (const [isConnected, sql] of texts) {
    const channel = await execute(derby, `${db2Command(lab.site)} -x -s -t`);
    channel.end(`${isConnected ? connectDerby : ''}${sql}`);
    const mine = await collect(channel);
    const other = await sqlite.run(
      `${db2Command(embedded.site)} -x -s -t`,
      `${isConnected ? connectSqlite : ''}${sql}`,
    );
    const plain = (text: string): string =>
      text
        .replaceAll(/[ \t]+/g, ' ')
        .replaceAll(/\s*\n\s*/g, '\n')
        .trim();
    expect({ sql, code: mine.code, text: plain(mine.stdout) }).toEqual({
      sql,
      code: other.code,
      text: plain(other.stdout),
    });
    codes.push(mine.code);
  }
  derby.end();
  expect(codes).toEqual([1, 0, 1, 0, 0, 1, 0, 0, 4, 4, 4, 4, 0, 0, 1]);
});
