// The same input gives the same bytes, whatever order facts arrive in. That nothing but the input is looked at is shown in
// test/report/poison.test.ts.
import { expect, test } from 'vitest';
import { prettyJson } from '../../src/core/json.ts';
import { makePlan } from '../../src/plan/make.ts';
import { planInput, shippedPlaybook } from '../helpers/plan-input.ts';
import { sametimeCell } from '../helpers/topology-cell.ts';

const cell = sametimeCell();
const { facts, inventory } = cell;

test.each(['rolling', 'stop-all'] as const)('%s: two plans of one input are the same bytes', (strategy) => {
  const text = shippedPlaybook(strategy);
  expect(prettyJson(makePlan(planInput(cell, text)))).toBe(prettyJson(makePlan(planInput(cell, text))));
});

test('the order in which facts arrive does not matter; the order of the inventory does', () => {
  const text = shippedPlaybook();
  const plan = makePlan(planInput(cell, text));
  const permuted = {
    ...facts,
    cells: facts.cells.map((one) => ({ ...one, nodes: one.nodes.toReversed(), stores: one.stores.toReversed() })),
    listeners: facts.listeners.toReversed(),
    certificates: facts.certificates.toReversed(),
  };
  expect(prettyJson(makePlan(planInput({ inventory, facts: permuted }, text)))).toBe(prettyJson(plan));
  const cells = inventory.cells.map((one) => ({ ...one, nodes: one.nodes.toReversed() }));
  const other = makePlan(planInput({ inventory: { ...inventory, cells }, facts }, text));
  expect(other.hash).not.toBe(plan.hash);
  expect(other.proof.safe).toBe(true);
});
