// What each setting of iim.conf does on hosts of real parts: Prosody, NSS selfserv, the real keytool, certutil and pk12util. The same
// table as test/lab/sun-im.test.ts has for the embedded lab.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Command } from '../../src/core/shell.ts';
import { addressOf } from '../../src/lab/site.ts';
import { personOf } from '../../src/lab/sun-im/desk.ts';
import { configFolder, sbin } from '../../src/lab/sun-im/site.ts';
import * as jks from '../../src/products/sun-im/jks.ts';
import * as nss from '../../src/products/sun-im/nss.ts';
import { modeByFeatures } from '../../src/products/sun-im/stream-features.ts';
import { probeVersions } from '../../src/tls/probe-versions.ts';
import { makeXmppPrelude } from '../../src/tls/xmpp-prelude.ts';
import { inputOf, labCertificate, lineOf, PASSWORD, setConf } from '../helpers/sun-im-host.ts';
import type { Mode } from '../helpers/sun-im-host.ts';
import { featuresFrom, pingFrom } from '../helpers/sun-im-stream.ts';
import { SERVICE_ID } from './site.ts';
import { openRealSunImLab } from './sun-im/real-lab.ts';
import type { RealSunImLab } from './sun-im/real-lab.ts';

const SOON = { timeout: 20_000, interval: 100 };
const password = new Secret(PASSWORD, 'password of the stores');
let lab: RealSunImLab;

beforeAll(async () => {
  lab = await openRealSunImLab();
});
afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

const run = (host: string, { argv, stdin = [] }: Command): Promise<string> =>
  lab.ssh(host, lineOf(argv), inputOf(stdin));

async function modeAt(name: string): Promise<string> {
  const { socket, features } = await featuresFrom(
    { address: addressOf(lab.site, name), port: 5222 },
    `${name}.acme.example`,
    'client',
  );
  socket.destroy();
  return features === undefined ? 'none' : modeByFeatures(features);
}

/** Where nothing comes through, the sender gets an error of its own server or hears nothing at all. */
async function isReached(from: string, to: string): Promise<boolean> {
  const domain = `${to}.acme.example`;
  return (await pingFrom(personOf(lab.site, `probe@${from}`, 'offered'), domain)).answer === `result of ${domain}`;
}
const bothWays = async (): Promise<readonly boolean[]> => [
  await isReached('im1', 'im2'),
  await isReached('im2', 'im1'),
];

async function giveStore(name: string): Promise<void> {
  const folder = configFolder(lab.site, name);
  const { p12, root } = labCertificate(lab, password);
  writeFileSync(path.join(folder, 'im.p12'), p12);
  writeFileSync(path.join(folder, 'root.pem'), root.pem);
  writeFileSync(path.join(folder, 'sslpassword.conf'), `Internal (Software) Token:${PASSWORD}\n`);
  execFileSync('chown', ['-R', `${SERVICE_ID}:${SERVICE_ID}`, folder]);
  const tool = { keytool: 'keytool', store: path.join(folder, 'server-keystore.jks'), password };
  const from = { p12: path.join(folder, 'im.p12'), aliasInFile: 'acme-wild-2026', alias: 'im-server' };
  await run(name, jks.importKeyCommand(tool, from));
}

async function setMode(name: string, mode: Mode, more: Readonly<Record<string, string | null>> = {}): Promise<void> {
  setConf(lab, name, {
    'iim_server.sslkeystore': mode === 'plain' ? null : 'server-keystore.jks',
    'iim_server.requiressl': mode === 'strict' ? 'true' : null,
    ...more,
  });
  await lab.ssh(name, `${sbin(lab.site, name)}/imadmin refresh server`);
  await expect.poll(() => modeAt(name).catch(() => 'down'), SOON).toBe(mode);
}

test('plain, dynamic and strict pairs reach each other, or do not, as in the embedded lab', async () => {
  await expect.poll(() => modeAt('im2').catch(() => 'down'), SOON).toBe('plain');
  await Promise.all([giveStore('im1'), giveStore('im2')]);
  await setMode('im1', 'dynamic');
  expect(await bothWays()).toEqual([true, true]);
  await setMode('im1', 'strict');
  expect(await bothWays()).toEqual([false, false]);
  await setMode('im2', 'strict');
  expect(await bothWays()).toEqual([true, true]);
  const prelude = makeXmppPrelude('xmpp-client', 'im1.acme.example', () => undefined);
  const target = { host: addressOf(lab.site, 'im1'), port: 5222, timeoutMs: 5000, prelude };
  const { protocols } = await probeVersions(target, ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
  expect(protocols).toMatchObject({
    TLSv1: 'accepted',
    'TLSv1.1': 'refused',
    'TLSv1.2': 'refused',
    'TLSv1.3': 'refused',
  });
}, 120_000);

test('coserverN.requiressl holds for that pair alone', async () => {
  await setMode('im2', 'plain');
  await setMode('im1', 'dynamic', { 'iim_server.coserver1.requiressl': 'true' });
  expect(await bothWays()).toEqual([false, false]);
  expect(await isReached('im1', 'im3')).toBe(true);
  const place = { address: addressOf(lab.site, 'im1'), port: 5269 };
  const { socket, features } = await featuresFrom(place, 'im1.acme.example', 'server');
  socket.destroy();
  expect(features?.starttls).toBe('optional');
  await setMode('im2', 'dynamic');
  expect(await bothWays()).toEqual([true, true]);
}, 120_000);

test('legacy SSL is NSS with the databases of iim.conf: SSL 3.0 and TLS 1.0 at the client port, nothing in the clear', async () => {
  const folder = path.join(configFolder(lab.site, 'im3'), 'nss');
  mkdirSync(folder);
  chmodSync(folder, 0o700);
  await giveStore('im3');
  const database = { folder, form: 'dbm', prefix: '', password } as const;
  await run('im3', nss.createCommand(database));
  await run('im3', nss.importKeyCommand(database, path.join(path.dirname(folder), 'im.p12')));
  setConf(lab, 'im3', {
    'iim_mux.usessl': 'on',
    'iim_mux.secconfigdir': folder,
    'iim_mux.certnickname': 'acme-wild-2026',
  });
  await lab.ssh('im3', `${sbin(lab.site, 'im3')}/imadmin refresh multiplexor`);
  const target = { host: addressOf(lab.site, 'im3'), port: 5222, timeoutMs: 5000 };
  const versions = async () => (await probeVersions(target, ['SSLv3', 'TLSv1', 'TLSv1.2'])).protocols;
  await expect
    .poll(() => versions().catch(() => ({})), SOON)
    .toMatchObject({ SSLv3: 'accepted', TLSv1: 'accepted', 'TLSv1.2': 'refused' });
  expect(await modeAt('im3').catch(() => 'none')).toBe('none');
}, 120_000);
