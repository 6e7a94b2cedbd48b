import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { clientProperties, copyMaster } from '../helpers/e2e.ts';
import {
  adminLogin,
  administer,
  binOf,
  CELL,
  collect,
  edit,
  endpointPort,
  nodeScope,
  offered,
  openTestLab,
  pidOf,
  printed,
  qop,
  rootOf,
  sshTo,
  stateOf,
  systemOut,
} from '../helpers/lab.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Lab } from '../../src/lab/index.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';

const DMGR_SOAP = 'stCellManager01/dmgr/SOAP_CONNECTOR_ADDRESS';

test('a process offers the versions of its QoP, and a changed configuration only after its restart', async () => {
  await using lab = await openTestLab();
  await using sip = await sshTo(lab, 'sip');
  const port = 'sipNode/STSIPProxyRegistrar/SIP_DEFAULTHOST_SECURE';
  const bin = binOf(lab, 'sipNode');
  const login = await adminLogin(lab);
  expect(await offered(lab, port)).toEqual(['TLSv1']);

  for (const [protocol, versions] of [
    ['SSL_TLSv2', ['TLSv1', 'TLSv1.1', 'TLSv1.2']],
    ['TLSv1.2', ['TLSv1.2']],
    ['TLSv1.3,TLSv1.2', ['TLSv1.2', 'TLSv1.3']],
  ] as const) {
    const before = await offered(lab, port);
    administer(lab, qop('CellDefaultSSLSettings', CELL, protocol));
    await copyMaster(lab, ['sipNode']);
    expect(await offered(lab, port)).toEqual(before);
    await edit(lab, clientProperties(lab, 'sipNode'), '\ncom.ibm.ssl.protocol=', '\ncom.ibm.ssl.protocol=TLS\n#');
    await sip.run(`${bin}/stopServer.sh STSIPProxyRegistrar`, login);
    expect((await sip.run(`${bin}/startServer.sh STSIPProxyRegistrar`)).code).toBe(0);
    expect(await offered(lab, port)).toEqual(versions);
  }
});

test('a process whose QoP leaves no version does not start', async () => {
  await using lab = await openTestLab();
  await using sip = await sshTo(lab, 'sip');
  await crash(lab, 'sipNode/STSIPProxyRegistrar');
  for (const protocol of ['SSLv3', 'SSLv2']) {
    const replica = path.join(rootOf(lab, 'sipNode'), 'config/cells/stCell/security.xml');
    const [, now = ''] = /sslProtocol="([^"]*)"/.exec(await readFile(replica, 'utf8')) ?? [];
    await edit(lab, replica, `sslProtocol="${now}"`, `sslProtocol="${protocol}"`);

    const started = await sip.run(`${binOf(lab, 'sipNode')}/startServer.sh STSIPProxyRegistrar`);
    expect(started).toMatchObject({ code: 255, stdout: expect.stringContaining('ADMU3011E') });
    expect(await systemOut(lab, 'sipNode', 'STSIPProxyRegistrar')).toContain(`for the protocol ${protocol}`);
  }
});

test('a failed handshake leaves SSLC0008E with the version that was asked for', async () => {
  await using lab = await openTestLab();
  administer(lab, qop('CellDefaultSSLSettings', CELL, 'TLSv1.2'));
  await copyMaster(lab, ['sipNode']);
  await using sip = await sshTo(lab, 'sip');
  await crash(lab, 'sipNode/STSIPProxyRegistrar');
  await sip.run(`${binOf(lab, 'sipNode')}/startServer.sh STSIPProxyRegistrar`);

  const [call] = await lab.callAs('av-client');
  expect(call).toMatchObject({ ok: false, detail: expect.stringContaining('protocol_version') });
  expect(await systemOut(lab, 'sipNode', 'STSIPProxyRegistrar')).toMatch(
    /E {3}SSLC0008E: .*Client requested protocol TLSv1 not enabled or not supported/,
  );
});

test('a certificate alias that the key store lacks keeps the server from starting', async () => {
  await using lab = await openTestLab();
  administer(lab, [
    'createSSLConfigGroup',
    '-name',
    'STProxyServer',
    '-direction',
    'inbound',
    '-certificateAlias',
    'nobody',
    '-scopeName',
    `${nodeScope('stpNode')}:(server):STProxyServer`,
    '-sslConfigAliasName',
    'CellDefaultSSLSettings',
    '-sslConfigScopeName',
    CELL,
  ]);
  await copyMaster(lab, ['stpNode']);
  await crash(lab, 'stpNode/STProxyServer');
  await using stp = await sshTo(lab, 'stp');

  const started = await stp.run(`${binOf(lab, 'stpNode')}/startServer.sh STProxyServer`);
  expect(started.stdout).toContain('ADMU3011E');
  expect(await systemOut(lab, 'stpNode', 'STProxyServer')).toContain('CWPKI0024E: The certificate alias "nobody"');
  expect(stateOf(lab, 'stpNode/STProxyServer')).toBe('stopped');
});

test('a killed process is gone at once: its ports are closed and its pid file is stale', async () => {
  await using lab = await openTestLab();
  const file = path.join(rootOf(lab, 'stpNode'), 'logs/STProxyServer/STProxyServer.pid');
  const pid = await readFile(file, 'utf8');
  process.kill(Number(pid), 'SIGKILL');

  await expect.poll(() => stateOf(lab, 'stpNode/STProxyServer')).toBe('stopped');
  expect(await offered(lab, 'stpNode/STProxyServer/SOAP_CONNECTOR_ADDRESS')).toEqual([]);
  expect(await readFile(file, 'utf8')).toBe(pid);
  const calls = await lab.callAs('mobile');
  expect(calls[0]).toMatchObject({ ok: false, detail: expect.stringContaining('502') });
});

test('a running proxy follows a changed outbound configuration at once when dynamic update is on', async () => {
  await using lab = await openTestLab();
  administer(lab, qop('CellDefaultSSLSettings', CELL, 'TLSv1.2'));
  await copyMaster(lab, ['stpNode']);
  expect((await lab.callAs('browser'))[0]).toMatchObject({ ok: false, protocol: 'TLSv1' });

  const replica = path.join(rootOf(lab, 'stpNode'), 'config/cells/stCell/security.xml');
  await edit(lab, replica, 'dynamicallyUpdateSSLConfig="true"', 'dynamicallyUpdateSSLConfig="false"');
  expect((await lab.callAs('browser'))[0]).toMatchObject({ ok: true, protocol: 'TLSv1' });
});

test('syncNode with a client protocol that the deployment manager refuses fails by the handshake', async () => {
  await using lab = await openTestLab();
  await using dm = await sshTo(lab, 'dm');
  await using sip = await sshTo(lab, 'sip');
  const login = await adminLogin(lab);
  const manager = binOf(lab, 'stCellManager01');
  administer(lab, qop('CellDefaultSSLSettings', CELL, 'TLSv1.2'));
  await dm.run(`${manager}/stopManager.sh`, login);
  await dm.run(`${manager}/startManager.sh`);
  await sip.run(`${binOf(lab, 'sipNode')}/stopNode.sh`, login);
  const sync = `${binOf(lab, 'sipNode')}/syncNode.sh 127.0.0.1 ${endpointPort(lab, DMGR_SOAP)}`;

  const refused = await sip.run(sync, login);
  expect(refused.code).toBe(255);
  expect(refused.stdout.replaceAll('\n           ', ' ')).toMatch(
    /ADMU0113E: .*javax\.net\.ssl\.SSLHandshakeException: Received fatal alert: protocol_version/,
  );
  await edit(
    lab,
    clientProperties(lab, 'sipNode'),
    '\ncom.ibm.ssl.protocol=SSL_TLS',
    '\ncom.ibm.ssl.protocol=SSL_TLSv2',
  );
  expect((await sip.run(sync, login)).stdout).toContain('ADMU0402I');
});

test('an unknown signer makes a tool ask and wait, and its refusal fails the tool', async () => {
  await using lab = await openTestLab();
  await using stp = await sshTo(lab, 'stp');
  await emptyTrust(lab);
  const stop = `${binOf(lab, 'stpNode')}/stopServer.sh STProxyServer`;

  const channel = await stp.start(stop);
  const asked = printed(channel, 'Add signer to the trust store now? (y/n) ');
  channel.end();
  expect(await asked).toContain('*** SSL SIGNER EXCHANGE PROMPT ***');
  const ended = collect(channel);
  channel.close();
  expect((await ended).code).toBe(null);

  const refused = await stp.run(stop, 'n\n');
  expect(refused).toMatchObject({ code: 246, stdout: expect.stringContaining('CWPKI0022E') });
  await edit(
    lab,
    clientProperties(lab, 'stpNode'),
    'enableSignerExchangePrompt=gui',
    'enableSignerExchangePrompt=false',
  );
  const unasked = await stp.run(stop);
  expect(unasked.stdout).toContain('CWPKI0022E');
  expect(unasked.stdout).not.toContain('PROMPT');
});

test('an accepted signer is kept in the client trust store', async () => {
  await using lab = await openTestLab();
  await using stp = await sshTo(lab, 'stp');
  await emptyTrust(lab);
  const bin = binOf(lab, 'stpNode');
  const login = await adminLogin(lab);

  const accepted = await stp.run(`${bin}/serverStatus.sh STProxyServer`, `y\n${login}`);
  expect(accepted.stdout).toContain('CWPKI0308I');
  const again = await stp.run(`${bin}/serverStatus.sh STProxyServer`, login);
  expect(again.stdout).not.toContain('PROMPT');
  expect(again.stdout).toContain('STARTED');
});

test('retrieveSigners lists the key stores of the cell and copies signers that the client lacks', async () => {
  await using lab = await openTestLab();
  await using stp = await sshTo(lab, 'stp');
  const login = await adminLogin(lab);
  const pem = path.join(lab.dir, 'certificates/new-root.pem');
  administer(lab, [
    'addSignerCertificate',
    '-keyStoreName',
    'CellDefaultTrustStore',
    '-keyStoreScope',
    CELL,
    '-certificateFilePath',
    pem,
    '-certificateAlias',
    'new-root',
    '-base64Encoded',
    'true',
  ]);
  const trust = path.join(rootOf(lab, 'stpNode'), 'etc/trust.p12');
  const before = (await stat(trust)).size;
  const tool = `${binOf(lab, 'stpNode')}/retrieveSigners.sh CellDefaultTrustStore ClientDefaultTrustStore -host 127.0.0.1 -port ${endpointPort(lab, DMGR_SOAP)} -conntype SOAP`;

  const listed = await stp.run(`${tool} -listRemoteKeyStoreNames`, login);
  expect(listed.stdout).toContain('CellDefaultKeyStore\nCellDefaultTrustStore\n');
  const added = await stp.run(tool, login);
  expect(added).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('CWPKI0308I: Adding signer alias "new-root"'),
  });
  expect((await stat(trust)).size).toBeGreaterThan(before);
  expect((await stp.run(tool, login)).stdout).not.toContain('CWPKI0308I');
});

test('a node agent whose overlay callers lost every common version ends and comes back again and again', async () => {
  await using lab = await openTestLab({ overlayMs: 10 });
  await using stp = await sshTo(lab, 'stp');
  const bin = binOf(lab, 'stpNode');
  const proxy = 'stpNode/was_stpProxy/OVERLAY_TCP_LISTENER_ADDRESS';
  administer(
    lab,
    [
      'createSSLConfigGroup',
      '-name',
      'was_stpProxy',
      '-direction',
      'inbound',
      '-certificateAlias',
      'default',
      '-scopeName',
      `${nodeScope('stpNode')}:(server):was_stpProxy`,
      '-sslConfigAliasName',
      'NodeDefaultSSLSettings',
      '-sslConfigScopeName',
      nodeScope('stpNode'),
    ],
    qop('NodeDefaultSSLSettings', nodeScope('stpNode'), 'TLSv1.2'),
  );
  await copyMaster(lab, ['stpNode']);
  const first = pidOf(lab, 'stpNode/nodeagent');
  const others = ['stmNode/nodeagent', 'sipNode/nodeagent'].map((name) => pidOf(lab, name));
  await crash(lab, 'stpNode/was_stpProxy');
  await stp.run(`${bin}/startServer.sh was_stpProxy`);
  expect(await offered(lab, proxy)).toEqual(['TLSv1.2']);

  const pids = new Set([first]);
  await expect
    .poll(() => pids.add(pidOf(lab, 'stpNode/nodeagent')).size, { interval: 10, timeout: 10_000 })
    .toBeGreaterThan(4);
  expect(['stmNode/nodeagent', 'sipNode/nodeagent'].map((name) => pidOf(lab, name))).toEqual(others);
  expect((await systemOut(lab, 'stCellManager01', 'dmgr')).match(/ADMD0024I/g)?.length).toBeGreaterThan(1);

  administer(lab, qop('XDADefaultSSLSettings', CELL, 'SSL_TLSv2'));
  await copyMaster(lab, ['stpNode']);
  // Three failed rounds take 30 ms: a process that is old enough for thirty rounds has made its connections.
  const seen = { pid: pidOf(lab, 'stpNode/nodeagent'), since: Date.now() };
  const ageOfProcess = (): number => {
    const pid = pidOf(lab, 'stpNode/nodeagent');
    if (pid !== seen.pid) Object.assign(seen, { pid, since: Date.now() });
    return Date.now() - seen.since;
  };
  await expect.poll(ageOfProcess, { interval: 10, timeout: 10_000 }).toBeGreaterThan(300);
  expect(stateOf(lab, 'stpNode/nodeagent')).toBe('running');
});

test('node agents keep their process while a deployment manager restarts', async () => {
  await using lab = await openTestLab({ overlayMs: 5 });
  await using dm = await sshTo(lab, 'dm');
  const agents = ['stpNode/nodeagent', 'stmNode/nodeagent', 'sipNode/nodeagent'];
  const before = agents.map((name) => pidOf(lab, name));
  const bin = binOf(lab, 'stCellManager01');
  await dm.run(`${bin}/stopManager.sh`, await adminLogin(lab));
  await dm.run(`${bin}/startManager.sh`);
  expect(agents.map((name) => pidOf(lab, name))).toEqual(before);
});

async function crash(lab: Lab, name: string): Promise<void> {
  await lab.fault({ kind: 'kill', process: name });
  await expect.poll(() => stateOf(lab, name), { interval: 5 }).toBe('stopped');
}

/** The client trust store of stpNode as it was before any signer was added. */
async function emptyTrust(lab: Lab): Promise<void> {
  const bytes = writePkcs12({ entries: [], signers: [], password: new Secret('WebAS', 'trust'), legacy: false });
  const file = path.join(rootOf(lab, 'stpNode'), 'etc/trust.p12');
  await lab.fault({
    kind: 'edit-file',
    path: path.relative(lab.dir, file),
    content: Buffer.from(bytes).toString('base64'),
  });
}
