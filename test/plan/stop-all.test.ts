// The stop-all strategy: everything down, the configuration, everything up. Its links are down as planned, never broken.
import { describe, expect, test } from 'vitest';
import { expandStates } from '../../src/plan/expand-states.ts';
import { makePlan } from '../../src/plan/make.ts';
import { outline, planInput, playbookOf, shippedPlaybook } from '../helpers/plan-input.ts';
import { sametimeCell } from '../helpers/topology-cell.ts';

const cell = sametimeCell();
const withStrategy = (text: string): string =>
  text.replace('\nphases:', '\nstrategy: stop-all\noutage: declared\nphases:');
const planOf = (text: string) => makePlan(planInput(cell, text));
const plan = planOf(shippedPlaybook('stop-all'));
const servers = ['STProxyServer', 'STMeetingServer', 'STSIPProxyRegistrar', 'was_stpProxy', 'was_stmProxy'];
const nodes = ['stpNode', 'stmNode', 'sipNode'];

describe('the shipped playbook by stop-all', () => {
  test('is safe: links are down while an end is stopped, and all of them work in the end', () => {
    expect(plan.proof).toEqual({ safe: true, counterexamples: [] });
    const states = expandStates(plan);
    const outcomes = states.map(({ links }) => new Set(links.map(({ outcome }) => outcome)));
    expect(outcomes.some((found) => found.has('down'))).toBe(true);
    expect(outcomes.some((found) => found.has('broken'))).toBe(false);
    expect(outcomes.at(-1)).toEqual(new Set(['tls']));
    const down = states.flatMap(({ links }) => links).find(({ outcome }) => outcome === 'down');
    expect(down?.reason).toMatch(/ is stopped$/);
  });

  test('stops every server before it changes what they use, then starts the deployment manager, nodes and servers', () => {
    const lines = outline(plan);
    const from = lines.findIndex((line) => line.startsWith('server-stop'));
    const changes = lines.filter((line) => /^(quality-of-protection|endpoint-security|client-properties) /.test(line));
    expect(lines.slice(from)).toEqual([
      ...servers.map((server) => `server-stop ${server}`),
      ...nodes.map((node) => `node-agent-stop ${node}`),
      ...changes,
      'deployment-manager-restart stCell',
      ...nodes.map((node) => `node-synchronization ${node}`),
      ...servers.map((server) => `server-start ${server}`),
    ]);
    expect([...new Set(plan.steps.map(({ phase }) => phase))]).toEqual(['prepare', 'outage', 'start']);
  });

  test('needs no stepping stones: the configuration that ends strict is changed once', () => {
    const changed = plan.steps
      .filter(({ operation, target }) => operation === 'quality-of-protection' && target.kind === 'node')
      .flatMap(({ target, changes }) =>
        changes.map(({ after }) => `${target.kind === 'node' ? target.node : ''} ${after}`),
      );
    expect(changed.toSorted()).toEqual(['sipNode SSL_TLSv2', 'stmNode SSL_TLSv2', 'stpNode TLSv1.2']);
  });

  test('a server is out from its stop to its start', () => {
    const between = (server: string): number => {
      const at = (operation: string) =>
        plan.steps.findIndex(
          ({ operation: name, target }) => name === operation && target.kind === 'server' && target.server === server,
        );
      const steps = plan.steps.slice(at('server-stop'), at('server-start') + 1);
      return steps.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0);
    };
    expect(plan.summary.restarts).toEqual(
      plan.steps
        .filter(({ operation }) => operation === 'server-stop')
        .map(({ target }) => ({
          component: target.kind === 'server' ? `stCell/${target.node}/${target.server}` : '',
          server: target.kind === 'server' ? `${target.node}/${target.server}` : '',
          times: 1,
          outageSeconds: between(target.kind === 'server' ? target.server : ''),
        })),
    );
  });
});

test('what needs no restart takes nothing down', () => {
  const tools = planOf(
    withStrategy(
      playbookOf(['Tools, operation: client-properties, on: { target: profile }, with: { protocol: SSL_TLSv2 }']),
    ),
  );
  expect(outline(tools)).toEqual(['dmgr', ...nodes].map((owner) => `client-properties ${owner}`));
  expect(new Set(tools.steps.map(({ phase }) => phase))).toEqual(new Set(['prepare']));
  expect(tools.summary.outageSeconds).toBe(0);
});

test('a row that a server reads when it starts takes the cell down, as the strategy says', () => {
  const row = planOf(
    withStrategy(playbookOf(['Row, operation: recording-row, on: { target: database }, with: { protocol: TLSv1.2 }'])),
  );
  expect(outline(row)[0]).toBe('recording-row meetings');
  expect(outline(row)).toContain('server-start STMeetingServer');
});

test('a wish that locks clients out is as unsafe by stop-all', () => {
  const strict = planOf(
    withStrategy(
      playbookOf([
        'Cell, operation: quality-of-protection, on: { target: cell }, with: { configuration: CellDefaultSSLSettings, protocol: TLSv1.2 }',
      ]),
    ),
  );
  expect(strict.proof.safe).toBe(false);
  expect(strict.proof.counterexamples.map(({ link }) => link.id)).toContain(
    'client av-client -> stCell/sipNode/STSIPProxyRegistrar SIP_DEFAULTHOST_SECURE',
  );
});
