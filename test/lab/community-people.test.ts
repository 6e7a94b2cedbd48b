// What goes on around the servers of a community lab: users who chat, programs, hands, the sockets of a host.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import path from 'node:path';
import { expect, test } from 'vitest';
import { unannounced } from '../../src/lab/chat-numbers.ts';
import { openChat } from '../../src/lab/community/chat-client.ts';
import type { ChatUserSpec } from '../../src/lab/community/chat-client.ts';
import type { CommunityLab } from '../../src/lab/community/index.ts';
import { updateSite } from '../../src/lab/community/site.ts';
import { labControl } from '../../src/lab/lab-control.ts';
import {
  answersOf,
  giveStores,
  logAfter,
  logOf,
  markLogs,
  openTestCommunity,
  restart,
  setMode,
  start,
  stop,
  ststart,
  targetOf,
  until,
} from '../helpers/community-lab.ts';
import { sshTo } from '../helpers/lab.ts';

/** What has no event to wait for: files that another program writes. */
const SOON = { timeout: 5000, interval: 10 };
const ADA = { name: 'ada', at: 'mux1', home: 'st1', address: '127.0.60.71' } as const;
const BOB = { name: 'bob', at: 'st3', home: 'st3', address: '127.0.60.72' } as const;

test.each<readonly [ChatUserSpec['type'], ChatUserSpec['type']]>([
  ['legacy', 'legacy'],
  ['legacy', 'tls'],
])('users who chat (%s and %s) lose no number through restarts on their way', async (one, other) => {
  await using lab = await openTestCommunity();
  giveStores(lab, 'st3');
  setMode(lab, 'st3', 'client', 'dynamic');
  await restart(lab, 'st3');
  const chat = openChat(lab.site, { ...ADA, type: one }, { ...BOB, type: other }, 50);
  const arrived = (): number => Math.min(...chat.report(300).map(({ delivered }) => delivered.length));
  await until(() => arrived() >= 5);
  const announced = [];
  for (const name of ['st1', 'st3', 'mux1']) {
    const from = Date.now() - 300;
    const before = arrived();
    await restart(lab, name);
    await until(() => arrived() > before + 5);
    announced.push({ from, to: Date.now() });
  }
  await chat.finish(5000);
  for (const { sent, delivered, missing, gaps } of chat.report(500)) {
    expect(missing).toEqual([]);
    expect(new Set(delivered.map(({ number }) => number)).size).toBe(sent);
    expect(delivered).toHaveLength(sent);
    expect(unannounced(gaps, announced)).toEqual([]);
  }
  expect(logOf(lab, 'st3')).toContain(
    `client bob at 127.0.60.72 logged in on the client port, ${other === 'tls' ? 'TLSv1.2' : 'legacy'}`,
  );
  chat.close();
});

test('a server that is down shows as a gap that nobody announced, and its messages come when it is back', async () => {
  await using lab = await openTestCommunity();
  const chat = openChat(lab.site, { ...ADA, type: 'legacy' }, { ...BOB, type: 'legacy' }, 50);
  await until(() => chat.report(100).every(({ delivered }) => delivered.length >= 3));
  const sentBefore = chat.report(100)[0].sent;
  await stop(lab, 'st1');
  await until(() => chat.report(100)[0].sent > sentBefore + 15);
  expect(chat.report(100)[0].missing.length).toBeGreaterThan(0);
  await start(lab, 'st1');
  await chat.finish(5000);
  const [forth, back] = chat.report(400);
  expect([forth.missing, back.missing]).toEqual([[], []]);
  expect(unannounced(forth.gaps, [])).toHaveLength(1);
  chat.close();
});

test('ststart says that Sametime runs as soon as the launcher does, whatever the ports say', async () => {
  await using lab = await openTestCommunity();
  await stop(lab, 'st1');
  expect(await ststart(lab, 'st1', 'status')).toBe('Sametime Stopped\n');
  await lab.fault({ kind: 'delay', process: 'st1', startMs: 600_000 });
  await ststart(lab, 'st1', 'background');
  expect(await ststart(lab, 'st1', 'status')).toBe('Sametime Running\n');
  expect((await answersOf(lab, 'st1', 'server')).vp).not.toBe('accepted');
});

test('a host shows its real connections over SSH, and a broken ss fails', async () => {
  await using lab = await openTestCommunity();
  await using host = await sshTo(lab, 'st1', { username: 'notes' });
  const { port } = targetOf(lab, 'st1', 'server');
  await expect.poll(() => logOf(lab, 'st1'), SOON).toContain('application nightly-bot');
  const { stdout, code } = await host.run('ss -tnH');
  expect(code).toBe(0);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  expect(new Set(rows.map(([state]) => state))).toEqual(new Set(['ESTAB']));
  const callers = rows.flatMap(([, , , local, remote]) =>
    local === `127.0.60.11:${port}` ? [remote?.split(':')[0]] : [],
  );
  const others = [12, 13, 14, 21, 22, 31, 32, 33].map((last) => `127.0.60.${last}`);
  expect(callers.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual(others);
  expect((await host.run('netstat -tn')).stdout).toMatch(
    /^tcp +0 +0 127\.0\.60\.11:\d+ +127\.0\.60\.12:\d+ +ESTABLISHED/m,
  );
  await labControl(lab.dir).fault({ kind: 'break-command', host: 'st1', command: 'ss', isBroken: true });
  expect((await host.run('ss -tnH')).code).toBe(255);
  expect((await host.run('sudo -n -u notes -- sh -c "echo $1" sh')).code).toBe(0);
});

test('the proxy says by HTTPS whether it is connected, and a hand moves it to TLS', async () => {
  await using lab = await openTestCommunity();
  await expect.poll(() => logOf(lab, 'st1'), SOON).toContain('application stproxy');
  await expect.poll(() => proxyInfo(lab), SOON).toMatchObject({ communityConnected: true });
  giveStores(lab, 'st1');
  setMode(lab, 'st1', 'server', 'strict');
  await restart(lab, 'st1');
  await expect.poll(() => proxyInfo(lab), SOON).toMatchObject({ communityConnected: false });
  await lab.hand('proxy', 'tls');
  await expect.poll(() => proxyInfo(lab), SOON).toMatchObject({ communityConnected: true });
  await expect(lab.hand('proxy', 'dance')).rejects.toMatchObject({ code: 'USAGE' });
});

async function proxyInfo(lab: CommunityLab): Promise<unknown> {
  const [proxy] = lab.site.scenario.applications;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const ca = readFileSync(path.join(lab.dir, 'certificates/client-roots.pem'));
  const port = lab.site.basePort + (proxy?.web ?? 0);
  request({ host: '127.0.60.31', port, path: '/stwebapi/proxyinfo', ca }, (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    response.on('end', () => resolve(body));
  })
    .on('error', reject)
    .end();
  return JSON.parse(await promise);
}

test('rich clients follow what is on the update site only after their restart', async () => {
  await using lab = await openTestCommunity();
  giveStores(lab, 'mux1');
  setMode(lab, 'mux1', 'client', 'dynamic');
  await restart(lab, 'mux1');
  await expect
    .poll(() => logOf(lab, 'mux1'), SOON)
    .toContain('client ann at 127.0.60.51 logged in on the client port, legacy');
  mkdirSync(updateSite(lab.site), { recursive: true });
  const text = '<managed-communities><managed-community id="c" connectionType="tls-direct"/></managed-communities>';
  writeFileSync(path.join(updateSite(lab.site), 'managed-community-configs.xml'), text);
  markLogs(lab, 'pushed');
  await restart(lab, 'mux1');
  await expect
    .poll(() => logAfter(lab, 'mux1', 'pushed'), SOON)
    .toContain('client ann at 127.0.60.51 logged in on the client port, legacy');
  await lab.hand('clients', 'restart');
  await expect
    .poll(() => logAfter(lab, 'mux1', 'pushed'), SOON)
    .toContain('client ann at 127.0.60.51 logged in on the client port, TLSv1.2');
});

test('the weekly batch comes once in eight days, without TLS until it is fixed', async () => {
  await using lab = await openTestCommunity();
  giveStores(lab, 'mux2');
  setMode(lab, 'mux2', 'client', 'dynamic');
  await restart(lab, 'mux2');
  markLogs(lab, 'weeks');
  const done = await lab.hand('clock', '+7d');
  expect(done).toBe('7 days later; the weekly batch ran 1 times');
  const came = /^I Session (\S+), \S+ client payroll at 127\.0\.60\.61 logged in on the client port, legacy$/m;
  expect(came.exec(logAfter(lab, 'mux2', 'weeks'))?.[1]).not.toBe(undefined);
  await lab.hand('batch-client', 'fix');
  await labControl(lab.dir).hand(['batch-client', 'run']);
  await expect
    .poll(() => logOf(lab, 'mux2'), SOON)
    .toContain('client payroll at 127.0.60.61 logged in on the client port, TLSv1.2');
});
