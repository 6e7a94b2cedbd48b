// How far each step can be foreseen: by rule, from its operation and from the checks that the facts gave it.
import { expect, test } from 'vitest';
import { operationNamed } from '../../src/operations/index.ts';
import { makePlan } from '../../src/plan/make.ts';
import { predictionOf } from '../../src/plan/prediction.ts';
import { planInput, shippedPlaybook } from '../helpers/plan-input.ts';
import { sametimeCell } from '../helpers/topology-cell.ts';

const plans = (['rolling', 'stop-all'] as const).map((strategy) =>
  makePlan(planInput(sametimeCell(), shippedPlaybook(strategy))),
);
const started = { kind: 'started', cell: 'c', owner: 'n', server: 's' } as const;
const client = {
  kind: 'client-link',
  name: 'client browser',
  client: 'browser',
  address: 'h',
  port: 1,
  offers: ['TLSv1.2'],
  deadlineMs: 1,
} as const;

test('settings are computed, processes assumed, and what recording does is unknowable', () => {
  for (const { steps } of plans) {
    const words = Map.groupBy(steps, ({ operation }) => operation);
    for (const [operation, of] of words) {
      const wanted =
        operation === 'recording-row'
          ? 'unknowable'
          : operationNamed(operation).isFollowUp === true
            ? 'assumed'
            : 'computed';
      expect(new Set(of.map(({ prediction }) => prediction)), operation).toEqual(new Set([wanted]));
    }
    for (const { predictionBecause } of steps) expect(predictionBecause).toMatch(/^[a-z].*[^.]$/);
  }
});

test('a restart whose check is what the inventory declares says whose declaration it is', () => {
  const restart = plans[0]?.steps.find(
    ({ operation, target }) =>
      operation === 'server-restart' && target.kind === 'server' && target.server === 'was_stpProxy',
  );
  expect(restart?.predictionBecause).toMatch(/what .*browser.* can do is declared by the inventory$/);
});

test('a check that the inventory declares makes a computed result assumed, never the other way', () => {
  expect(predictionOf(undefined, [], []).certainty).toBe('computed');
  expect(predictionOf(undefined, [], [client]).certainty).toBe('assumed');
  const hidden = { certainty: 'unknowable', because: 'nobody sees it' } as const;
  expect(predictionOf(hidden, [started], [client])).toEqual(hidden);
});

test('a process that starts anew and that no check asks anything is unknowable', () => {
  const own = { certainty: 'assumed', because: 'it starts anew' } as const;
  const lives = { kind: 'process', name: 'p', host: 'h', pidFile: '/p', sameForMs: 1, deadlineMs: 1 } as const;
  expect(predictionOf(own, [started], [lives]).certainty).toBe('unknowable');
  expect(predictionOf(own, [started], [lives, client]).certainty).toBe('assumed');
  expect(predictionOf(own, [], [lives]).certainty).toBe('assumed');
  const listens = { ...client, kind: 'mode', is: 'strict' } as const;
  expect(predictionOf(undefined, [started], [listens]).certainty).toBe('assumed');
});
