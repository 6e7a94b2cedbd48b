// What a step costs does not grow with the deployment: work is counted, not timed. test/bench/plan.bench.ts has the seconds.
import { expect, test } from 'vitest';
import { startProof, takeStep, tryStep } from '../../src/plan/fold.ts';
import { prepare } from '../../src/plan/input.ts';
import { makePlan } from '../../src/plan/make.ts';
import { arrangeRolling } from '../../src/plan/rolling.ts';
import type { Step } from '../../src/plan/types.ts';
import { operationNamed } from '../../src/operations/index.ts';
import { canonicalJson } from '../../src/core/json.ts';
import { bigCell } from '../helpers/big-cell.ts';

const small = bigCell(4);
const large = bigCell(12);

/** Evaluated links of each step, by kind of step; the deployment manager's own steps reach every node. */
function workOf(input: typeof small): ReadonlyMap<string, number> {
  const { steps } = makePlan(input);
  const proof = startProof(prepare(input).start);
  const work = new Map<string, number>();
  for (const step of steps) {
    const before = proof.evaluated;
    takeStep(proof, step.id, tryStep(proof, operationNamed(step.operation).effect(step.params, step.before)));
    work.set(kindOf(step), Math.max(work.get(kindOf(step)) ?? 0, proof.evaluated - before));
  }
  return work;
}

const kindOf = ({ operation, target }: Step): string => `${operation} ${target.kind}`;

test('steps for a node, a server or a profile look at as many links in a large deployment as in a small one', () => {
  const [few, many] = [workOf(small), workOf(large)];
  expect([...many.keys()]).toEqual([...few.keys()]);
  const local = [...many].filter(([kind]) => !kind.endsWith(' cell'));
  expect(local).toEqual([...few].filter(([kind]) => !kind.endsWith(' cell')));
  expect(local.find(([kind]) => kind === 'server-restart server')?.[1]).toBeGreaterThan(0);
});

test('steps of the deployment manager look at the links that end or begin there, so at a few for each node', () => {
  const [few, many] = [workOf(small), workOf(large)];
  const perNode = (many.get('deployment-manager-restart cell') ?? 0) - (few.get('deployment-manager-restart cell') ?? 0);
  expect(perNode / (12 - 4)).toBe(8); // stopped and started: tools, agent, overlay, and the way back
});

test('ordering costs no more than one try of each step while the given order is good', () => {
  const draft = arrangeRolling(prepare(large));
  const links = draft.proof.links.length;
  const proof = startProof(prepare(large).start);
  for (const { id, operation, params, before } of draft.steps)
    takeStep(proof, id, tryStep(proof, operationNamed(operation).effect(params, before)));
  expect(draft.proof.evaluated).toBe(proof.evaluated);
  expect(draft.proof.evaluated).toBeLessThan(draft.steps.length * links * 0.1);
});

test('a task that waits is not tried again before something it depends on has changed', () => {
  // Every desktop client of every node is locked out, so every restart of the servers that they use breaks a link.
  const lockedOut = (nodes: number) => {
    const input = bigCell(nodes, 8, (text) => text.slice(0, text.indexOf('  - phase: narrow')));
    const clients = input.inventory.clients.map((client) =>
      client.name === 'desktop' ? { ...client, offers: ['TLSv1.3' as const] } : client,
    );
    return arrangeRolling(prepare({ ...input, inventory: { ...input.inventory, clients } })).proof;
  };
  const [four, eight] = [lockedOut(4), lockedOut(8)];
  expect(four.counterexamples).toHaveLength(4 * 3 * 2);
  expect(eight.evaluated).toBeLessThan(four.evaluated * 3);
});

test('the states of a plan grow with what differs, not with steps x links', () => {
  const bytes = (input: typeof small): number => {
    const { states, steps } = makePlan(input);
    return canonicalJson(states.slice(1)).length / steps.length;
  };
  expect(bytes(large)).toBeLessThan(bytes(small) * 1.5);
});
