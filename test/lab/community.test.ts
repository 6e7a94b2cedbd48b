import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadInventory } from '../../src/inventory/index.ts';
import { readLog } from '../../src/products/sametime/log.ts';
import { openCommunityLab } from '../../src/lab/community/index.ts';
import type { CommunityLab } from '../../src/lab/community/index.ts';
import { memberNamed } from '../../src/lab/community/site.ts';
import {
  answersOf,
  giveForeignStores,
  giveStores,
  logAfter,
  logOf,
  markLogs,
  openTestCommunity,
  readIni,
  restart,
  setIni,
  setMode,
  start,
  stop,
  until,
} from '../helpers/community-lab.ts';

/** What has no event to wait for: files that another program writes. */
const SOON = { timeout: 5000, interval: 10 };
const SERVERS = ['st1', 'st2', 'st3', 'st4'] as const;
const addressOf = (lab: CommunityLab, name: string): string => memberNamed(lab.site, name).address;

test('all programs run, every server is logged in to every other one, and the inventory is usable', async () => {
  await using lab = await openTestCommunity();
  expect(lab.processes().filter(({ state, pid }) => state !== 'running' || pid === null)).toEqual([]);
  for (const name of SERVERS) {
    const peers = SERVERS.filter((other) => other !== name).map((other) => addressOf(lab, other));
    const connected = () =>
      readLog(Buffer.from(logOf(lab, name))).events.flatMap(({ kind, address }) =>
        kind === 'peer-connected' ? [address] : [],
      );
    await expect.poll(connected, SOON).toEqual(expect.arrayContaining(peers));
    const mux = 'mux mux1 at 127.0.60.21 logged in on the server port, legacy';
    await expect.poll(() => logOf(lab, name), SOON).toContain(mux);
  }
  const inventory = await loadInventory(lab.inventoryFile);
  const [community] = inventory.communities;
  expect(community?.servers.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
    ...SERVERS.map((name) => `server ${name}`),
    'mux mux1',
    'mux mux2',
  ]);
  expect(inventory.clients.map(({ name, communityPorts }) => [name, communityPorts?.length])).toEqual([
    ['rich', 3],
    ['weekly-batch', 1],
  ]);
});

const MODES = [
  ['st1', 'legacy', 'accepted', []],
  ['st2', 'dynamic', 'accepted', ['TLSv1.2']],
  ['st3', 'strict', 'refused', ['TLSv1.2']],
  ['st4', 'strict', 'refused', ['TLSv1.2']],
] as const;

async function openMixed(): Promise<CommunityLab> {
  const lab = await openTestCommunity();
  for (const [name, mode] of MODES) {
    giveStores(lab, name);
    for (const port of ['server', 'client'] as const) setMode(lab, name, port, mode);
    await stop(lab, name);
  }
  markLogs(lab, 'now');
  for (const [name] of MODES) await start(lab, name);
  return lab;
}

test('a port answers VP and hellos of TLS 1.0 to 1.3 by its mode, and not before the restart', async () => {
  await using before = await openTestCommunity();
  giveStores(before, 'st1');
  setMode(before, 'st1', 'server', 'strict');
  expect(await answersOf(before, 'st1', 'server')).toEqual({ vp: 'accepted', tls: [] });

  await using lab = await openMixed();
  for (const [name, , vp, tls] of MODES) {
    for (const port of ['server', 'client'] as const)
      expect([name, port, await answersOf(lab, name, port)]).toEqual([name, port, { vp, tls }]);
  }
});

// Everybody has stores here. A caller begins with TLS, and only one that is not strict goes on without it.
test('peers log in to peers by TLS where both can, and a strict one never without it', async () => {
  await using lab = await openMixed();
  for (const [name, mode] of MODES) {
    for (const [peer, peerMode] of MODES) {
      if (peer === name) continue;
      const address = addressOf(lab, peer);
      const secure = peerMode === 'legacy' ? 'legacy' : 'TLSv1.2';
      const expected =
        peerMode === 'legacy' && mode === 'strict'
          ? `Failed to connect to server ${address}, reason: the other side has no TLS on this port`
          : `server ${peer} at ${address} called, ${secure}`;
      await expect.poll(() => logAfter(lab, name, 'now'), SOON).toContain(expected);
    }
  }
});

test('every spelling of strict is strict, and versions follow their keys', async () => {
  await using lab = await openTestCommunity();
  giveStores(lab, 'st1');
  setMode(lab, 'st1', 'server', 'strict');
  for (const [spelling, low, versions] of [
    ['0', '0x301', ['TLSv1', 'TLSv1.1', 'TLSv1.2']],
    [undefined, '0x302', ['TLSv1.1', 'TLSv1.2']],
  ] as const) {
    setIni(lab, 'st1', 'Connectivity', 'VPS_PORT', spelling);
    setIni(lab, 'st1', 'Config', 'STSRV_TLS_MIN_PROTOCOL_VERSION', low);
    await restart(lab, 'st1');
    expect(await answersOf(lab, 'st1', 'server')).toEqual({ vp: 'refused', tls: versions });
  }
});

test('a strict server is lost to a peer, a multiplexer and programs without TLS, and says who was refused', async () => {
  await using lab = await openTestCommunity();
  giveStores(lab, 'st1');
  setMode(lab, 'st1', 'server', 'strict');
  markLogs(lab, 'now');
  await restart(lab, 'st1');
  for (const name of ['st2', 'mux1'])
    await expect
      .poll(() => logAfter(lab, name, 'now'), SOON)
      .toMatch(/Failed to connect to server 127\.0\.60\.11, reason/);
  const refused = () =>
    readLog(Buffer.from(logAfter(lab, 'st1', 'now'))).events.flatMap(({ kind, address }) =>
      kind === 'caller-refused' ? [address] : [],
    );
  for (const caller of ['st2', 'mux1']) await expect.poll(refused, SOON).toContain(addressOf(lab, caller));
  const health = path.join(lab.dir, 'hosts/mm/opt/media-manager/logs/health.json');
  await until(() => readFileSync(health, 'utf8').includes('"missing":["st1"]'));
  expect(JSON.parse(readFileSync(health, 'utf8'))).toEqual({ connected: false, missing: ['st1'] });

  for (const program of ['media-manager', 'proxy', 'bot']) await lab.hand(program, 'tls');
  await until(() => JSON.parse(readFileSync(health, 'utf8')).connected === true);
  await expect
    .poll(() => logOf(lab, 'st1'), SOON)
    .toContain('application nightly-bot at 127.0.60.33 logged in on the server port, TLSv1.2');
});

test('a peer whose certificate is not trusted is not called in legacy form instead', async () => {
  await using lab = await openTestCommunity();
  giveForeignStores(lab, 'st1');
  giveStores(lab, 'st2');
  for (const name of ['st1', 'st2']) setMode(lab, name, 'server', 'dynamic');
  await restart(lab, 'st1');
  await stop(lab, 'st2');
  markLogs(lab, 'now');
  await start(lab, 'st2');
  await expect
    .poll(() => logAfter(lab, 'st2', 'now'), SOON)
    .toContain('reason: the certificate of CN=Foreign Root is not trusted');
  expect(logAfter(lab, 'st2', 'now')).not.toContain('server st1 at 127.0.60.11 called');
});

test('a server that needs client certificates refuses callers without one by the handshake', async () => {
  await using lab = await openTestCommunity();
  for (const name of ['st1', 'st2', 'st3']) giveStores(lab, name);
  setMode(lab, 'st1', 'server', 'strict');
  setIni(lab, 'st1', 'Config', 'STSRV_TLS_CLIENT_AUTH', '2');
  for (const key of ['FILE', 'TYPE', 'PASSWORD']) setIni(lab, 'st3', 'Config', `ST_TLS_KEY_STORE_${key}`, undefined);
  markLogs(lab, 'now');
  for (const name of ['st1', 'st2', 'st3']) await restart(lab, name);
  await expect.poll(() => logAfter(lab, 'st2', 'now'), SOON).toContain('server st1 at 127.0.60.11 called, TLSv1.2');
  await expect
    .poll(() => logAfter(lab, 'st3', 'now'), SOON)
    .toMatch(/server 127\.0\.60\.11, reason: the TLS handshake failed: .*alert/);
});

test('trusted hosts at ST_ also hit the directory, and then no client can log in', async () => {
  await using lab = await openTestCommunity();
  giveStores(lab, 'st3');
  setIni(lab, 'st3', 'Config', 'ST_TLS_MIRROR_TRUSTED_HOSTS', '1');
  await stop(lab, 'st3');
  markLogs(lab, 'now');
  await start(lab, 'st3');
  await expect
    .poll(() => logAfter(lab, 'st3', 'now'), SOON)
    .toContain('directory at 127.0.60.41 cannot be asked, reason: the certificate is for none');
  expect(logAfter(lab, 'st3', 'now')).not.toContain('client cleo');
  setIni(lab, 'st3', 'Config', 'STLDAP_TLS_MIRROR_TRUSTED_HOSTS', '0');
  await restart(lab, 'st3');
  await expect
    .poll(() => logAfter(lab, 'st3', 'now'), SOON)
    .toContain('client cleo at 127.0.60.53 logged in on the client port, legacy');
});

test('a server that is not in the list, or has another address there, is turned away and named', async () => {
  await using lab = await openTestCommunity();
  const file = 'hosts/st1/local/notesdata/servers.txt';
  await lab.fault({ kind: 'edit-file', path: file, find: 'st2 127.0.60.12', replace: 'st2 127.0.60.99' });
  await lab.fault({ kind: 'edit-file', path: file, find: 'st3 127.0.60.13', replace: 'stx 127.0.60.98' });
  markLogs(lab, 'now');
  await restart(lab, 'st1');
  await expect.poll(() => logAfter(lab, 'st1', 'now'), SOON).toContain('st2 has wrong net address 127.0.60.12');
  await expect
    .poll(() => logAfter(lab, 'st1', 'now'), SOON)
    .toContain('Rejecting server 127.0.60.13 not in servers list');
  await until(
    () =>
      logAfter(lab, 'st1', 'now').includes('E Server') &&
      /Failed to connect to server 127\.0\.60\.99/.test(logOf(lab, 'st1')),
  );
});

test('a lab that was stopped goes on with the programs that ran, and a copy gets ports of its own', async () => {
  const first = await openTestCommunity();
  await first.fault({ kind: 'kill', process: 'st4' });
  await until(() => first.processes().find(({ process }) => process === 'st4')?.state === 'stopped');
  await first.close();
  await using second = await openCommunityLab({ dir: first.dir, delays: { startMs: 0, retryMs: 50 } });
  expect(second.site.basePort).toBe(first.site.basePort);
  expect(second.processes().filter(({ state }) => state === 'stopped')).toMatchObject([{ process: 'st4' }]);
  await using other = await openTestCommunity();
  expect(other.site.basePort).not.toBe(second.site.basePort);
  expect(readIni(other, 'st1')).toContain(`VPS_PORT=${other.site.basePort + 16}\r\n`);
});
