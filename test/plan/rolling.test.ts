// The rolling strategy with the real operations: the order of the steps is the one that the proof allows, whatever order
// the playbook has.
import { describe, expect, test } from 'vitest';
import { expandStates } from '../../src/plan/expand-states.ts';
import type { OwnerFacts } from '../../src/facts/types.ts';
import { makePlan } from '../../src/plan/make.ts';
import type { Plan } from '../../src/plan/types.ts';
import { inputAfter, outline, planInput, playbookOf, shippedPlaybook } from '../helpers/plan-input.ts';
import { sametimeCell } from '../helpers/topology-cell.ts';

const cell = sametimeCell();
const planOf = (text: string): Plan => makePlan(planInput(cell, text));
const shipped = planOf(shippedPlaybook());

const SIGNERS = [
  'Cell signers, operation: signer-certificates, on: { target: cell }, with: { certificate: messaging }',
  'Node signers, operation: signer-certificates, on: { target: node }, with: { certificate: messaging }',
  'Tool signers, operation: client-signers, on: { target: profile }, with: { certificate: messaging }',
];
const IMPORT =
  'Import, operation: personal-certificate, on: { target: node, nodes: stpNode }, with: { certificate: messaging }';
const SHOW =
  'Show, operation: endpoint-security, on: { target: server, servers: was_stpProxy }, with: { certificate: messaging, configuration: NodeDefaultSSLSettings, configurationScope: node }';
const qop = (configuration: string, protocol: string, on: string): string =>
  `${configuration} ${protocol}, operation: quality-of-protection, on: { ${on} }, with: { configuration: ${configuration}, protocol: ${protocol} }`;
const TOOLS = 'Tools, operation: client-properties, on: { target: profile }, with: { protocol: SSL_TLSv2 }';
const SUPERSET = [
  TOOLS,
  qop('XDADefaultSSLSettings', 'SSL_TLSv2', 'target: cell'),
  qop('CellDefaultSSLSettings', 'SSL_TLSv2', 'target: cell'),
];
const strictAt = (node: string): string => qop('NodeDefaultSSLSettings', 'TLSv1.2', `target: node, nodes: ${node}`);

const withoutDynamicUpdate = {
  ...cell.facts,
  cells: cell.facts.cells.map((one) => ({
    ...one,
    deploymentManager: withoutUpdate(one.deploymentManager),
    nodes: one.nodes.map(withoutUpdate),
  })),
};

function withoutUpdate<Owner extends { readonly security: object }>(owner: Owner) {
  return { ...owner, security: { ...owner.security, dynamicUpdate: false } };
}

const position = (plan: Plan, step: string): number => {
  const found = outline(plan).indexOf(step);
  expect(found, step).toBeGreaterThanOrEqual(0);
  return found;
};

describe('the shipped playbook', () => {
  test('is safe in every state', () => {
    expect(shipped.proof).toEqual({ safe: true, counterexamples: [] });
    const links = expandStates(shipped).flatMap((state) => state.links);
    expect(links.filter(({ required, outcome }) => required && outcome === 'broken')).toEqual([]);
    expect(shipped.states).toHaveLength(shipped.steps.length + 1);
  });

  test('restarts each server at most once in a phase', () => {
    const restarts = shipped.steps
      .filter(({ operation }) => operation === 'server-restart')
      .map(({ phase, target }) => `${phase} ${JSON.stringify(target)}`);
    expect(restarts).toHaveLength(6);
    expect(new Set(restarts).size).toBe(restarts.length);
  });

  test('costs its users less than stopping everything', () => {
    const [rolling, stopAll] = shipped.summary.strategies;
    expect(shipped.summary.strategies.map(({ strategy, safe }) => [strategy, safe])).toEqual([
      ['rolling', true],
      ['stop-all', true],
    ]);
    expect(rolling?.outageSeconds).toBeLessThan(stopAll?.outageSeconds ?? 0);
    expect(rolling?.outageSeconds).toBe(shipped.summary.outageSeconds);
  });

  test('stopped between any two steps and planned again, exactly the rest is left', () => {
    const input = planInput(cell, shippedPlaybook());
    const lines = outline(shipped);
    for (const done of shipped.steps.keys()) {
      const again = makePlan(inputAfter(input, shipped.steps.slice(0, done), shippedPlaybook()));
      expect(again.proof.safe, `after ${done} steps`).toBe(true);
      expect(outline(again), `after ${done} steps`).toEqual(lines.slice(done));
    }
  });

  test('with nothing left to do there are no steps', () => {
    const input = planInput(cell, shippedPlaybook());
    const after = makePlan(inputAfter(input, shipped.steps, shippedPlaybook()));
    expect(after).toMatchObject({ steps: [], confirm: '', proof: { safe: true } });
    expect(after.states).toHaveLength(1);
    const stopAll = makePlan(inputAfter(input, shipped.steps, shippedPlaybook('stop-all')));
    expect(stopAll).toMatchObject({ strategy: 'stop-all', steps: [] });
  });

  test('a wider step of an earlier phase is not taken where the last phase is reached', () => {
    const input = planInput(cell, shippedPlaybook());
    const late = makePlan(inputAfter(input, shipped.steps.slice(0, -1), shippedPlaybook()));
    expect(outline(late)).toEqual(['server-restart was_stpProxy']);
    expect(late.steps[0]?.phase).toBe('superset');
  });
});

describe('the order inside a phase', () => {
  test('a task that builds on another one comes after it, whatever the playbook says', () => {
    const plan = planOf(playbookOf([SHOW, ...SIGNERS.toReversed(), ...SUPERSET, IMPORT]));
    expect(plan.proof.counterexamples).toEqual([]);
    const show = position(plan, 'endpoint-security was_stpProxy');
    expect(show).toBeGreaterThan(position(plan, 'personal-certificate stpNode'));
    const cellSigners = position(plan, 'signer-certificates stCell');
    for (const owner of ['dmgr', 'stpNode', 'stmNode', 'sipNode'])
      expect(position(plan, `client-signers ${owner}`)).toBeGreaterThan(cellSigners);
  });

  test('a proxy that learns new signers only by a restart is restarted before the server that shows the certificate', () => {
    const usual = outline(shipped);
    expect(usual.indexOf('server-restart STProxyServer')).toBeLessThan(usual.indexOf('server-restart was_stpProxy'));
    const plan = makePlan(planInput({ ...cell, facts: withoutDynamicUpdate }, shippedPlaybook()));
    expect(plan.proof.counterexamples).toEqual([]);
    const server = position(plan, 'server-restart STProxyServer');
    expect(position(plan, 'server-restart was_stpProxy')).toBeLessThan(server);
  });

  test('signers that no task brings are missed when the plan is made, not at night', () => {
    const [, , toolSigners = ''] = SIGNERS;
    expect(() => planOf(playbookOf([toolSigners]))).toThrow(
      expect.objectContaining({
        code: 'INPUT_VALUE',
        message: expect.stringContaining('takes signers from CellDefaultTrustStore (cell):stCell'),
      }),
    );
  });

  test('an alias that nothing imports keeps the port from starting, which the proof tells', () => {
    const { proof } = planOf(playbookOf([...SIGNERS, ...SUPERSET, SHOW]));
    expect(proof.safe).toBe(false);
    const told = proof.counterexamples.map(({ explanation }) => explanation).join('\n');
    expect(told).toContain('client browser -> stCell/stpNode/was_stpProxy PROXY_HTTPS_ADDRESS');
    expect(told).toContain('is not in key store NodeDefaultKeyStore (cell):stCell:(node):stpNode');
  });
});

describe('a configuration that would narrow in one go', () => {
  const direct = planOf(playbookOf([...SIGNERS, ...SUPERSET, IMPORT, SHOW, strictAt('stpNode')]));

  test('gets a bridge phase with a superset, and is safe', () => {
    expect(direct.proof.counterexamples).toEqual([]);
    expect([...new Set(direct.steps.map(({ phase }) => phase))]).toEqual(['phase1-bridge', 'phase1']);
    const protocols = direct.steps
      .filter(({ title }) => title.startsWith('NodeDefaultSSLSettings'))
      .map(({ phase, changes }) => [phase, ...changes.map(({ before, after }) => `${before} -> ${after}`)]);
    expect(protocols).toEqual([
      ['phase1-bridge', 'SSL_TLS -> SSL_TLSv2'],
      ['phase1', 'SSL_TLSv2 -> TLSv1.2'],
    ]);
  });

  test('still restarts each server at most once in a phase', () => {
    const restarts = direct.steps
      .filter(({ operation }) => operation === 'server-restart')
      .map(({ phase, target }) => `${phase} ${JSON.stringify(target)}`);
    expect(new Set(restarts).size).toBe(restarts.length);
  });

  test('gets none where the direct way holds', () => {
    expect([...new Set(shipped.steps.map(({ phase }) => phase))]).toEqual(['superset', 'strict']);
  });
});

describe('a wish for which no order exists', () => {
  const showAt = (server: string): string => SHOW.replace('was_stpProxy', server);
  const importAt = (node: string): string => IMPORT.replace('stpNode', node);
  const strict = (node: string, server: string): Plan =>
    planOf(playbookOf([...SIGNERS, ...SUPERSET, importAt(node), showAt(server)], [strictAt(node)]));

  test.each([
    ['sipNode', 'STSIPProxyRegistrar', 'client av-client -> stCell/sipNode/STSIPProxyRegistrar SIP_DEFAULTHOST_SECURE'],
    ['stmNode', 'was_stmProxy', 'client rich-client -> stCell/stmNode/was_stmProxy PROXY_HTTPS_ADDRESS'],
  ])('%s at TLSv1.2 is refused, and the counterexample names the link', (node, server, id) => {
    const { proof, steps } = strict(node, server);
    expect(proof.safe).toBe(false);
    expect(new Set(proof.counterexamples.map(({ link }) => link.id))).toEqual(new Set([id]));
    const [found] = proof.counterexamples;
    expect(steps.find((step) => step.id === found?.after)).toMatchObject({
      operation: 'server-restart',
      target: { server },
    });
    expect(found?.explanation).toMatch(/^after step s\d+ the required link .* it would help to /);
  });
});

test('a link that is broken already is told once, at the start, not again with every restart', () => {
  const clients = cell.inventory.clients.map((client) =>
    client.name === 'av-client' ? { ...client, offers: ['TLSv1.3' as const] } : client,
  );
  const { proof } = makePlan(planInput({ ...cell, inventory: { ...cell.inventory, clients } }, shippedPlaybook()));
  expect(proof.counterexamples.map(({ after, link }) => `${after} ${link.from}`)).toEqual(['start client av-client']);
});

test('a node whose copy is old is synchronized, also when only a store of it is', () => {
  const input = planInput(cell, shippedPlaybook());
  const done = inputAfter(input, shipped.steps, shippedPlaybook());
  const planWith = (change: Partial<OwnerFacts>): Plan => {
    const cells = done.facts.cells.map((one) => ({
      ...one,
      nodes: one.nodes.map((node) => (node.owner === 'stmNode' ? { ...node, ...change } : node)),
    }));
    return makePlan({ ...done, facts: { ...done.facts, cells } });
  };
  const [store] = done.facts.cells[0]?.stores.filter(({ name }) => name === 'CellDefaultTrustStore') ?? [];
  const older = {
    name: store?.name ?? '',
    scope: store?.scope ?? '',
    contents: { personal: [], signers: store?.signers.slice(0, 1) ?? [] },
  };
  expect(outline(planWith({ securitySha256: '1'.repeat(64) }))).toEqual(['node-synchronization stmNode']);
  expect(outline(planWith({ replicaStores: [older] }))).toEqual(['node-synchronization stmNode']);
});

test('a change of cipher suites alone is followed by restarts of the servers that use them', () => {
  const ciphers = qop('CellDefaultSSLSettings', 'SSL_TLS', 'target: cell').replace(
    'protocol: SSL_TLS }',
    'protocol: SSL_TLS, ciphers: [SSL_RSA_WITH_AES_128_CBC_SHA] }',
  );
  const plan = planOf(playbookOf([ciphers]));
  expect(plan.proof.safe).toBe(true);
  expect(outline(plan)).toContain('server-restart was_stmProxy');
  expect(outline(plan).filter((line) => line.startsWith('server-restart'))).toHaveLength(5);
});
