import { expect, test } from 'vitest';
import { applyChange } from '../../src/topology/apply-change.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import { isStale } from '../../src/topology/stale.ts';
import {
  CELL,
  CELL_SCOPE,
  importCertificate,
  override,
  qop,
  restart,
  sametimeCell,
  stop,
  sync,
} from '../helpers/topology-cell.ts';

const MANAGER = { cell: CELL, owner: 'dmgr', server: 'dmgr' };
const PROXY = { cell: CELL, owner: 'stpNode', server: 'was_stpProxy' };
const SOAP = ['SOAP_CONNECTOR_ADDRESS'];

const startState = () => {
  const { inventory, facts } = sametimeCell();
  return makeTopology(inventory, facts);
};

test('a process owes a restart from the change of its disk until it is started again', () => {
  const state = startState();
  expect(isStale(state, MANAGER, SOAP)).toBe(false);
  const saved = applyChange(state, qop('CellDefaultSSLSettings', CELL_SCOPE, 'SSL_TLSv2'));
  expect(isStale(saved, MANAGER, SOAP)).toBe(true);
  expect(isStale(saved, PROXY, SOAP), 'the node has not got it yet').toBe(false);
  const copied = applyChange(saved, sync('stpNode'));
  expect(isStale(copied, PROXY, SOAP)).toBe(true);
  expect(isStale(restart('stpNode', 'was_stpProxy').reduce(applyChange, copied), PROXY, SOAP)).toBe(false);
  expect(isStale(applyChange(copied, stop('stpNode', 'was_stpProxy')), PROXY, SOAP), 'stopped').toBe(false);
});

test('another certificate owes a restart too', () => {
  const changes = [importCertificate('stpNode'), ...override('stpNode', 'was_stpProxy'), sync('stpNode')];
  expect(isStale(changes.reduce(applyChange, startState()), PROXY, SOAP)).toBe(true);
});
