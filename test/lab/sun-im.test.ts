// Each setting of iim.conf decides what a port of the Sun IM lab does, from the next start on, and failures come from mechanics:
// features, handshakes, trust, connections that are ended.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadInventory } from '../../src/inventory/index.ts';
import type { SunImLab } from '../../src/lab/sun-im/index.ts';
import { configFolder } from '../../src/lab/sun-im/site.ts';
import { judgeClearAttempt, modeByFeatures } from '../../src/products/sun-im/stream-features.ts';
import { summarizeCertificate } from '../../src/tls/summarize-certificate.ts';
import { probeVersions } from '../../src/tls/probe-versions.ts';
import { makeXmppPrelude } from '../../src/tls/xmpp-prelude.ts';
import { PASSWORD, setConf } from '../helpers/sun-im-host.ts';
import { featuresAt, logOf, onHost, openTestSunIm, ping, refresh, setMode } from '../helpers/sun-im-lab.ts';
import type { Mode } from '../helpers/sun-im-host.ts';
import { readUntil } from '../helpers/sun-im-stream.ts';

const SERVERS = ['im1', 'im2', 'im3'] as const;

async function modeAt(lab: SunImLab, name: string, port: 'client' | 'server', kind: 'client' | 'server') {
  const { socket, features } = await featuresAt(lab, name, port, kind);
  socket.destroy();
  return features === undefined ? 'none' : modeByFeatures(features);
}

test('everything runs in the clear at first, all pairs reach each other, and the inventory is usable', async () => {
  await using lab = await openTestSunIm();
  expect(lab.processes().filter(({ state, pid }) => state !== 'running' || pid === null)).toEqual([]);
  for (const name of SERVERS) {
    expect(await modeAt(lab, name, 'client', 'client')).toBe('plain');
    expect(await modeAt(lab, name, 'server', 'client')).toBe('plain');
    expect(await modeAt(lab, name, 'server', 'server')).toBe('plain');
    for (const other of SERVERS.filter((one) => one !== name)) {
      const domain = `${other}.acme.example`;
      expect(await ping(lab, `probe@${name}`, domain)).toEqual({ answer: `result of ${domain}`, secure: null });
    }
  }
  expect((await ping(lab, 'probe@im1', 'partner.example')).answer).toBe('result of partner.example');
  expect((await ping(lab, 'probe@im2', 'partner.example')).answer).toBe('error of partner.example');
  const { federations = [] } = await loadInventory(lab.inventoryFile);
  expect(
    federations.map(({ name, servers, peers, gateways }) => [name, servers.length, peers.length, gateways.length]),
  ).toEqual([['chat', 3, 1, 1]]);
});

test.each<readonly [Mode, string | null]>([
  ['dynamic', 'TLSv1'],
  ['strict', 'TLSv1'],
])('%s: features, clear log-ins and versions at every port follow iim.conf', async (mode, secure) => {
  await using lab = await openTestSunIm();
  expect(await modeAt(lab, 'im1', 'client', 'client')).toBe('plain');
  await setMode(lab, 'im1', mode);
  for (const [port, kind] of [
    ['client', 'client'],
    ['server', 'client'],
  ] as const)
    expect([port, await modeAt(lab, 'im1', port, kind)]).toEqual([port, mode]);
  const peers = await featuresAt(lab, 'im1', 'server', 'server');
  peers.socket.destroy();
  expect(peers.features).toMatchObject({ starttls: mode === 'strict' ? 'required' : 'optional', dialback: true });
  const { socket } = await featuresAt(lab, 'im1', 'client', 'client');
  const initial = Buffer.from('n,,n=probe,r=abc').toString('base64');
  socket.write(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>${initial}</auth>`);
  const answer = await readUntil(socket, (text) => text.includes('>'));
  const verdict = judgeClearAttempt({ mechanism: 'SCRAM-SHA-1', answer, closed: true });
  expect(verdict).toBe(mode === 'strict' ? 'refused' : 'allowed');
  socket.destroy();
  expect(await ping(lab, 'probe@im1', 'im1.acme.example')).toEqual({ answer: 'result of im1.acme.example', secure });
  const clear = ping(lab, 'probe@im1', 'im1.acme.example', 'clear');
  if (mode === 'strict') await expect(clear).rejects.toThrow('no log-in by PLAIN is offered');
  else expect((await clear).secure).toBeNull();
});

test('startTLS shows the certificate and the versions of the Java that iim.conf names', async () => {
  await using lab = await openTestSunIm();
  await setMode(lab, 'im1', 'dynamic');
  const target = {
    host: '127.0.0.1',
    port: lab.site.basePort + 8,
    timeoutMs: 3000,
    prelude: makeXmppPrelude('xmpp-client', 'im1.acme.example', () => undefined),
  };
  const accepted = async (): Promise<readonly string[]> => {
    const { protocols, chain } = await probeVersions(target, ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
    expect(chain.map((der) => summarizeCertificate(der).subject)).toContain('CN=*.acme.example');
    return Object.entries(protocols).flatMap(([version, verdict]) => (verdict === 'accepted' ? [version] : []));
  };
  expect(await accepted()).toEqual(['TLSv1']);
  setConf(lab, 'im1', { 'iim.jvm.command': '/usr/lib/jvm/java-8/bin/java' });
  await refresh(lab, 'im1');
  expect(await accepted()).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2']);
});

const PAIRS: readonly (readonly [Mode, Mode, string, string | null])[] = [
  ['plain', 'dynamic', 'result', null],
  ['dynamic', 'dynamic', 'result', 'TLSv1'],
  ['strict', 'dynamic', 'result', 'TLSv1'],
  ['strict', 'strict', 'result', 'TLSv1'],
  ['strict', 'plain', 'silence', null],
];

test.each(PAIRS)('a %s server with a %s one: %s', async (one, other, answer, secure) => {
  await using lab = await openTestSunIm();
  await setMode(lab, 'im2', other);
  await setMode(lab, 'im1', one);
  const forth = await ping(lab, 'probe@im1', 'im2.acme.example');
  const back = await ping(lab, 'probe@im2', 'im1.acme.example');
  const expected = answer === 'silence' ? 'silence' : undefined;
  expect(forth.answer).toBe(expected ?? 'result of im2.acme.example');
  expect(back.answer).toBe(expected ?? 'result of im1.acme.example');
  if (expected === undefined) {
    expect(logOf(lab, 'im1')).toContain(`called server im2.acme.example (coserver1), ${secure ?? 'in the clear'}`);
    expect(logOf(lab, 'im2')).toContain(`called server im1.acme.example (coserver1), ${secure ?? 'in the clear'}`);
  } else expect(logOf(lab, 'im1')).toContain('the other side offers no startTLS');
});

test('coserverN.requiressl holds for that pair alone, at both its ends', async () => {
  await using lab = await openTestSunIm();
  setConf(lab, 'im1', { 'iim_server.coserver1.requiressl': 'true' });
  await setMode(lab, 'im1', 'dynamic');
  expect((await ping(lab, 'probe@im1', 'im2.acme.example')).answer).toBe('silence');
  expect(logOf(lab, 'im1')).toContain('(coserver1) cannot be called: the other side offers no startTLS');
  expect((await ping(lab, 'probe@im2', 'im1.acme.example')).answer).toBe('silence');
  expect(logOf(lab, 'im2')).toMatch(
    /\(coserver1\) cannot be called: .*policy-violation|this side has no usable key store/,
  );
  expect((await ping(lab, 'probe@im1', 'im3.acme.example')).answer).toBe('result of im3.acme.example');
  expect(await modeAt(lab, 'im1', 'client', 'client')).toBe('dynamic');
});

test('the partner without TLS is lost to a strict server, without a word, and back when it offers TLS again', async () => {
  await using lab = await openTestSunIm();
  await setMode(lab, 'im1', 'strict');
  expect((await ping(lab, 'probe@im1', 'partner.example')).answer).toBe('result of partner.example');
  await lab.hand('partner', 'plain');
  expect((await ping(lab, 'probe@im1', 'partner.example')).answer).toBe('silence');
  await lab.hand('partner', 'tls');
  expect((await ping(lab, 'probe@im1', 'partner.example')).answer).toBe('result of partner.example');
  await expect(lab.hand('partner', 'dance')).rejects.toMatchObject({ code: 'USAGE' });
});

test('a certificate that is not trusted ends a link, unless every certificate is trusted', async () => {
  await using lab = await openTestSunIm();
  const folder = configFolder(lab.site, 'im1');
  const words = '-noprompt -srcstoretype PKCS12 -srcalias acme-wild-2026 -destalias im -deststoretype JKS';
  // Without the signer: then only its own certificate is trusted.
  const { code } = await onHost(
    lab,
    'im1',
    `keytool -importkeystore ${words} -srckeystore ${folder}/im.p12 -destkeystore ${folder}/alone.jks`,
    `${PASSWORD}\n`.repeat(3),
  );
  expect(code).toBe(0);
  setConf(lab, 'im1', { 'iim_server.sslkeystore': 'alone.jks' });
  await refresh(lab, 'im1');
  expect((await ping(lab, 'probe@im1', 'partner.example')).answer).toBe('error of partner.example');
  expect(logOf(lab, 'im1')).toContain('the certificate of CN=Example Trust Issuing CA E7 is not trusted');
  setConf(lab, 'im1', { 'iim_server.trust_all_cert': 'true' });
  await refresh(lab, 'im1');
  expect((await ping(lab, 'probe@im1', 'partner.example')).answer).toBe('result of partner.example');
  expect(logOf(lab, 'im1')).toContain('certificate CN=partner.example');
});

test.each([
  ['sslpassword.conf', 'Internal (Software) Token:wrong\n', 'the password does not open it'],
  ['sslpassword.conf', 'just the password\n', 'has no line for Internal (Software) Token'],
  ['server-keystore.jks', 'no key store', 'Invalid keystore format'],
])('%s %j: startTLS is offered and fails, and the log says why', async (file, content, reason) => {
  await using lab = await openTestSunIm();
  writeFileSync(path.join(configFolder(lab.site, 'im1'), file), content);
  await setMode(lab, 'im1', 'dynamic');
  expect(await modeAt(lab, 'im1', 'client', 'client')).toBe('dynamic');
  await expect(ping(lab, 'probe@im1', 'im1.acme.example')).rejects.toThrow('startTLS was refused');
  expect(logOf(lab, 'im1')).toContain(reason);
});

test('imadmin: refresh is stop and start with a new process, status is a claim, other words are refused', async () => {
  await using lab = await openTestSunIm();
  const imadmin = (words: string) => onHost(lab, 'im1', `opt/sun/im/sbin/imadmin ${words}`);
  const pid = () => lab.processes().find(({ process }) => process === 'im1/server')?.pid;
  const before = pid();
  expect((await imadmin('status')).stdout).toBe('Server [UP]\nMultiplexor [UP]\n');
  await refresh(lab, 'im1');
  expect(pid()).not.toBe(before);
  expect((await imadmin(`-c ${configFolder(lab.site, 'im1')}/iim.conf stop server`)).code).toBe(0);
  expect((await imadmin('status')).stdout).toBe('Server [DOWN]\nMultiplexor [UP]\n');
  expect((await onHost(lab, 'im1', 'cat var/opt/sun/im/default/server.pid')).code).toBe(1);
  expect((await imadmin('start server')).code).toBe(0);
  expect((await imadmin('-c /elsewhere/iim.conf status')).code).toBe(1);
  expect((await imadmin('check')).code).toBe(2);
  expect((await imadmin('reload')).code).toBe(2);
});
