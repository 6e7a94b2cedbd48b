// What goes on around the servers of a Sun IM lab: legacy SSL and the people who use it, the gateway, users who chat, the folder.
import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { unannounced } from '../../src/lab/chat-numbers.ts';
import { openXmppChat } from '../../src/lab/sun-im/chat.ts';
import { personOf } from '../../src/lab/sun-im/desk.ts';
import { openSunImLab } from '../../src/lab/sun-im/index.ts';
import { configFolder } from '../../src/lab/sun-im/site.ts';
import { modeByFeatures } from '../../src/products/sun-im/stream-features.ts';
import { PASSWORD, setConf } from '../helpers/sun-im-host.ts';
import {
  featuresAt,
  giveDatabase,
  logOf,
  onHost,
  openTestSunIm,
  ping,
  refresh,
  setMode,
  SOON,
} from '../helpers/sun-im-lab.ts';

test('legacy SSL at the multiplexor shuts the clear clients out, and startTLS of the server with them', async () => {
  await using lab = await openTestSunIm();
  await giveDatabase(lab, 'im1');
  const folder = configFolder(lab.site, 'im1');
  writeFileSync(path.join(folder, 'sslpassword.conf'), `Internal (Software) Token:${PASSWORD}\n`);
  setConf(lab, 'im1', {
    'iim_mux.usessl': 'on',
    'iim_mux.secconfigdir': path.join(folder, 'nss'),
    'iim_mux.certnickname': 'acme-wild-2026',
  });
  await refresh(lab, 'im1', 'multiplexor');
  const { secure } = await ping(lab, 'probe@im1', 'im1.acme.example', 'ssl');
  expect(secure).toBe('TLSv1');
  await expect(ping(lab, 'probe@im1', 'im1.acme.example')).rejects.toThrow(/closed|no XML|begin with/);
  // The server itself is as it was.
  const { socket, features } = await featuresAt(lab, 'im1', 'server', 'client');
  socket.destroy();
  expect(features === undefined ? 'none' : modeByFeatures(features)).toBe('plain');
  expect(await lab.hand('clients', 'ssl')).toBe('people use imssl.jnlp');
  await expect.poll(() => logOf(lab, 'im1').match(/dora@\S+ at \S+ logged in/g)?.length, SOON).toBeGreaterThan(1);
  setConf(lab, 'im1', { 'iim_mux.certnickname': 'Multiplexor_Cert' });
  await refresh(lab, 'im1', 'multiplexor');
  expect(logOf(lab, 'im1', 'mux.log')).toContain('there is no certificate Multiplexor_Cert');
  await expect(ping(lab, 'probe@im1', 'im1.acme.example', 'ssl')).rejects.toThrow('ECONNREFUSED');
});

test('a browser gets in through the gateway, which uses startTLS where it is offered and fails at legacy SSL', async () => {
  await using lab = await openTestSunIm();
  const open = async (): Promise<string> => {
    const body = `<body xmlns='http://jabber.org/protocol/httpbind' to='im1.acme.example' rid='1' wait='1' hold='1'/>`;
    const url = `http://127.0.0.1:${lab.site.basePort + lab.site.scenario.gateway.web}/httpbind`;
    return await (await fetch(url, { method: 'POST', body })).text();
  };
  expect(await open()).toContain('<mechanism>PLAIN</mechanism>');
  expect(logOf(lab, 'gw', 'httpbind.log')).toContain('connected with im1.acme.example, in the clear');
  await setMode(lab, 'im1', 'strict');
  expect(await open()).toContain('<mechanism>PLAIN</mechanism>');
  expect(logOf(lab, 'gw', 'httpbind.log')).toContain('connected with im1.acme.example, TLSv1');
  await giveDatabase(lab, 'im1');
  const folder = path.join(configFolder(lab.site, 'im1'), 'nss');
  setConf(lab, 'im1', {
    'iim_mux.usessl': 'on',
    'iim_mux.secconfigdir': folder,
    'iim_mux.certnickname': 'acme-wild-2026',
  });
  await refresh(lab, 'im1', 'multiplexor');
  expect(await open()).toContain(`type='terminate'`);
  const conf = path.join(configFolder(lab.site, 'gw'), 'httpbind.conf');
  const { code } = await onHost(
    lab,
    'gw',
    `sed -i 's/^default.hosts=.*/default.hosts=127.0.0.1:${lab.site.basePort + 9}/' ${conf} && opt/sun/im/sbin/restart-gateway`,
  );
  expect(code).toBe(0);
  await expect.poll(() => logOf(lab, 'gw', 'httpbind.log').match(/gateway is up/g)?.length, SOON).toBe(3);
  expect(await open()).toContain('<mechanism>PLAIN</mechanism>');
});

test('users who chat lose no number through restarts, within a server and between two, from plain to strict', async () => {
  await using lab = await openTestSunIm();
  const within = openXmppChat(personOf(lab.site, 'ann@im1', 'offered'), personOf(lab.site, 'ben@im1', 'offered'), 50);
  const between = openXmppChat(
    personOf(lab.site, 'cleo@im1', 'offered'),
    personOf(lab.site, 'carl@im2', 'offered'),
    50,
  );
  const chats = [within, between];
  const arrived = (): number =>
    Math.min(...chats.flatMap((chat) => chat.report(300).map(({ delivered }) => delivered.length)));
  await expect.poll(arrived, SOON).toBeGreaterThan(5);
  const announced = [];
  for (const [name, mode] of [
    ['im1', 'dynamic'],
    ['im2', 'dynamic'],
    ['im1', 'strict'],
    ['im2', 'strict'],
  ] as const) {
    const from = Date.now() - 300;
    const before = arrived();
    await setMode(lab, name, mode);
    await expect.poll(arrived, SOON).toBeGreaterThan(before + 5);
    announced.push({ from, to: Date.now() });
  }
  for (const chat of chats) {
    await chat.finish(5000);
    for (const { sent, delivered, missing, gaps } of chat.report(1500)) {
      expect(missing).toEqual([]);
      expect(delivered).toHaveLength(sent);
      expect(unannounced(gaps, announced)).toEqual([]);
    }
    chat.close();
  }
  expect(logOf(lab, 'im2')).toMatch(/client carl@im2\S+ at \S+ logged in, TLSv1\n/);
});

test('a lab that was stopped goes on with what ran, and a copy gets ports of its own', async () => {
  const lab = await openTestSunIm();
  await onHost(lab, 'im1', 'opt/sun/im/sbin/imadmin stop server');
  await lab.close();
  expect(lab.processes().every(({ pid }) => pid === null)).toBe(true);
  const copy = path.join(path.dirname(lab.dir), 'copy');
  cpSync(lab.dir, copy, { recursive: true });
  await using again = await openSunImLab({ dir: copy, delays: { startMs: 5, retryMs: 50 } });
  expect(again.site.basePort).not.toBe(lab.site.basePort);
  expect(again.processes().flatMap(({ process, pid }) => (pid === null ? [process] : []))).toEqual(['im1/server']);
  expect((await ping(again, 'probe@im2', 'im3.acme.example')).answer).toBe('result of im3.acme.example');
});
