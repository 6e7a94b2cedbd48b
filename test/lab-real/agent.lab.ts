// The contract between the two tiers of the lab: the same conversation with wsadmin.sh, once with Debian's Jython on the
// deployment manager's host over OpenSSH, once with Skulpt, both connected to one deployment manager. Every byte that is
// printed must be equal: prompts, greeting, replies of the agent, exceptions, the warning at the end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret, exposeSecret } from '../../src/core/secret.ts';
import type { WsadminArgument } from '../../src/core/wsadmin.ts';
import { managerOf, profileRoot } from '../../src/lab/site.ts';
import { decodeReply, encodeRequest, renderAgentLine } from '../../src/products/websphere/agent-codec.ts';
import { agentSource } from '../../src/products/websphere/agent-source.ts';
import { openWsadminSession } from '../../src/products/websphere/wsadmin-session.ts';
import type { WsadminSession } from '../../src/products/websphere/wsadmin-session.ts';
import { openHost } from '../../src/transport/index.ts';
import type { Host } from '../../src/transport/index.ts';
import { openRealLab } from './real-lab.ts';
import type { RealLab } from './real-lab.ts';

const SKULPT = path.join(import.meta.dirname, '../../src/lab/wsadmin/main.ts');
const CELL = '(cell):stCell';
const STP = `${CELL}:(node):stpNode`;

let lab: RealLab;
let profile: string;
let password: string;
beforeAll(async () => {
  lab = await openRealLab({ start: 'manager' });
  profile = profileRoot(lab.site, managerOf(lab.site.scenario).profile);
  password = (await readFile(path.join(lab.dir, 'secrets/was-admin.password'), 'utf8')).trim();
});
afterAll(() => lab?.[Symbol.asyncDispose]());

/** What one wsadmin printed: each line of `talk` is sent when the text before it has appeared. */
async function converse(command: readonly string[], talk: readonly (readonly [string, string])[]): Promise<string> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let seen = '';
  let from = 0;
  const waiting = [...talk];
  const ended = once(child, 'close');
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    seen += chunk;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const at = seen.indexOf(next[0], from);
      if (at === -1) break;
      from = at + next[0].length;
      waiting.shift();
      child.stdin.write(`${next[1]}\n`);
    }
    if (waiting.length === 0) child.stdin.end();
  });
  await ended;
  expect(waiting).toEqual([]);
  return seen;
}

const jython = (): readonly string[] => {
  const files = ['-i', `${lab.dir}/id_ed25519`, '-o', `UserKnownHostsFile=${lab.dir}/known_hosts`];
  return [
    'ssh',
    '-F',
    'none',
    ...files,
    'wasadmin@10.77.0.11',
    `${profile}/bin/wsadmin.sh -lang jython -conntype SOAP`,
  ];
};
const skulpt = (): readonly string[] => [process.execPath, SKULPT, profile, '-lang', 'jython', '-conntype', 'SOAP'];

type Asked = readonly [call: string, ...args: WsadminArgument[]];

const READING: readonly Asked[] = [
  ['AdminControl.getCell'],
  ['AdminTask.listSSLConfigs', '[-all true]'],
  ['AdminTask.listSSLConfigs', ['-all', 'true', '-displayObjectName', 'true']],
  ['AdminTask.getSSLConfig', ['-alias', 'NodeDefaultSSLSettings', '-scopeName', STP]],
  ['AdminTask.getSSLConfig', ['-alias', 'nobody', '-scopeName', STP]],
  ['AdminTask.listSSLConfigGroups', '[-all true]'],
  ['AdminTask.getSSLConfigGroup', ['-name', 'stCell', '-direction', 'inbound', '-scopeName', CELL]],
  ['AdminTask.getFipsInfo'],
  ['AdminTask.listSSLProtocolTypes'],
  ['AdminTask.listKeyStores', '[-all true]'],
  ['AdminTask.listPersonalCertificates', ['-keyStoreName', 'NodeDefaultKeyStore', '-keyStoreScope', STP]],
  ['AdminTask.listSignerCertificates', ['-keyStoreName', 'CellDefaultTrustStore', '-keyStoreScope', CELL]],
  ['AdminTask.noSuchCommand', 'one', ['two', ''], [''], []],
  ['AdminConfig.noSuchMethod'],
  ['Nobody.atHome', 'x'],
  ['AdminTask.getSSLConfig', ['-alias', 'Zeichen äöü € \u{1F600} "quoted" \\', '-scopeName', CELL]],
];
const CHANGING: readonly Asked[] = [
  ['AdminConfig.hasChanges'],
  ['AdminTask.modifySSLConfig', ['-alias', 'CellDefaultSSLSettings', '-scopeName', CELL, '-sslProtocol', 'SSL_TLSv2']],
  ['AdminTask.getSSLConfig', ['-alias', 'CellDefaultSSLSettings', '-scopeName', CELL]],
  ['AdminConfig.hasChanges'],
  ['AdminConfig.queryChanges'],
  ['AdminConfig.reset'],
  ['AdminConfig.hasChanges'],
  ['AdminTask.modifySSLConfig', ['-alias', 'CellDefaultSSLSettings', '-scopeName', CELL, '-sslProtocol', 'nonsense']],
  ['AdminTask.modifySSLConfig', ['-alias', 'XDADefaultSSLSettings', '-scopeName', CELL, '-sslProtocol', 'TLSv1.2']],
];

/** Each request is sent when the reply before it has come, whether it is good or bad. */
const talkOf = (asked: readonly Asked[]): readonly (readonly [string, string])[] => [
  ['Username: ', 'wasadmin'],
  ['Password: ', password],
  ['wsadmin>', renderAgentLine(agentSource())],
  ...asked.map(([call, ...args], at): readonly [string, string] => [
    at === 0 ? '@@strictstep ready 1\n' : `@@strictstep ${at} `,
    encodeRequest(`${at + 1}`, call, args, exposeSecret),
  ]),
  [`@@strictstep ${asked.length} `, 'quit'],
  ['@@strictstep bye\nwsadmin>', 'quit'],
];

describe('the same conversation with Jython and with Skulpt prints the same bytes', () => {
  test.for([
    ['calls that read', READING],
    ['changes that are not saved', CHANGING],
  ] as const)('%s', async ([, asked]) => {
    const talk = talkOf(asked);
    const [real, embedded] = [await converse(jython(), talk), await converse(skulpt(), talk)];
    expect(real).toBe(embedded);
    const replies = [...real.matchAll(/@@strictstep \d+ (?:ok|err).*/g)].map(([line]) => decodeReply(line));
    expect(replies.map((reply) => reply?.id)).toEqual(asked.map((_, at) => `${at + 1}`));
    expect(new Set(replies.map((reply) => reply?.kind))).toEqual(new Set(['ok', 'err']));
    expect(real.includes('WASX7309W')).toBe(asked === CHANGING);
  });

  test('a refused log-in', async () => {
    const talk = [
      ['Username: ', 'wasadmin'],
      ['Password: ', 'not the password'],
      ['wsadmin>', 'quit'],
    ] as const;
    const real = await converse(jython(), talk);
    expect(real).toBe(await converse(skulpt(), talk));
    expect(real).toContain('WASX7246E');
  });
});

async function session(host: Host, given: string): Promise<WsadminSession> {
  return await openWsadminSession({
    shell: host.reader,
    cell: 'stCell',
    profile,
    login: { user: 'wasadmin', password: new Secret(given, 'password') },
    expose: exposeSecret,
    startTimeoutMs: 30_000,
    callTimeoutMs: 30_000,
  });
}

describe('the session of strictstep with the agent in Jython over OpenSSH', () => {
  test('reads, changes, finds what changed and takes it back', async () => {
    await using host = await openHost(lab.entry('dm'), { connectTimeoutMs: 10_000 });
    await using open = await session(host, password);
    const { reader, writer } = open;
    expect(await reader.query('AdminTask.listSSLConfigs', '[-all true]')).toContain('alias: XDADefaultSSLSettings');
    const change = ['-alias', 'XDADefaultSSLSettings', '-scopeName', CELL, '-sslProtocol', 'TLSv1.2'];
    await writer.change('AdminTask.modifySSLConfig', change);
    await expect(writer.save(['cells/stCell|key.p12'])).rejects.toMatchObject({ code: 'UNEXPECTED_CHANGES' });
    expect(await reader.query('AdminConfig.hasChanges')).toBe('0');
  });

  test('says that the log-in was refused', async () => {
    await using host = await openHost(lab.entry('dm'), { connectTimeoutMs: 10_000 });
    await expect(session(host, 'not the password')).rejects.toMatchObject({ code: 'WSADMIN_CONNECT' });
  });

  test('ends at the question for an unknown signer, without an answer', async () => {
    const [trust, other] = [path.join(profile, 'etc/trust.p12'), path.join(profile, 'etc/before.p12')];
    await copyFile(trust, other);
    const stp = lab.site.scenario.profiles.find(({ node }) => node === 'stpNode');
    if (stp === undefined) throw new Error('no stpNode');
    // A store without the cell's root: the key store of another node holds that node's certificate only.
    await copyFile(path.join(profileRoot(lab.site, stp), 'etc/key.p12'), trust);
    await using host = await openHost(lab.entry('dm'), { connectTimeoutMs: 10_000 });
    await expect(session(host, password)).rejects.toMatchObject({ code: 'SIGNER_PROMPT' });
    await copyFile(other, trust);
    await using open = await session(host, password);
    expect(await open.reader.query('AdminTask.listSSLConfigs', '[-all true]')).toContain('alias');
  });
});
