// Causes that show themselves in a TLS handshake: client protocol, overlay network, client populations.
import { expect, test } from 'vitest';
import { changedProcesses, openBench, setClientProtocol, setQop } from '../../helpers/e2e.ts';
import { offered, stateOf } from '../../helpers/lab.ts';

const qopTask = (target: string, configuration: string, protocol: string): string =>
  `      - { task: ${configuration} to ${protocol}, operation: quality-of-protection, on: ${target}, with: { configuration: ${configuration}, protocol: ${protocol} } }\n`;
const phases = (...tasks: readonly string[]): string =>
  `phases:\n${tasks.map((task, at) => `  - phase: p${at}\n    title: Phase ${at}\n    tasks:\n${task}`).join('')}`;

test('a node whose client properties have no version in common with the deployment manager stops the run at its synchronization', async () => {
  await using bench = await openBench({
    start: 'wide',
    nodes: ['stpNode', 'stmNode'],
    playbook: phases(qopTask('{ target: node, nodes: stmNode }', 'NodeDefaultSSLSettings', 'TLSv1.2')),
  });
  const { lab } = bench;
  console.time('plan');
  const plan = await bench.plan();
  console.timeEnd('plan'); console.log(process.cpuUsage());
  console.time('fail');
  const before = bench.pids();
  let planted = Promise.resolve();
  const failure = await bench.failure(plan, {
    before: {
      // stopNode is a client, too: only syncNode shall meet the changed file.
      'synchronize node stpNode': async () => {
        planted = expect
          .poll(() => stateOf(lab, 'stpNode/nodeagent'), { interval: 1, timeout: 10_000 })
          .toBe('stopped')
          .then(() => setClientProtocol(lab, 'stpNode', 'SSL_TLSv2', 'TLSv1.3'));
      },
    },
  });
  await planted;
  console.timeEnd('fail');console.time('resume');console.log(process.cpuUsage());
  console.log(failure.code, failure.message, failure.hint, plan.steps.map((s) => s.title));
  expect(failure).toMatchObject({ code: 'STEP_FAILED', exitCode: 8 });
  expect(changedProcesses(before, bench.pids())).toEqual(['stpNode/nodeagent']);
  await setClientProtocol(lab, 'stpNode', 'TLSv1.3', 'SSL_TLSv2');
  expect(await bench.apply(plan)).toMatchObject({ status: 'done' });
 console.timeEnd('resume');console.log(process.cpuUsage());for(const e of bench.events) console.log(performance.now()|0, e.type, 'seconds' in e?e.seconds:'');});
