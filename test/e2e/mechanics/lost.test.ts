// What is lost while a run goes on: a host, the deployment manager; and a second controller that wants to write, too.
import { expect, test, vi } from 'vitest';
import { openDoor } from '../../helpers/door.ts';
import type { Door } from '../../helpers/door.ts';
import { openBench, qopPlaybook, whenState } from '../../helpers/e2e.ts';
import { binOf, offered, pidOf, sshTo } from '../../helpers/lab.ts';

// A busy machine makes these runs slow, not wrong.
vi.setConfig({ testTimeout: 90_000 });

const REGISTRAR = 'sipNode/STSIPProxyRegistrar';
const DMGR = 'stCellManager01/dmgr';

test('a host that is lost while a server starts leaves the outcome unknown, and the same apply finds it started', async () => {
  await using doors = new AsyncDisposableStack();
  let door: Door | undefined;
  await using bench = await openBench({
    start: 'tls10',
    nodes: ['sipNode'],
    playbook: qopPlaybook(['{ target: node, nodes: sipNode }', 'NodeDefaultSSLSettings', 'SSL_TLSv2']),
    sshPort: async (host, port) => {
      if (host !== 'sip') return port;
      door = doors.use(await openDoor(port));
      return door.port;
    },
  });
  const { lab } = bench;
  const plan = await bench.plan();
  let planted = Promise.resolve();
  const failure = await bench.failure(plan, {
    before: {
      'server-restart sipNode/STSIPProxyRegistrar': async () => {
        await lab.fault({ kind: 'delay', process: REGISTRAR, startMs: 1000 });
        planted = whenState(lab, REGISTRAR, 'starting').then(() => door?.shut());
      },
    },
  });
  await planted;
  expect(failure).toMatchObject({ code: 'OUTCOME_UNKNOWN', exitCode: 9 });
  expect(failure.message).toMatch(/host sip.*startServer\.sh/);
  const pid = pidOf(lab, REGISTRAR);

  const unreachable = await bench.failure(plan);
  expect(unreachable).toMatchObject({ code: 'HOST_UNREACHABLE', exitCode: 69 });
  expect(unreachable.message).toContain('host sip');

  door?.open();
  expect(await bench.apply(plan)).toMatchObject({ status: 'done', skipped: 2, already: 1, applied: 0 });
  expect(pidOf(lab, REGISTRAR)).toBe(pid);
  expect(await offered(lab, `${REGISTRAR}/SIP_DEFAULTHOST_SECURE`)).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2']);
});

test('a deployment manager that dies under the run stops it, and the same apply goes on when it is back', async () => {
  await using bench = await openBench({
    start: 'wide',
    nodes: ['sipNode'],
    playbook: qopPlaybook(['{ target: cell }', 'XDADefaultSSLSettings', 'TLSv1.2']),
  });
  const { lab } = bench;
  const plan = await bench.plan();
  const failure = await bench.failure(plan, {
    before: {
      'quality-of-protection stCell': async () => {
        await lab.fault({ kind: 'kill', process: DMGR });
        await whenState(lab, DMGR, 'stopped');
      },
    },
  });
  expect(failure).toMatchObject({ code: 'OUTCOME_UNKNOWN', exitCode: 9 });
  expect(failure.message).toMatch(
    /^cell stCell on host dm: the deployment manager was lost while AdminTask\.\w+ was running/,
  );

  const unconnected = await bench.failure(plan);
  expect(unconnected).toMatchObject({ code: 'WSADMIN_CONNECT', exitCode: 69 });

  await using dm = await sshTo(lab, 'dm');
  expect((await dm.run(`${binOf(lab, 'stCellManager01')}/startManager.sh`)).stdout).toContain('ADMU3000I');
  expect(await bench.apply(plan)).toMatchObject({ status: 'done', applied: 2 });
});

test('a second controller is refused while a run holds the lock, and the first one does not notice', async () => {
  await using bench = await openBench({
    start: 'wide',
    nodes: ['sipNode'],
    playbook: `phases:
  - phase: clients
    title: Clients
    tasks:
      - { task: Client tools, operation: client-properties, on: { target: profile, nodes: sipNode }, with: { protocol: TLSv1.2 } }
`,
  });
  const plan = await bench.plan();
  let refused: unknown;
  const outcome = await bench.apply(plan, {
    before: {
      'client-properties sipNode': async () => {
        refused = await bench.failure(plan);
      },
    },
  });
  expect(refused).toMatchObject({ code: 'LOCKED', exitCode: 6 });
  expect(outcome).toMatchObject({ status: 'done', applied: 1 });
});
