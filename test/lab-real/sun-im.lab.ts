// Both Sun IM playbooks on hosts of real parts: OpenSSH, Prosody configured from iim.conf, NSS selfserv as multiplexor with legacy
// SSL, the real keytool, certutil and pk12util. Two pairs of users chat through the whole run. One story told in order, so the tests
// build on each other.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Chat } from '../../src/lab/chat-numbers.ts';
import { addressOf } from '../../src/lab/site.ts';
import { openXmppChat } from '../../src/lab/sun-im/chat.ts';
import { personOf } from '../../src/lab/sun-im/desk.ts';
import { modeByFeatures } from '../../src/products/sun-im/stream-features.ts';
import { probeVersions } from '../../src/tls/probe-versions.ts';
import { summarizeCertificate } from '../../src/tls/summarize-certificate.ts';
import { strictstep } from '../helpers/cli.ts';
import { disguisesOf, filesBelow } from '../helpers/files.ts';
import { featuresFrom, pingFrom } from '../helpers/sun-im-stream.ts';
import { sampleProcesses } from './process-sampler.ts';
import type { ProcessSampler } from './process-sampler.ts';
import { openRealSunImLab } from './sun-im/real-lab.ts';
import type { RealSunImLab } from './sun-im/real-lab.ts';

const out = mkdtempSync(join(tmpdir(), 'strictstep-real-out-'));
const planFile = join(out, 'plan.json');
const state = join(out, 'runs');
const SERVERS = ['im1', 'im2', 'im3'] as const;
let lab: RealSunImLab;
let sampler: ProcessSampler;
let chats: readonly Chat[] = [];

beforeAll(async () => {
  lab = await openRealSunImLab();
  sampler = sampleProcesses();
});
afterAll(async () => {
  for (const chat of chats) chat.close();
  sampler?.[Symbol.dispose]();
  await lab?.[Symbol.asyncDispose]();
  await rm(out, { recursive: true, force: true });
});

async function modeAt(name: string, kind: 'client' | 'server'): Promise<string> {
  const place = { address: addressOf(lab.site, name), port: kind === 'client' ? 5222 : 5269 };
  const { socket, features } = await featuresFrom(place, `${name}.acme.example`, kind);
  socket.destroy();
  return features === undefined ? 'none' : kind === 'client' ? modeByFeatures(features) : features.starttls;
}

const modes = (kind: 'client' | 'server') => Promise.all(SERVERS.map((name) => modeAt(name, kind)));
const arrived = (): number =>
  Math.min(...chats.flatMap((chat) => chat.report(300).map(({ delivered }) => delivered.length)));
const SOON = { timeout: 20_000, interval: 50 };

test('before, everything is in the clear and all pairs reach each other', async () => {
  await expect.poll(() => modes('client').catch(() => []), SOON).toEqual(['plain', 'plain', 'plain']);
  expect(await modes('server')).toEqual(['absent', 'absent', 'absent']);
  for (const name of SERVERS) {
    for (const other of SERVERS.filter((one) => one !== name)) {
      const domain = `${other}.acme.example`;
      const answer = await pingFrom(personOf(lab.site, `probe@${name}`, 'offered'), domain);
      expect(answer).toEqual({ answer: `result of ${domain}`, secure: null });
    }
  }
  chats = [
    openXmppChat(personOf(lab.site, 'ann@im1', 'offered'), personOf(lab.site, 'ben@im1', 'offered')),
    openXmppChat(personOf(lab.site, 'cleo@im1', 'offered'), personOf(lab.site, 'carl@im2', 'offered')),
  ];
  await expect.poll(arrived, SOON).toBeGreaterThan(5);
}, 60_000);

test('the playbook sun-im-strict is executed, with every health check', async () => {
  const words = ['plan', '--inventory', lab.inventoryFile, '--playbook', 'sun-im-strict', '--out', planFile];
  const planned = await strictstep(...words);
  expect(planned.exitCode, planned.stderr + planned.stdout).toBe(0);
  const applied = await strictstep('apply', planFile, '--state', state, '--confirm', 'chat');
  expect(applied.exitCode, applied.stderr + applied.stdout).toBe(0);
  sampler[Symbol.dispose]();
}, 480_000);

test('afterwards every server is strict for clients and servers, and no numbered message was lost', async () => {
  expect(await modes('client')).toEqual(['strict', 'strict', 'strict']);
  expect(await modes('server')).toEqual(['required', 'required', 'required']);
  for (const chat of chats) {
    await chat.finish(20_000);
    for (const { sent, delivered, missing } of chat.report(500)) {
      expect(missing).toEqual([]);
      expect(delivered).toHaveLength(sent);
    }
    chat.close();
  }
}, 60_000);

test('no process on any host ever had a secret in its command line or environment', () => {
  const seen = [...sampler.seen];
  for (const program of ['keytool', 'prosody', 'imadmin'])
    expect(seen.filter((text) => text.includes(program)).length).toBeGreaterThan(0);
  const secrets = filesBelow(join(lab.dir, 'secrets')).map((path) => readFileSync(path, 'utf8').trim());
  expect(secrets.length).toBeGreaterThanOrEqual(3);
  for (const needle of secrets.flatMap(disguisesOf)) expect(seen.filter((text) => text.includes(needle))).toEqual([]);
});

test('taken back, everything is in the clear again', async () => {
  const { hash } = JSON.parse(readFileSync(planFile, 'utf8')) as { hash: string };
  const back = await strictstep('rollback', `run-${hash.slice(0, 12)}`, '--state', state, '--confirm', 'chat');
  expect(back.exitCode, back.stderr + back.stdout).toBe(0);
  expect(await modes('client')).toEqual(['plain', 'plain', 'plain']);
  expect(await modes('server')).toEqual(['absent', 'absent', 'absent']);
}, 480_000);

test('the playbook sun-im-legacy-mux is executed: the client port is NSS with SSL 3.0 and TLS 1.0, the gateway gets past it', async () => {
  // People who stay with startTLS are locked out by it: the inventory says that this is meant.
  const inventory = join(lab.dir, 'legacy.yaml');
  const text = readFileSync(lab.inventoryFile, 'utf8');
  writeFileSync(inventory, text.replace(/(owner: Workplace team\n\s+required: )true/, '$1false'));
  const plan = join(out, 'legacy.json');
  const planned = await strictstep('plan', '--inventory', inventory, '--playbook', 'sun-im-legacy-mux', '--out', plan);
  expect(planned.exitCode, planned.stderr + planned.stdout).toBe(0);
  const applied = await strictstep('apply', plan, '--state', state, '--confirm', 'chat');
  expect(applied.exitCode, applied.stderr + applied.stdout).toBe(0);
  for (const name of SERVERS) {
    const target = { host: addressOf(lab.site, name), port: 5222, timeoutMs: 5000 };
    const { protocols, chain } = await probeVersions(target, ['SSLv3', 'TLSv1', 'TLSv1.2']);
    expect(protocols).toMatchObject({ SSLv3: 'accepted', TLSv1: 'accepted', 'TLSv1.2': 'refused' });
    expect(chain.map((der) => summarizeCertificate(der).subject)).toContain('CN=*.acme.example');
  }
  const { host, web } = lab.site.scenario.gateway;
  const body = `<body xmlns='http://jabber.org/protocol/httpbind' to='im1.acme.example' rid='1' wait='1' hold='1'/>`;
  const reply = await fetch(`http://${addressOf(lab.site, host)}:${web}/httpbind`, { method: 'POST', body });
  expect(await reply.text()).toContain('>PLAIN<');
}, 480_000);
