// Causes that show themselves when a tool runs: a certificate that is not there, a signer that is not known; and two habits
// of the product that a run has to live with: ports keep their old configuration, output is wrapped.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { writePkcs12 } from '../../../src/tls/write-pkcs12.ts';
import { changedProcesses, openBench, qopPlaybook, replicaOf } from '../../helpers/e2e.ts';
import { offered, pidOf, rootOf, stateOf } from '../../helpers/lab.ts';

// A busy machine makes these runs slow, not wrong.
vi.setConfig({ testTimeout: 90_000 });

const REGISTRAR = 'sipNode/STSIPProxyRegistrar';
const SIP_PORT = `${REGISTRAR}/SIP_DEFAULTHOST_SECURE`;
const EMPTY_STORE = writePkcs12({ entries: [], signers: [], password: new Secret('WebAS', 'store'), legacy: false });

/** Two steps after the change: the node, then its server, alone. */
const widenRegistrar = {
  start: 'tls10',
  nodes: ['sipNode'],
  playbook: qopPlaybook(['{ target: node, nodes: sipNode }', 'NodeDefaultSSLSettings', 'SSL_TLSv2']),
} as const;

test('a certificate alias that is missing when the server starts is named from its log, and the same apply goes on', async () => {
  await using bench = await openBench({
    start: 'tls10',
    nodes: ['stpNode', 'sipNode'],
    playbook: qopPlaybook(['{ target: node, nodes: [stpNode, sipNode] }', 'NodeDefaultSSLSettings', 'SSL_TLSv2']),
  });
  const store = path.join(replicaOf(bench.lab, 'sipNode'), 'nodes/sipNode/key.p12');
  const good = await readFile(store);
  const plan = await bench.plan();
  const before = bench.pids();
  const failure = await bench.failure(plan, {
    before: { 'server-restart sipNode/STSIPProxyRegistrar': () => writeFile(store, EMPTY_STORE) },
  });
  expect(failure).toMatchObject({ code: 'STEP_FAILED', exitCode: 8 });
  expect(failure.message).toMatch(
    /startServer\.sh STSIPProxyRegistrar did not start it: .*CWPKI0024E: .*alias "default"/,
  );
  expect(stateOf(bench.lab, REGISTRAR)).toBe('stopped');
  expect(changedProcesses(before, bench.pids())).toEqual(['stpNode/nodeagent', 'sipNode/nodeagent', REGISTRAR]);

  await writeFile(store, good);
  expect(await bench.apply(plan)).toMatchObject({ status: 'done', skipped: 4, applied: 2 });
  expect(await offered(bench.lab, SIP_PORT)).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2']);
});

test('a signer that the client trust store lacks ends the run at the prompt, without an answer', async () => {
  await using bench = await openBench(widenRegistrar);
  const trust = path.join(rootOf(bench.lab, 'sipNode'), 'etc/trust.p12');
  const good = await readFile(trust);
  const plan = await bench.plan();
  const before = bench.pids();
  const startedAt = performance.now();
  const failure = await bench.failure(plan, {
    before: { 'node-synchronization sipNode': () => writeFile(trust, EMPTY_STORE) },
  });
  expect(failure).toMatchObject({ code: 'SIGNER_PROMPT', exitCode: 4 });
  expect(failure.message).toMatch(/^host sip: .*stopNode\.sh" waits for a person at .*SIGNER EXCHANGE PROMPT/);
  expect(failure.hint).toContain('hostSIPPRPNProfile1/etc/trust.p12');
  expect(performance.now() - startedAt).toBeLessThan(30_000);
  expect(changedProcesses(before, bench.pids())).toEqual([]);
  expect(await readFile(trust)).toEqual(Buffer.from(EMPTY_STORE));

  await writeFile(trust, good);
  expect(await bench.apply(plan)).toMatchObject({ status: 'done', skipped: 1, applied: 2 });
});

test('a changed configuration waits for the restart, and a process id is found in wrapped output', async () => {
  await using bench = await openBench(widenRegistrar);
  const { lab } = bench;
  const plan = await bench.plan();
  expect(await bench.apply(plan, { holdAfter: 'node-synchronization sipNode' })).toMatchObject({ status: 'held' });
  expect(await readFile(path.join(replicaOf(lab, 'sipNode'), 'security.xml'), 'utf8')).toEqual(
    await readFile(path.join(replicaOf(lab, 'stCellManager01'), 'security.xml'), 'utf8'),
  );
  expect(await offered(lab, SIP_PORT)).toEqual(['TLSv1']);

  const copy = await copyOutput(path.join(rootOf(lab, 'sipNode'), 'bin/startServer.sh'));
  expect(await bench.apply(plan)).toMatchObject({ status: 'done', skipped: 2, applied: 1 });
  expect(await offered(lab, SIP_PORT)).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2']);
  const output = await readFile(copy, 'utf8');
  expect(output).toMatch(/^ADMU0116I: .*\n {11}\S/m);
  expect(output.split('\n').filter((line) => line.length > 80 && line.trim().includes(' '))).toEqual([]);
  expect(output.replaceAll('\n           ', ' ')).toContain(`process id is ${pidOf(lab, REGISTRAR)}`);
  expect(
    bench.events.some(
      (event) => event.type === 'health' && event.result.detail === `process ${pidOf(lab, REGISTRAR)} is stable on sip`,
    ),
  ).toBe(true);
});

/** The tool also writes what it prints into a file. */
async function copyOutput(tool: string): Promise<string> {
  const text = await readFile(tool, 'utf8');
  await writeFile(tool, text.replace('exec ', '').replace(/"\$@"\n$/, `"$@" | tee '${tool}.out'\n`));
  return `${tool}.out`;
}
