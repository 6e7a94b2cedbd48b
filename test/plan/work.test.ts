// What a step costs does not grow with the deployment: work is counted, not timed. test/bench/plan.bench.ts has the seconds.
import { expect, test } from 'vitest';
import { startProof, takeStep, tryStep } from '../../src/plan/fold.ts';
import { prepare, type PlanInput } from '../../src/plan/input.ts';
import { makePlan } from '../../src/plan/make.ts';
import { arrangeRolling } from '../../src/plan/rolling.ts';
import type { Plan } from '../../src/plan/types.ts';
import { operationNamed } from '../../src/operations/index.ts';
import { canonicalJson } from '../../src/core/json.ts';
import { bigCell } from '../helpers/big-cell.ts';

const [SMALL, LARGE] = [3, 6];
const small = bigCell(SMALL);
const large = bigCell(LARGE);
const plans = { small: makePlan(small), large: makePlan(large) };

/** Evaluated links of each step, by kind of step; the deployment manager's own steps reach every node. */
function workOf(input: PlanInput, { steps }: Plan): ReadonlyMap<string, number> {
  const proof = startProof(prepare(input).start);
  const work = new Map<string, number>();
  for (const step of steps) {
    const before = proof.evaluated;
    takeStep(proof, step.id, tryStep(proof, operationNamed(step.operation).effect(step.params, step.before)));
    const kind = `${step.operation} ${step.target.kind}`;
    work.set(kind, Math.max(work.get(kind) ?? 0, proof.evaluated - before));
  }
  return work;
}

const [few, many] = [workOf(small, plans.small), workOf(large, plans.large)];

test('steps for a node, a server or a profile look at as many links in a large deployment as in a small one', () => {
  expect([...many.keys()]).toEqual([...few.keys()]);
  const isLocal = ([kind]: readonly [string, number]): boolean => !kind.endsWith(' cell');
  expect([...many].filter(isLocal)).toEqual([...few].filter(isLocal));
  expect(many.get('server-restart server')).toBeGreaterThan(0);
});

test('a restart of the deployment manager looks at the links that end or begin there: a few for each node', () => {
  const kind = 'deployment-manager-restart cell';
  const perNode = ((many.get(kind) ?? 0) - (few.get(kind) ?? 0)) / (LARGE - SMALL);
  // Stopped and started, each time the tools, the agent's two connections, and the way back.
  expect(perNode).toBe(2 * 4);
});

test('ordering costs no more than one try of each step while the given order is good', () => {
  const draft = arrangeRolling(prepare(large));
  const total = plans.large.steps.length;
  const proof = startProof(prepare(large).start);
  for (const { id, operation, params, before } of plans.large.steps)
    takeStep(proof, id, tryStep(proof, operationNamed(operation).effect(params, before)));
  expect(draft.steps).toHaveLength(total);
  expect(draft.proof.evaluated).toBe(proof.evaluated);
  expect(draft.proof.evaluated).toBeLessThan(total * draft.proof.links.length * 0.1);
});

test('a task that waits is not tried again before something it depends on has changed', () => {
  // In the last phase every server that desktop clients use locks them out, so none of these restarts has a safe place.
  const lockedOut = (nodes: number) => {
    const input = bigCell(nodes);
    const clients = input.inventory.clients.map((client) =>
      client.name === 'desktop' ? { ...client, offers: ['TLSv1.1' as const, 'TLSv1' as const] } : client,
    );
    return arrangeRolling(prepare({ ...input, inventory: { ...input.inventory, clients } })).proof;
  };
  const [one, two] = [lockedOut(SMALL), lockedOut(LARGE)];
  expect(one.counterexamples).toHaveLength(SMALL * 3);
  expect(two.evaluated).toBeLessThan(one.evaluated * 2 * 1.1);
});

test('the states of a plan grow with what differs, not with steps x links', () => {
  const bytes = ({ states, steps }: Plan): number => canonicalJson(states.slice(1)).length / steps.length;
  expect(bytes(plans.large)).toBeLessThan(bytes(plans.small) * 1.2);
});
