// What is looked at after a step: the process, its ports as predicted, its log, and the clients that need it.
import { expect, test } from 'vitest';
import { makePlan } from '../../src/plan/make.ts';
import { planInput, shippedPlaybook } from '../helpers/plan-input.ts';
import { CELL, sametimeCell } from '../helpers/topology-cell.ts';

const cell = sametimeCell();
const place = { file: 'inventory.yaml', line: 1, column: 1 };
const manager = cell.inventory.cells[0]?.deploymentManager.node ?? '';
const console = { cell: CELL, node: manager, server: 'dmgr', endpoint: 'WC_adminhost_secure', place };
const administrators = {
  name: 'administrators',
  offers: ['TLSv1', 'TLSv1.2'] as const,
  trustFile: undefined,
  required: true,
  connects: [console],
};
const inventory = { ...cell.inventory, clients: [...cell.inventory.clients, administrators] };
const { steps } = makePlan(planInput({ ...cell, inventory }, shippedPlaybook()));
const checksOf = (operation: string, server?: string) =>
  steps.findLast(
    (step) =>
      step.operation === operation &&
      (server === undefined || (step.target.kind === 'server' && step.target.server === server)),
  )?.healthChecks ?? [];

test('only steps that start a process have health checks', () => {
  const kinds = new Set(steps.filter(({ healthChecks }) => healthChecks.length > 0).map(({ operation }) => operation));
  expect([...kinds]).toEqual(['deployment-manager-restart', 'node-synchronization', 'server-restart']);
});

test('the last restart of the strict proxy asks for TLS 1.2 alone, of every port', () => {
  const listeners = checksOf('server-restart', 'was_stpProxy').filter(({ kind }) => kind === 'listener');
  expect(listeners).toHaveLength(3);
  for (const check of listeners)
    expect(check).toMatchObject({ accepts: ['TLSv1.2'], refuses: ['SSLv3', 'TLSv1', 'TLSv1.1'] });
});

test('client populations are looked after, those of the deployment manager too', () => {
  const clients = (operation: string, server?: string) =>
    checksOf(operation, server).flatMap((check) => (check.kind === 'client-link' ? [check.client] : []));
  expect(clients('server-restart', 'was_stmProxy')).toEqual(['browser', 'mobile', 'rich-client']);
  expect(clients('deployment-manager-restart')).toEqual(['administrators']);
});
