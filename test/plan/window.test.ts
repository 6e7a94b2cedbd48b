// The change window of the inventory in the plan: data and arithmetic, no clock.
import { expect, test } from 'vitest';
import { makePlan } from '../../src/plan/make.ts';
import { makePacket } from '../../src/report/packet/packet.ts';
import { renderPlanText } from '../../src/report/plan-text.ts';
import type { Plan } from '../../src/plan/types.ts';
import { planInput, shippedPlaybook } from '../helpers/plan-input.ts';
import { sametimeCell } from '../helpers/topology-cell.ts';

const cell = sametimeCell();
const planFor = (start: string, end: string): Plan =>
  makePlan(planInput({ ...cell, inventory: { ...cell.inventory, changeWindow: { start, end } } }, shippedPlaybook()));
const plain = makePlan(planInput(cell, shippedPlaybook()));
const seconds = plain.steps.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0);
const [START, END] = ['2026-03-01T22:00:00+01:00', '2026-03-02T04:00:00+01:00'];
const plan = planFor(START, END);
const packetOf = (one: Plan) => makePacket({ plan: one, events: [], status: 'not-started', evidence: undefined });

test('the last safe start is the end minus the work and the undoing of all of it, in the offset of the end', () => {
  expect(plan.window).toMatchObject({
    start: START,
    end: END,
    workSeconds: seconds,
    rollbackSeconds: seconds,
    fits: true,
  });
  const latest = plan.window?.lastSafeStart ?? '';
  expect(latest).toMatch(/\+01:00$/);
  expect((Date.parse(END) - Date.parse(latest)) / 1000).toBe(2 * seconds);
  const west = planFor('2026-03-01T22:00-05:30', '2026-03-02T04:00-05:30').window?.lastSafeStart ?? '';
  expect(west).toMatch(/-05:30$/);
  expect((Date.parse('2026-03-02T04:00-05:30') - Date.parse(west)) / 1000).toBe(2 * seconds);
});

test('another window, or none, is another plan: its approvals do not count', () => {
  const hashes = [plain, plan, planFor(START, '2026-03-02T04:00:01+01:00')].map(({ hash }) => hash);
  expect(new Set(hashes).size).toBe(3);
  expect(plain).not.toHaveProperty('window');
  expect(planFor(START, END).hash).toBe(plan.hash);
});

test('a window that is shorter than work and undoing together does not fit, to the second', () => {
  const endAfter = (more: number): string => new Date(Date.parse(START) + more * 1000).toISOString();
  expect(planFor(START, endAfter(2 * seconds)).window?.fits).toBe(true);
  const short = planFor(START, endAfter(2 * seconds - 1));
  expect(short.window?.fits).toBe(false);
  expect(packetOf(short).window).toMatchObject({ lastSafeStart: null, servers: [] });
  expect(packetOf(short).window.headline).toContain('too short');
});

test('the packet says until when to start, and for each server when its first restart has to begin', () => {
  const { window } = packetOf(plan);
  const latest = plan.window?.lastSafeStart ?? '';
  expect(window.headline).toBe(`Start no later than ${latest.slice(11, 16)} (${latest}), not before ${START}.`);
  expect(renderPlanText(plan)).toContain(window.headline);
  expect(window.servers.map(({ server }) => server)).toEqual(plan.summary.restarts.map(({ server }) => server));
  for (const { step, latest: begins } of window.servers) {
    const before = plan.steps.slice(
      0,
      plan.steps.findIndex(({ id }) => id === step),
    );
    const since = before.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0);
    expect((Date.parse(begins) - Date.parse(latest)) / 1000).toBe(since);
  }
  expect(packetOf(plain).window.headline).toBe('The inventory declares no change window.');
});
