// Ports as Java really serves them: SSLv3, RC4 and 3DES where java.security lets them, a process that reads its disk only when
// it starts, and the messages of a handshake that fails.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { javaSecurityFile } from '../../src/lab/process/java-machine.ts';
import { addressOf, adminPasswordFile, cellRoot, endpointOf, managerOf } from '../../src/lab/site.ts';
import { placeNamed, portOf, profileRoot, soapPort } from '../../src/lab/site.ts';
import type { Place } from '../../src/lab/site.ts';
import { probeEndpoint } from '../../src/tls/probe-endpoint.ts';
import type { ProbeReport } from '../../src/tls/probe-endpoint.ts';
import { openRealLab } from './real-lab.ts';
import type { RealLab } from './real-lab.ts';

let lab: RealLab;
let place: Place;
let root: string;
beforeAll(async () => {
  lab = await openRealLab({ start: 'none' });
  place = placeNamed(lab.site.scenario, 'sipNode/STSIPProxyRegistrar');
  root = profileRoot(lab.site, place.profile);
});
afterAll(() => lab?.[Symbol.asyncDispose]());

const probe = (): Promise<ProbeReport> =>
  probeEndpoint({
    host: addressOf(lab.site, place.profile.host),
    port: portOf(lab.site, endpointOf(place.server, { service: 'sip' })),
    timeoutMs: 10_000,
  });
const tool = (name: string): Promise<string> => lab.ssh('sip', `${root}/bin/${name}.sh STSIPProxyRegistrar`);
async function restart(): Promise<void> {
  // The tool asks for nobody: an operator's kill does as well, and start needs no log-in.
  const pid = (await readFile(path.join(root, 'logs/STSIPProxyRegistrar/STSIPProxyRegistrar.pid'), 'utf8')).trim();
  await lab.ssh('sip', `kill ${pid}; while kill -0 ${pid} 2>/dev/null; do sleep 0.05; done`);
  await tool('startServer');
}
const edit = async (file: string, from: string | RegExp, to: string): Promise<void> => {
  const text = await readFile(file, 'utf8');
  const edited = text.replaceAll(from, to);
  expect(edited).not.toBe(text);
  await writeFile(file, edited);
};
const suitesOf = (report: ProbeReport): string =>
  Object.values(report.ciphers)
    .flatMap((all) => all.map(({ iana }) => iana))
    .join(' ');

test('SSL_TLS with the disabled algorithms of its time is TLS 1.0 without RC4 and 3DES', async () => {
  expect(await tool('startServer')).toMatch(
    /ADMU3000I: Server STSIPProxyRegistrar open for e-business; process id is\s+\d+/,
  );
  const report = await probe();
  expect(report.protocols).toMatchObject({ SSLv3: 'refused', TLSv1: 'accepted', 'TLSv1.1': 'refused' });
  expect(report.protocols).toMatchObject({ 'TLSv1.2': 'refused', 'TLSv1.3': 'refused' });
  expect(suitesOf(report)).not.toMatch(/RC4|3DES/);
  expect(report.chain.map(({ subject }) => subject)).toHaveLength(2);
});

test('what the disk says counts after the next start only', async () => {
  await edit(javaSecurityFile(root), /jdk\.tls\.disabledAlgorithms=[\s\S]*/g, 'jdk.tls.disabledAlgorithms=\n');
  expect((await probe()).protocols.SSLv3).toBe('refused');
  await restart();
  const report = await probe();
  expect(report.protocols).toMatchObject({ SSLv3: 'accepted', TLSv1: 'accepted', 'TLSv1.1': 'refused' });
  expect(suitesOf(report)).toMatch(/RC4/);
  expect(suitesOf(report)).toMatch(/3DES/);
});

test('TLSv1.2 refuses everything older, but not the old suites', async () => {
  await edit(
    path.join(cellRoot(lab.site, place.profile), 'security.xml'),
    'sslProtocol="SSL_TLS"',
    'sslProtocol="TLSv1.2"',
  );
  await restart();
  const report = await probe();
  expect(report.protocols).toMatchObject({ SSLv3: 'refused', TLSv1: 'refused', 'TLSv1.1': 'refused' });
  expect(report.protocols).toMatchObject({ 'TLSv1.2': 'accepted', 'TLSv1.3': 'refused' });
  expect(suitesOf(report)).toMatch(/RC4/);
  const log = await readFile(path.join(root, 'logs/STSIPProxyRegistrar/SystemOut.log'), 'utf8');
  expect(log).toMatch(/SSLC0008E: .*Client requested protocol TLSv1 is not enabled or supported in server context/);
});

test('syncNode with old client properties fails at a deployment manager with TLS 1.2 by a real handshake, and not with new ones', async () => {
  const { site } = lab;
  const manager = managerOf(site.scenario);
  const managerRoot = profileRoot(site, manager.profile);
  const master = path.join(cellRoot(site, manager.profile), 'security.xml');
  await edit(master, 'sslProtocol="SSL_TLS"', 'sslProtocol="TLSv1.2"');
  await lab.ssh('dm', `${managerRoot}/bin/startManager.sh`);
  const password = await readFile(adminPasswordFile(site), 'utf8');
  const address = `${addressOf(site, 'dm')} ${soapPort(site, manager.server)}`;
  const synchronize = (): Promise<string> =>
    lab.ssh('sip', `${root}/bin/syncNode.sh ${address}; echo status $?`, `wasadmin\n${password}`);

  const refused = await synchronize();
  expect(refused).toMatch(
    /ADMU0113E[\s\S]*ADMC0016E[\s\S]*SSLHandshakeException: Received fatal alert:\s+protocol_version/,
  );
  expect(refused).toMatch(/status 255\n$/);
  const properties = path.join(root, 'properties/ssl.client.props');
  await edit(properties, '\ncom.ibm.ssl.protocol=SSL_TLS\n', '\ncom.ibm.ssl.protocol=SSL_TLSv2\n');
  const done = await synchronize();
  expect(done).toMatch(/ADMU0402I[\s\S]*status 0\n$/);
  const replica = path.join(cellRoot(site, place.profile), 'security.xml');
  expect(await readFile(replica, 'utf8')).toBe(await readFile(master, 'utf8'));
});
