// When a certificate may leave a key store: nothing of the master names it, and no listener shows it any more.
import { expect, test } from 'vitest';
import type { Premise } from '../../src/core/operation.ts';
import type { TopologyChange } from '../../src/core/topology-change.ts';
import { applyChange } from '../../src/topology/apply-change.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import { holds, namersOf } from '../../src/topology/premise.ts';
import { revertChange } from '../../src/topology/revert-change.ts';
import type { TopologyState } from '../../src/topology/state.ts';
import * as cell from '../helpers/topology-cell.ts';

const STORE = `NodeDefaultKeyStore ${cell.nodeScope('stpNode')}`;
const UNNAMED = {
  kind: 'unnamed',
  cell: cell.CELL,
  store: STORE,
  alias: cell.ACME_ALIAS.toUpperCase(),
  fingerprint: cell.ACME_CHAIN[0] ?? '',
} as const satisfies Premise;
const THERE: Premise = { kind: 'certificate', cell: cell.CELL, store: STORE, alias: cell.ACME_ALIAS };

const startOf = (): TopologyState => {
  const { inventory, facts } = cell.sametimeCell();
  return makeTopology(inventory, facts);
};
const after = (state: TopologyState, ...changes: readonly TopologyChange[]): TopologyState =>
  changes.reduce(applyChange, state);
const imported = (): TopologyState => after(startOf(), cell.importCertificate('stpNode'));
const used = (): TopologyState => after(imported(), ...cell.override('stpNode', 'was_stpProxy'));
const back = cell
  .override('stpNode', 'was_stpProxy')
  .map((change): TopologyChange => (change.kind === 'ssl-group' ? { ...change, certificateAlias: 'default' } : change));

test('a certificate that was imported and is used by nobody may go', () => {
  expect(namersOf(imported(), UNNAMED)).toEqual([]);
  expect(holds(imported(), UNNAMED)).toBe(true);
});

test('a group that names it keeps it, whatever the case of the alias; one without an alias may mean it', () => {
  const scope = cell.serverScope('stpNode', 'was_stpProxy');
  const groups = [`inbound endpoint security ${scope}`, `outbound endpoint security ${scope}`];
  expect(namersOf(used(), UNNAMED)).toEqual(groups);
  const unclear = after(
    used(),
    ...back.map((change) => (change.kind === 'ssl-group' ? { ...change, certificateAlias: '' } : change)),
  );
  expect(namersOf(unclear, UNNAMED)).toEqual(groups);
  expect(namersOf(after(used(), ...back), UNNAMED)).toEqual([]);
});

test('a listener that still shows it keeps it until its process is started again', () => {
  const shown = after(used(), cell.sync('stpNode'), ...cell.restart('stpNode', 'was_stpProxy'), ...back);
  expect(namersOf(shown, UNNAMED)).toEqual([
    'the listener SOAP_CONNECTOR_ADDRESS of stCell/stpNode/was_stpProxy',
    'the listener PROXY_HTTPS_ADDRESS of stCell/stpNode/was_stpProxy',
    'the listener OVERLAY_TCP_LISTENER_ADDRESS of stCell/stpNode/was_stpProxy',
  ]);
  const copied = after(shown, cell.sync('stpNode'));
  expect(holds(copied, UNNAMED)).toBe(false);
  expect(holds(after(copied, ...cell.restart('stpNode', 'was_stpProxy')), UNNAMED)).toBe(true);
});

test('an SSL configuration that names it itself keeps it', () => {
  const state = imported();
  const own = state.cells.get(cell.CELL);
  if (own === undefined) throw new Error('no cell');
  const configurations = own.master.security.configurations.map((one) =>
    one.scope === cell.nodeScope('stpNode') ? { ...one, keyAliases: [cell.ACME_ALIAS] } : one,
  );
  const master = { ...own.master, security: { ...own.master.security, configurations } };
  const named = { ...state, cells: new Map(state.cells).set(cell.CELL, { ...own, master }) };
  expect(namersOf(named, UNNAMED)).toEqual([`SSL configuration NodeDefaultSSLSettings ${cell.nodeScope('stpNode')}`]);
});

test('a removal leaves the master at once and a replica at its synchronization, and can be taken back', () => {
  const removal: TopologyChange = {
    kind: 'certificate-removed',
    store: { kind: 'key-store', cell: cell.CELL, name: 'NodeDefaultKeyStore', scope: cell.nodeScope('stpNode') },
    alias: cell.ACME_ALIAS,
  };
  const full = after(imported(), cell.sync('stpNode'));
  const removed = applyChange(full, removal);
  expect([holds(full, THERE), holds(removed, THERE)]).toEqual([true, false]);
  const replica = (state: TopologyState) =>
    state.cells.get(cell.CELL)?.replicas.get('stpNode')?.stores.get(STORE)?.personal.has(cell.ACME_ALIAS);
  expect([replica(removed), replica(applyChange(removed, cell.sync('stpNode')))]).toEqual([true, false]);
  expect(holds(revertChange(removed, full, removal), THERE)).toBe(true);
});
