import { readFile, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { serveControl } from '../../src/lab/control.ts';
import { labControl, openLab } from '../../src/lab/index.ts';
import { claimBlock } from '../../src/lab/state.ts';
import { openTestLab, rootOf, temporaryFolder } from '../helpers/lab.ts';

const NAMES = [
  'stCellManager01/dmgr',
  'stpNode/nodeagent',
  'stpNode/STProxyServer',
  'stpNode/was_stpProxy',
  'stmNode/nodeagent',
  'stmNode/STMeetingServer',
  'stmNode/was_stmProxy',
  'sipNode/nodeagent',
  'sipNode/STSIPProxyRegistrar',
];

test('the first start lays a deployment in which everything runs and every client is served', async () => {
  const dir = await temporaryFolder();
  await using lab = await openLab({ dir });

  expect(lab.processes().map(({ process }) => process)).toEqual(NAMES);
  expect(lab.processes().every(({ state, pid }) => state === 'running' && pid !== null)).toBe(true);
  for (const client of ['browser', 'mobile', 'rich-client', 'av-client']) {
    for (const call of await lab.callAs(client)) expect(call).toMatchObject({ ok: true, protocol: 'TLSv1' });
  }
});

test('the inventory names hosts, profiles and files that exist, and secrets only their owner can read', async () => {
  await using lab = await openTestLab();
  const inventory = parse(await readFile(lab.inventoryFile, 'utf8'));

  expect(inventory.hosts.dm).toEqual({
    address: '127.0.0.1',
    port: lab.site.basePort + 1,
    search: [path.join(lab.dir, 'hosts/dm')],
  });
  expect(inventory.cells.stCell.nodes.stpNode).toEqual({
    host: 'stp',
    profile: rootOf(lab, 'stpNode'),
    publicName: 'stp.acme.example',
    role: 'sametime-proxy',
  });
  expect(inventory.databases.meetings.readBy).toEqual(['stCell/stmNode/STMeetingServer']);
  expect(inventory.clients['av-client'].connects).toEqual([
    'stCell/sipNode/STSIPProxyRegistrar/SIP_DEFAULTHOST_SECURE',
  ]);
  const files = [
    inventory.certificates.messaging.file,
    inventory.certificates.messaging.passwordFile,
    inventory.credentials['was-admin'].passwordFile,
    inventory.credentials['meetings-db'].passwordFile,
    inventory.defaults.identityFile,
    'lab.json',
  ];
  for (const file of files) {
    expect([file, (await stat(path.resolve(lab.dir, file))).mode & 0o077]).toEqual([file, 0]);
  }
  expect((await stat(inventory.databases.meetings.command)).mode & 0o111).not.toBe(0);
  // Neither quotes nor hyphens, whatever is drawn: db2 takes a password without quotes.
  const password = await readFile(path.resolve(lab.dir, inventory.credentials['meetings-db'].passwordFile), 'utf8');
  expect(password).toMatch(/^[0-9a-f]{30}\n$/);
});

test('a process has the pid that its pid file names', async () => {
  await using lab = await openTestLab();
  const dmgr = lab.processes().find(({ process }) => process === 'stCellManager01/dmgr');
  const file = path.join(rootOf(lab, 'stCellManager01'), 'logs/dmgr/dmgr.pid');

  expect(Number(await readFile(file, 'utf8'))).toBe(dmgr?.pid);
  expect(() => process.kill(dmgr?.pid ?? -1, 0)).not.toThrow();
});

test('a second start goes on with the ports and the set of running processes of the first', async () => {
  const first = await openTestLab();
  await first.fault({ kind: 'kill', process: 'stpNode/STProxyServer' });
  await expect.poll(() => stateOf(first, 'stpNode/STProxyServer')).toBe('stopped');
  await first.close();

  await using second = await openLab({ dir: first.dir });
  expect(second.site.basePort).toBe(first.site.basePort);
  expect(stateOf(second, 'stpNode/STProxyServer')).toBe('stopped');
  expect(stateOf(second, 'stpNode/was_stpProxy')).toBe('running');
});

test('a port that somebody else took is named and nothing is started', async () => {
  const lab = await openTestLab();
  await lab.close();
  const port = lab.site.basePort + 20;
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');

  await expect(openLab({ dir: lab.dir })).rejects.toMatchObject({
    code: 'LAB_STATE',
    message: expect.stringContaining(`port ${port} `),
  });
  other.close();
  await once(other, 'close');
  await using again = await openLab({ dir: lab.dir });
  expect(stateOf(again, 'stCellManager01/dmgr')).toBe('running');
});

test('a folder that holds something else is refused', async () => {
  const dir = path.dirname(await temporaryFolder());
  await expect(openLab({ dir })).rejects.toMatchObject({ code: 'LAB_STATE' });
});

test('another process can look at the lab, inject a fault and end it', async () => {
  const lab = await openTestLab();
  const control = labControl(lab.dir);

  expect((await control.processes()).map(({ process }) => process)).toEqual(NAMES);
  expect((await control.callAs('mobile')).every(({ ok }) => ok)).toBe(true);
  await control.fault({ kind: 'delay', process: 'stpNode/STProxyServer', startMs: 0 });
  await expect(control.fault({ kind: 'kill', process: 'stpNode/nobody' })).rejects.toMatchObject({ code: 'LAB_STATE' });
  await control.stop();
  await lab.closed;
  await expect(control.processes()).rejects.toMatchObject({ code: 'LAB_STATE' });
});

test('a request without the token of the lab is dropped', async () => {
  await using lab = await openTestLab();
  const { connect } = await import('node:net');
  const socket = connect(lab.site.basePort, '127.0.0.1');
  socket.write(`${JSON.stringify({ token: 'x', op: 'processes' })}\n`);
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  await once(socket, 'close');
  expect(received).toEqual([]);
});

const stateOf = (lab: Awaited<ReturnType<typeof openLab>>, name: string): string | undefined =>
  lab.processes().find(({ process }) => process === name)?.state;

test('whoever calls the control port before it is served is sent away and does not wait', async () => {
  const { basePort, control } = await claimBlock(2);
  const early = connect(basePort, '127.0.0.1');
  early.on('error', () => undefined);
  await once(early, 'close', { signal: AbortSignal.timeout(5000) });
  const close = serveControl(control, 'token', { tool: async () => 0, request: async () => 'served' });
  const late = connect(basePort, '127.0.0.1');
  late.write('{"token":"token","op":"anything"}\n');
  const [answer] = await once(late, 'data', { signal: AbortSignal.timeout(5000) });
  expect(JSON.parse(String(answer))).toMatchObject({ ok: true, result: 'served' });
  await close();
});
