// What a plan is bound to, and how what moved is named.
import { expect, test } from 'vitest';
import type { Facts } from '../../src/facts/types.ts';
import { fingerprintsOf, movedObjects } from '../../src/plan/fingerprints.ts';
import type { Plan } from '../../src/plan/types.ts';
import { sametimeCell } from '../helpers/topology-cell.ts';

/** The deployment manager and all nodes on one machine, as small cells have it. */
function onOneHost(): Facts {
  const { facts } = sametimeCell();
  const cells = facts.cells.map((cell) => ({
    ...cell,
    deploymentManager: { ...cell.deploymentManager, host: 'one' },
    nodes: cell.nodes.map((node) => ({ ...node, host: 'one' })),
  }));
  return { ...facts, cells };
}

const planOf = (facts: Facts, files: { readonly inventory?: string; readonly playbook?: string } = {}): Plan => ({
  schema: 1,
  hash: '',
  confirm: 'stCell',
  strategy: 'rolling',
  playbook: { name: 'p', file: 'playbook.yaml', sha256: files.playbook ?? 'a' },
  inventory: { file: 'inventory.yaml', sha256: files.inventory ?? 'a' },
  steps: [],
  states: [],
  proof: { safe: true, counterexamples: [] },
  fingerprints: fingerprintsOf(facts, new Map()),
  summary: { steps: 0, changes: 0, restarts: [], outageSeconds: 0, strategies: [] },
});

const withNode = (facts: Facts, owner: string, change: object): Facts => ({
  ...facts,
  cells: facts.cells.map((cell) => ({
    ...cell,
    nodes: cell.nodes.map((node) => (node.owner === owner ? { ...node, ...change } : node)),
  })),
});

test('profiles on one host have fingerprints of their own', () => {
  const facts = onOneHost();
  const changed = withNode(facts, 'stmNode', { securitySha256: 'other' });
  expect(movedObjects(planOf(facts), planOf(changed))).toEqual([
    'security.xml of cell stCell, copy of node stmNode on one',
  ]);
});

test('a file that facts and a task both read has one fingerprint, which either of them changes', () => {
  const { facts } = sametimeCell();
  const [{ profile, host } = { profile: '', host: '' }] = facts.cells[0]?.nodes ?? [];
  const object = `${profile}/properties/ssl.client.props on ${host}`;
  const find = (state: string) =>
    fingerprintsOf(facts, new Map([[object, state]])).filter((fingerprint) => fingerprint.object === object);
  expect(find('SSL_TLS')).toHaveLength(1);
  expect(find('SSL_TLS')).not.toEqual(find('TLSv1.2'));
  expect(find('SSL_TLS')).not.toEqual(fingerprintsOf(facts, new Map()).filter((found) => found.object === object));
});

test('another TLS port of a server counts, a port of another protocol does not', () => {
  const { facts } = sametimeCell();
  const [node] = facts.cells[0]?.nodes ?? [];
  const withEndpoint = (name: string): Facts =>
    withNode(facts, node?.owner ?? '', {
      servers: node?.servers.map((server) => ({
        ...server,
        endpoints: [...server.endpoints, { name, host: '*', port: 1 }],
      })),
    });
  expect(movedObjects(planOf(facts), planOf(withEndpoint('BOOTSTRAP_ADDRESS')))).toEqual([]);
  expect(movedObjects(planOf(facts), planOf(withEndpoint('SIP_DEFAULTHOST_SECURE')))).toEqual([
    `serverindex.xml of cell stCell, ${node?.owner}`,
  ]);
});

test('files of the operator are named first, and an object that appeared or went away is named too', () => {
  const { facts } = sametimeCell();
  const [listener, ...others] = facts.listeners;
  const now = planOf({ ...facts, listeners: others }, { inventory: 'b', playbook: 'b' });
  const gone = `listener ${listener?.owner}/${listener?.server} ${listener?.endpoint} at ${listener?.address}:${listener?.port}`;
  const expected = ['file inventory.yaml', 'file playbook.yaml', gone];
  expect(movedObjects(planOf(facts), now)).toEqual(expected);
  expect(movedObjects(now, planOf(facts))).toEqual(expected);
});
