// Causes that show themselves in a handshake: client properties, the overlay network, client populations. Each is planted
// while a run goes on; the run must stop there, name it, and go on when it is corrected.
import { expect, test, vi } from 'vitest';
import {
  changedProcesses,
  copyMaster,
  openBench,
  qopPlaybook,
  setClientProtocol,
  setQop,
  whenState,
} from '../../helpers/e2e.ts';
import { administer, binOf, CELL, nodeScope, offered, qop, sshTo } from '../../helpers/lab.ts';

// A busy machine makes these runs slow, not wrong.
vi.setConfig({ testTimeout: 90_000 });

const MANAGER = 'stCellManager01';
/** A node agent that finds no common version ends after three rounds: long after the step has read what it did, and often within
 * the watch. */
const OVERLAY_MS = 100;

test('client properties without a version that the deployment manager has stop the run at the synchronization of that node', async () => {
  await using bench = await openBench({
    start: 'wide',
    nodes: ['stpNode', 'stmNode'],
    // No process uses it: the nodes are only synchronized.
    playbook: qopPlaybook(['{ target: node, nodes: stmNode }', 'NodeDefaultSSLSettings', 'TLSv1.2']),
  });
  const { lab } = bench;
  const plan = await bench.plan();
  const before = bench.pids();
  let planted = Promise.resolve();
  const failure = await bench.failure(plan, {
    before: {
      // stopNode is a client as well; only syncNode shall meet the changed file.
      'node-synchronization stpNode': async () => {
        planted = whenState(lab, 'stpNode/nodeagent', 'stopped').then(() =>
          setClientProtocol(lab, 'stpNode', 'SSL_TLSv2', 'TLSv1.3'),
        );
      },
    },
  });
  await planted;

  expect(failure).toMatchObject({ code: 'STEP_FAILED', exitCode: 8 });
  expect(failure.message).toMatch(/^host stp: syncNode\.sh .*SSLHandshakeException.*protocol_version/);
  expect(failure.hint).toContain('hostSTPPNProfile1/properties/ssl.client.props');
  expect(changedProcesses(before, bench.pids())).toEqual(['stpNode/nodeagent']);

  await setClientProtocol(lab, 'stpNode', 'TLSv1.3', 'SSL_TLSv2');
  expect(await bench.apply(plan)).toMatchObject({ status: 'done', skipped: 1, applied: 2 });
  expect(changedProcesses(before, bench.pids())).toEqual(['stpNode/nodeagent', 'stmNode/nodeagent']);
});

test('XDADefaultSSLSettings that fall behind a strict server make its node agent stop and start: the next node is not touched', async () => {
  await using bench = await openBench({
    start: 'wide',
    administered: [qop('NodeDefaultSSLSettings', nodeScope('stpNode'), 'TLSv1.2')],
    nodes: ['stpNode', 'stmNode'],
    playbook: qopPlaybook(['{ target: node, nodes: stmNode }', 'NodeDefaultSSLSettings', 'TLSv1.2']),
    nodeAgentWatch: '1s',
    delays: { overlayMs: OVERLAY_MS },
  });
  const { lab } = bench;
  const plan = await bench.plan();
  const before = bench.pids();
  const failure = await bench.failure(plan, {
    before: { 'node-synchronization stpNode': () => setQop(lab, MANAGER, 'XDADefaultSSLSettings', 'SSL_TLS') },
  });

  expect(failure).toMatchObject({ code: 'HEALTH_FAILED', exitCode: 4 });
  expect(failure.message).toMatch(
    /check process of stpNode\/nodeagent: process \d+ on stp was replaced by .*stops and starts/,
  );
  expect(failure.hint).toContain('XDADefaultSSLSettings');
  expect(changedProcesses(before, bench.pids())).toEqual(['stpNode/nodeagent']);

  administer(lab, qop('XDADefaultSSLSettings', CELL, 'SSL_TLSv2'));
  await copyMaster(lab, ['stpNode']);
  expect(await bench.apply(plan)).toMatchObject({ status: 'done' });
});

test('a server that becomes strict while XDADefaultSSLSettings were forgotten is found out by the node agent of its node', async () => {
  await using bench = await openBench({
    start: 'wide',
    nodes: ['stpNode'],
    playbook: qopPlaybook(['{ target: node, nodes: stpNode }', 'NodeDefaultSSLSettings', 'TLSv1.2']),
    nodeAgentWatch: '1s',
    delays: { overlayMs: OVERLAY_MS },
  });
  const { lab } = bench;
  const plan = await bench.plan();
  const failure = await bench.failure(plan, {
    before: { 'node-synchronization stpNode': () => setQop(lab, MANAGER, 'XDADefaultSSLSettings', 'SSL_TLS') },
  });

  expect(failure).toMatchObject({ code: 'HEALTH_FAILED', exitCode: 4 });
  expect(failure.message).toMatch(/was_stpProxy.*check process of stpNode\/nodeagent: .*stops and starts/);
  expect(failure.hint).toContain('XDADefaultSSLSettings');

  administer(lab, qop('XDADefaultSSLSettings', CELL, 'SSL_TLSv2'));
  await copyMaster(lab, ['stpNode']);
  expect(await bench.apply(plan)).toMatchObject({ status: 'done', already: 1 });
  expect(await offered(lab, 'stpNode/was_stpProxy/PROXY_HTTPS_ADDRESS')).toEqual(['TLSv1.2']);
});

test('a plan that cuts off a client population or forgets XDADefaultSSLSettings is refused, and both sides are named', async () => {
  await using bench = await openBench({
    start: 'wide',
    administered: [qop('XDADefaultSSLSettings', CELL, 'SSL_TLS')],
    nodes: ['stpNode', 'sipNode'],
    playbook: qopPlaybook(
      ['{ target: node, nodes: sipNode }', 'NodeDefaultSSLSettings', 'TLSv1.2'],
      ['{ target: node, nodes: stpNode }', 'NodeDefaultSSLSettings', 'TLSv1.2'],
    ),
  });
  const plan = await bench.plan();
  const before = bench.pids();
  const refusals = plan.proof.counterexamples.map(({ explanation }) => explanation);

  expect(plan.proof.safe).toBe(false);
  expect(refusals).toContainEqual(
    expect.stringMatching(
      /client av-client offers TLSv1 only .*STSIPProxyRegistrar SIP_DEFAULTHOST_SECURE accepts TLSv1\.2 only/,
    ),
  );
  expect(refusals).toContainEqual(
    expect.stringMatching(
      /stpNode\/nodeagent offers TLSv1 only \(SSL configuration XDADefaultSSLSettings .*was_stpProxy OVERLAY_TCP_LISTENER_ADDRESS accepts TLSv1\.2 only/,
    ),
  );
  const refused = await bench.failure(plan);
  expect(refused).toMatchObject({ code: 'PROOF_REFUSED', exitCode: 4 });
  expect(refused.message).toContain('av-client');
  expect(bench.events).toEqual([]);
  expect(changedProcesses(before, bench.pids())).toEqual([]);
});

test('a registrar that becomes strict behind the back of the plan is found by its ports, and the next server is not touched', async () => {
  await using bench = await openBench({
    start: 'tls10',
    nodes: ['stpNode', 'sipNode'],
    playbook: qopPlaybook(['{ target: node, nodes: [stpNode, sipNode] }', 'NodeDefaultSSLSettings', 'SSL_TLSv2']),
  });
  const { lab } = bench;
  const plan = await bench.plan();
  const before = bench.pids();
  const failure = await bench.failure(plan, {
    before: {
      'server-restart sipNode/STSIPProxyRegistrar': () => setQop(lab, 'sipNode', 'NodeDefaultSSLSettings', 'TLSv1.2'),
    },
  });

  expect(failure).toMatchObject({ code: 'HEALTH_FAILED', exitCode: 4 });
  expect(failure.message).toMatch(/check sipNode\/STSIPProxyRegistrar \w+: 127\.0\.0\.1:\d+ refuses TLSv1, TLSv1\.1$/);
  expect(failure.hint).toContain('SSL configuration');
  expect(changedProcesses(before, bench.pids())).toEqual([
    'stpNode/nodeagent',
    'sipNode/nodeagent',
    'sipNode/STSIPProxyRegistrar',
  ]);
  expect(await lab.callAs('av-client')).toMatchObject([{ ok: false }]);

  // The process has read the wrong configuration: it needs the right one and another start.
  await setQop(lab, 'sipNode', 'NodeDefaultSSLSettings', 'SSL_TLSv2');
  await lab.fault({ kind: 'kill', process: 'sipNode/STSIPProxyRegistrar' });
  await whenState(lab, 'sipNode/STSIPProxyRegistrar', 'stopped');
  await using sip = await sshTo(lab, 'sip');
  await sip.run(`${binOf(lab, 'sipNode')}/startServer.sh STSIPProxyRegistrar`);
  expect(await bench.apply(plan)).toMatchObject({ status: 'done', already: 1, applied: 1 });
  expect(await lab.callAs('av-client')).toMatchObject([{ ok: true, protocol: 'TLSv1' }]);
  expect(await offered(lab, 'stpNode/was_stpProxy/PROXY_HTTPS_ADDRESS')).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2']);
});
