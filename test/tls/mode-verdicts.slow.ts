// The verdict on a port, 100 times each: the same answer every time, whatever else the machine does meanwhile. The filtered
// port is one whose queue of connections is full and whose program is stopped: like a firewall that drops, it answers nothing.
import { spawn, type ChildProcess } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import { createServer as createWebServer } from 'node:https';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommunityLab } from '../../src/lab/community/index.ts';
import { probeEndpoint } from '../../src/tls/probe-endpoint.ts';
import { probeMode } from '../../src/tls/probe-mode.ts';
import { giveStores, openTestCommunity, restart, setMode, targetOf } from '../helpers/community-lab.ts';

const TIMES = 100;
const AT_ONCE = 10;

let lab: CommunityLab;
beforeAll(async () => {
  lab = await openTestCommunity();
  for (const [name, mode] of [
    ['st2', 'dynamic'],
    ['st3', 'strict'],
  ] as const) {
    giveStores(lab, name);
    setMode(lab, name, 'server', mode);
    await restart(lab, name);
  }
}, 120_000);
afterAll(() => lab.close());

/** How often each verdict was given. */
async function verdicts(target: { readonly host: string; readonly port: number }, timeoutMs = 5000) {
  const seen: Record<string, number> = {};
  for (let done = 0; done < TIMES; done += AT_ONCE) {
    const reports = await Promise.all(Array.from({ length: AT_ONCE }, () => probeMode({ ...target, timeoutMs })));
    for (const { mode } of reports) seen[mode] = (seen[mode] ?? 0) + 1;
  }
  return seen;
}

test.each([
  ['st1', 'legacy'],
  ['st2', 'dynamic'],
  ['st3', 'strict'],
] as const)('%s is %s every time', { timeout: 300_000 }, async (name, mode) => {
  expect(await verdicts(targetOf(lab, name, 'server'))).toEqual({ [mode]: TIMES });
});

test('a port where nobody listens is inconclusive every time', { timeout: 120_000 }, async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  await once(server, 'close');
  expect(await verdicts({ host: '127.0.0.1', port })).toEqual({ inconclusive: TIMES });
});

test('a web server that speaks TLS only is no strict Sametime port, every time', { timeout: 300_000 }, async () => {
  const pem = readFileSync(join(lab.dir, 'hosts/prx/opt/stproxy/web.pem'), 'utf8');
  const server = createWebServer({ key: pem, cert: pem }, (_, response) => response.end('web')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    expect(await verdicts({ host: '127.0.0.1', port: portOf(server.address()) })).toEqual({ inconclusive: TIMES });
    const target = { host: '127.0.0.1', port: portOf(server.address()), timeoutMs: 5000 };
    expect((await probeMode(target)).detail).toContain('not Sametime inside');
    expect(await probeEndpoint(target, { starttls: 'sametime' })).toMatchObject({ mode: 'tls' });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('a port that answers nothing is inconclusive every time', { timeout: 300_000 }, async () => {
  const child = spawn(process.execPath, ['-e', LISTENER], { stdio: ['ignore', 'pipe', 'ignore'] });
  const held: Socket[] = [];
  try {
    const port = await portFrom(child);
    child.kill('SIGSTOP');
    while (await isTaken(port, held));
    expect(await verdicts({ host: '127.0.0.1', port }, 200)).toEqual({ inconclusive: TIMES });
  } finally {
    for (const socket of held) socket.destroy();
    child.kill('SIGKILL');
  }
});

const LISTENER =
  "const s=require('node:net').createServer();s.listen({port:0,host:'127.0.0.1',backlog:1},()=>console.log(s.address().port))";

async function portFrom({ stdout }: ChildProcess): Promise<number> {
  if (stdout === null) throw new Error('no output');
  const [line] = (await once(stdout, 'data')) as [Buffer];
  return Number(line.toString());
}

const portOf = (address: ReturnType<ReturnType<typeof createServer>['address']>): number => {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

/** false: the queue is full, connections are not answered any more */
function isTaken(port: number, held: Socket[]): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 500 });
    held.push(socket);
    socket.once('connect', () => resolve(true));
    socket.once('timeout', () => resolve(false));
    socket.once('error', () => resolve(false));
  });
}
