// The same input gives the same bytes, whatever order facts arrive in, and nothing but the input is looked at.
import fs from 'node:fs';
import net from 'node:net';
import { expect, test, vi } from 'vitest';
import { prettyJson } from '../../src/core/json.ts';
import { makePlan } from '../../src/plan/make.ts';
import { renderPlanText } from '../../src/report/plan-text.ts';
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

test('plan, proof and its text use no clock, no random source, no file and no network', () => {
  const input = planInput(cell, shippedPlaybook());
  const expected = makePlan(input).hash;
  vi.stubGlobal('Date', poison('Date'));
  vi.stubGlobal('performance', { now: poison('performance.now') });
  vi.stubGlobal('crypto', { getRandomValues: poison('crypto'), randomUUID: poison('crypto') });
  const spies = [
    vi.spyOn(Math, 'random').mockImplementation(poison('Math.random')),
    vi.spyOn(fs, 'readFileSync').mockImplementation(poison('fs')),
    vi.spyOn(fs, 'openSync').mockImplementation(poison('fs')),
    vi.spyOn(fs.promises, 'readFile').mockImplementation(poison('fs')),
    vi.spyOn(net, 'connect').mockImplementation(poison('net')),
    vi.spyOn(net, 'createConnection').mockImplementation(poison('net')),
  ];
  try {
    expect(() => new Date()).toThrow('Date was used');
    const plan = makePlan(input);
    expect(plan.hash).toBe(expected);
    expect(renderPlanText(plan)).toContain('sametime-tls12');
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllGlobals();
  }
});

// Not an arrow function: Date is called with new.
const poison = (name: string) =>
  function used() {
    throw new Error(`${name} was used`);
  };
