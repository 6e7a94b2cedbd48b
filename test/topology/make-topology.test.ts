import { expect, test } from 'vitest';
import type { ListenerFacts } from '../../src/facts/types.ts';
import { applyChange } from '../../src/topology/apply-change.ts';
import { readCallee } from '../../src/topology/callee.ts';
import { evaluateLinks } from '../../src/topology/evaluate.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import {
  ACME_CHAIN,
  CELL,
  CELL_SCOPE,
  nodeScope,
  override,
  qop,
  restart,
  sametimeCell,
  sync,
} from '../helpers/topology-cell.ts';

const REGISTRAR = { cell: CELL, owner: 'sipNode', server: 'STSIPProxyRegistrar', endpoint: 'SIP_DEFAULTHOST_SECURE' };
const AV_CLIENT = 'client av-client -> stCell/sipNode/STSIPProxyRegistrar SIP_DEFAULTHOST_SECURE';

/** The cell with one listener answering differently. */
function withListener(change: Partial<ListenerFacts>) {
  const { inventory, facts } = sametimeCell();
  const listeners = facts.listeners.map((listener) =>
    listener.server === REGISTRAR.server && listener.endpoint === REGISTRAR.endpoint
      ? { ...listener, ...change }
      : listener,
  );
  return makeTopology(inventory, { ...facts, listeners });
}

test('a listener that answers otherwise than its disk says keeps its answer until it is restarted', () => {
  const state = withListener({ protocols: { TLSv1: 'refused', 'TLSv1.2': 'accepted' } });
  expect(readCallee(state, REGISTRAR)).toMatchObject({ protocols: ['TLSv1.2'], because: 'as probed' });
  expect(evaluateLinks(state).find(({ id }) => id === AV_CLIENT)).toMatchObject({ outcome: 'broken' });
  const synchronized = applyChange(state, sync('sipNode'));
  expect(readCallee(synchronized, REGISTRAR)).toMatchObject({ protocols: ['TLSv1.2'] });
  const restarted = restart('sipNode', REGISTRAR.server).reduce(applyChange, synchronized);
  expect(readCallee(restarted, REGISTRAR)).toMatchObject({ protocols: ['TLSv1'] });
});

test('a listener that refuses every version is there and has nothing in common with anybody', () => {
  const state = withListener({ protocols: { TLSv1: 'refused', 'TLSv1.1': 'refused', 'TLSv1.2': 'refused' } });
  const link = evaluateLinks(state).find(({ id }) => id === AV_CLIENT);
  expect(link?.reason).toContain('accepts no version (as probed): no version in common');
});

test('a listener without a clear answer is taken to be what its disk says', () => {
  const state = withListener({ protocols: { TLSv1: 'inconclusive', 'TLSv1.2': 'inconclusive' }, chain: [] });
  expect(readCallee(state, REGISTRAR)).toMatchObject({
    protocols: ['TLSv1'],
    because: `SSL configuration CellDefaultSSLSettings ${CELL_SCOPE}, SSL_TLS`,
  });
});

test('a process without a process id and without an answer was not running, which is not our outage', () => {
  const { inventory, facts } = sametimeCell();
  const state = makeTopology(inventory, {
    ...facts,
    cells: facts.cells.map((cell) => ({
      ...cell,
      nodes: cell.nodes.map((node) => ({
        ...node,
        processes: { ...node.processes, STSIPProxyRegistrar: { pid: null, pidFile: '/run/x.pid' } },
      })),
    })),
    listeners: facts.listeners.filter(({ server }) => server !== REGISTRAR.server),
  });
  expect(evaluateLinks(state).find(({ id }) => id === AV_CLIENT)).toMatchObject({
    outcome: 'down',
    reason: 'stCell/sipNode/STSIPProxyRegistrar was not running when the facts were gathered',
  });
});

test('a root that a server leaves out of the chain it sends is known from the stores', () => {
  const [leaf, intermediate] = ACME_CHAIN.map((sha1) => ({ sha256: '', sha1, subject: 'CN=acme' }));
  const served = [leaf, intermediate].filter((item) => item !== undefined);
  expect(readCallee(withListener({ chain: served }), REGISTRAR)).toMatchObject({ chain: ACME_CHAIN });
});

test('fingerprints are compared without colons and case', () => {
  const { inventory, facts } = sametimeCell();
  const listeners = facts.listeners.map((listener) => ({
    ...listener,
    chain: listener.chain.map((item) => ({ ...item, sha1: colons(item.sha1) })),
  }));
  const state = makeTopology(inventory, { ...facts, listeners });
  expect(evaluateLinks(state).filter(({ outcome }) => outcome !== 'tls')).toEqual([]);
  expect(readCallee(state, REGISTRAR)).toEqual(
    expect.objectContaining({ ...chainOf(readCallee(makeTopology(inventory, facts), REGISTRAR)), hasRoot: true }),
  );
});

test('a chain that nobody trusts breaks the callers whose trust store is known', () => {
  const chain = ACME_CHAIN.map((sha1) => ({ sha256: '', sha1, subject: `CN=stranger ${sha1.slice(-2)}` }));
  const { inventory, facts } = sametimeCell();
  const listeners = facts.listeners.map((listener) => (isManager(listener) ? { ...listener, chain } : listener));
  const broken = evaluateLinks(makeTopology(inventory, { ...facts, listeners })).filter(
    ({ outcome }) => outcome === 'broken',
  );
  expect(broken).toHaveLength(7);
  expect(broken.map(({ reason }) => reason).join('\n')).toContain('root CN=acme root, which is not in trust store');
  const withoutStores = facts.cells.map((cell) => ({ ...cell, stores: [] }));
  const known = evaluateLinks(makeTopology(inventory, { ...facts, cells: withoutStores, listeners }));
  expect(known.filter(({ outcome }) => outcome === 'broken').map(({ from }) => from)).toEqual(
    ['dmgr', 'sipNode', 'stmNode', 'stpNode'].map((owner) => `stCell/${owner} client tools`),
  );
});

test('a chain whose root is neither served nor in a store is not judged', () => {
  const chain = [{ sha256: '', sha1: 'FF', subject: 'CN=leaf of a root that was left out' }];
  const state = withListener({ chain });
  expect(readCallee(state, REGISTRAR)).toMatchObject({ chain: ['FF'], hasRoot: false });
});

test('a client that names a listener the cell does not have is refused with its place in the inventory', () => {
  const { inventory, facts } = sametimeCell();
  const place = { file: 'inventory.yaml', line: 42, column: 7 };
  const connects = [{ cell: CELL, node: 'sipNode', server: 'nobody', endpoint: 'X', place }];
  const clients = [{ name: 'bot', offers: [], trustFile: undefined, required: true, connects }];
  expect(() => makeTopology({ ...inventory, clients }, facts)).toThrow(
    expect.objectContaining({ code: 'INPUT_UNKNOWN_NAME', place }),
  );
});

test('a node holds the stores of the cell and its own, not those of other nodes', () => {
  const { inventory, facts } = sametimeCell();
  const state = makeTopology(inventory, facts);
  const names = [...(state.cells.get(CELL)?.replicas.get('stpNode')?.stores.keys() ?? [])];
  expect(names).toEqual([
    `CellDefaultKeyStore ${CELL_SCOPE}`,
    `CellDefaultTrustStore ${CELL_SCOPE}`,
    `NodeDefaultKeyStore ${nodeScope('stpNode')}`,
    `NodeDefaultTrustStore ${nodeScope('stpNode')}`,
  ]);
});

test('without any group nothing is claimed to work', () => {
  const { inventory, facts } = sametimeCell();
  const security = { ...(facts.cells[0]?.deploymentManager.security ?? { groups: [] }), groups: [] };
  const cells = facts.cells.map((cell) => ({
    ...cell,
    deploymentManager: { ...cell.deploymentManager, security: { ...cell.deploymentManager.security, ...security } },
  }));
  const state = makeTopology(inventory, { ...facts, cells });
  const link = evaluateLinks(state).find(({ from }) => from === 'stCell/dmgr');
  expect(link).toMatchObject({ outcome: 'broken', reason: 'no outbound SSL configuration applies to stCell/dmgr' });
  const restarted = restart('dmgr', 'dmgr').reduce(applyChange, state);
  const soap = { cell: CELL, owner: 'dmgr', server: 'dmgr', endpoint: 'SOAP_CONNECTOR_ADDRESS' };
  expect(readCallee(restarted, soap)).toMatchObject({ kind: 'dead' });
});

test('an existing group of the scope is changed, not doubled, and keeps its name', () => {
  const { inventory, facts } = sametimeCell();
  const changes = [
    ...override('stpNode', 'was_stpProxy'),
    ...override('stpNode', 'was_stpProxy', 'CellDefaultSSLSettings'),
  ];
  const state = changes.reduce(applyChange, makeTopology(inventory, facts));
  const groups = state.cells.get(CELL)?.master.security.groups.filter(({ scope }) => scope.includes('was_stpProxy'));
  expect(groups?.map(({ name, direction, configuration }) => [name, direction, configuration.alias])).toEqual([
    ['was_stpProxy', 'inbound', 'CellDefaultSSLSettings'],
    ['was_stpProxy', 'outbound', 'CellDefaultSSLSettings'],
  ]);
});

test('saving at the master changes no node before its synchronization', () => {
  const { inventory, facts } = sametimeCell();
  const state = applyChange(makeTopology(inventory, facts), qop('CellDefaultSSLSettings', CELL_SCOPE, 'TLSv1.2'));
  const broken = evaluateLinks(state).filter(({ outcome }) => outcome === 'broken');
  expect(new Set(broken.map(({ from }) => from)), 'only the outbound side of the deployment manager').toEqual(
    new Set(['stCell/dmgr']),
  );
});

const colons = (text: string) => (text.match(/../gu) ?? []).join(':').toLowerCase();

const isManager = ({ owner, endpoint }: ListenerFacts) => owner === 'dmgr' && endpoint === 'SOAP_CONNECTOR_ADDRESS';

const chainOf = (callee: ReturnType<typeof readCallee>) => (callee.kind === 'listening' ? { chain: callee.chain } : {});

test('a recording row that is there from the start is offered from the start', () => {
  const { inventory, facts } = sametimeCell();
  const readBy = [{ cell: CELL, node: 'stmNode', server: 'STMeetingServer' }];
  const place = { file: 'inventory.yaml', line: 1, column: 1 };
  const database = {
    name: 'meetings',
    host: 'db',
    command: '/db2',
    database: 'STMS',
    login: undefined,
    serverId: 'st1',
    readBy,
    place,
  };
  const outcomeWith = (protocol: string | null) =>
    evaluateLinks(
      makeTopology({ ...inventory, databases: [database] }, { ...facts, rows: [{ database: 'meetings', protocol }] }),
    ).find(({ id }) => id.startsWith('recording of meetings'));
  // The meeting server still speaks TLS 1.0 only: without a row the recording does too, with one for TLS 1.2 it cannot.
  expect(outcomeWith(null)).toMatchObject({ outcome: 'tls', protocol: 'TLSv1' });
  expect(outcomeWith('TLSv1.2')).toMatchObject({ outcome: 'broken', required: false });
});
