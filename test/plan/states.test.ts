// A plan holds its states as differences; expanded they are what a full evaluation of each state gives.
import { expect, test } from 'vitest';
import { expandStates } from '../../src/plan/expand-states.ts';
import { makePlan } from '../../src/plan/make.ts';
import { evaluateLinks } from '../../src/topology/evaluate.ts';
import { planInput, shippedPlaybook, topologyAfter } from '../helpers/plan-input.ts';
import { sametimeCell } from '../helpers/topology-cell.ts';

const cell = sametimeCell();

test.each(['rolling', 'stop-all'] as const)('%s: expanded states are the full evaluation of each state', (strategy) => {
  const input = planInput(cell, shippedPlaybook(strategy));
  const plan = makePlan(input);
  const expanded = expandStates(plan);
  expect(expanded.map(({ after }) => after)).toEqual(['start', ...plan.steps.map(({ id }) => id)]);
  for (const [done, { links }] of expanded.entries())
    expect(links, `after ${done} steps`).toEqual(evaluateLinks(topologyAfter(input, plan.steps.slice(0, done))));
});

test('after the start a state holds only the links whose outcome differs from the state before', () => {
  const plan = makePlan(planInput(cell, shippedPlaybook('stop-all')));
  const expanded = expandStates(plan);
  const all = expanded[0]?.links.length ?? 0;
  expect(plan.states[0]?.links).toHaveLength(all);
  for (const [index, { links }] of plan.states.entries()) {
    if (index === 0) continue;
    const before = new Map(expanded[index - 1]?.links.map((link) => [link.id, link]));
    expect(links.length).toBeLessThan(all);
    for (const link of links) expect(link).not.toEqual(before.get(link.id));
    expect(links.map(({ id }) => id)).toEqual(links.map(({ id }) => id).toSorted());
  }
  expect(plan.states.some(({ links }) => links.length === 0)).toBe(true);
});

test('a plan without states expands to none, and a link that the start does not have is refused', () => {
  expect(expandStates({ states: [] })).toEqual([]);
  const [link] = expandStates(makePlan(planInput(cell, shippedPlaybook())))[0]?.links ?? [];
  const states = [
    { after: 'start', links: [] },
    { after: 's001', links: link === undefined ? [] : [link] },
  ];
  expect(() => expandStates({ states })).toThrow('state s001 has a link that the start has not');
});
