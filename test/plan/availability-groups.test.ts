import fc from 'fast-check';
import { expect, test } from 'vitest';
import { operationNamed } from '../../src/operations/index.ts';
import { availabilityGroups, type AvailabilityGroup } from '../../src/plan/availability-groups.ts';
import { expandStates } from '../../src/plan/expand-states.ts';
import { startProof, takeStep, tryStep } from '../../src/plan/fold.ts';
import { prepare } from '../../src/plan/input.ts';
import { makePlan } from '../../src/plan/make.ts';
import type { Plan, Step } from '../../src/plan/types.ts';
import type { LinkOutcome } from '../../src/topology/types.ts';
import { planOf, stepOf } from '../helpers/memory-run.ts';
import { severalCells } from '../helpers/several-cells.ts';

const place = { file: 'inventory.yaml', line: 1, column: 1 };
const NAMES = ['cellA', 'cellB', 'cellC'];
const input = severalCells(NAMES);
const plan = makePlan(input);
const namesOf = (of: Pick<Plan, 'steps' | 'states'>): readonly string[] =>
  availabilityGroups(of).map(({ name }) => name);

test('cells that no link joins are groups of their own, and every step is in exactly one', () => {
  const groups = availabilityGroups(plan);
  expect(groups.map(({ name }) => name)).toEqual(NAMES);
  expect(groups.flatMap(({ steps }) => steps.map(({ id }) => id)).toSorted()).toEqual(plan.steps.map(({ id }) => id));
});

test('a client of two cells joins them', () => {
  const connects = ['cellA', 'cellC'].map((cell) => ({
    cell,
    node: 'node001',
    server: 'node001Server1',
    endpoint: 'WC_defaulthost_secure',
    place,
  }));
  const everybody = {
    name: 'everybody',
    offers: ['TLSv1.2'] as const,
    trustFile: undefined,
    required: false,
    connects,
  };
  expect(namesOf(makePlan(severalCells(NAMES, [everybody])))).toEqual(['cellA + cellC', 'cellB']);
});

const inCell = (step: Step, cell: string, host: string): Step => ({ ...step, host, target: { kind: 'cell', cell } });

test('a host that two cells share joins them, also when it is only looked at', () => {
  const steps = [inCell(stepOf(1, 'a', null, '1'), 'c1', 'h1'), inCell(stepOf(2, 'b', null, '1'), 'c2', 'h2')];
  expect(namesOf(planOf(steps))).toEqual(['c1', 'c2']);
  expect(namesOf(planOf([steps[0] ?? never(), inCell(stepOf(2, 'b', null, '1'), 'c2', 'h1')]))).toEqual(['c1 + c2']);
  const check = { kind: 'log' as const, name: 'log', host: 'h1', path: '/log', forbidden: [] };
  const looking = { ...inCell(stepOf(2, 'b', null, '1'), 'c2', 'h2'), healthChecks: [check] };
  expect(namesOf(planOf([steps[0] ?? never(), looking]))).toEqual(['c1 + c2']);
});

test('a database joins the cells whose servers read its row', () => {
  const row: Step = {
    ...stepOf(1, 'row', null, '1'),
    host: 'db',
    target: { kind: 'database', database: 'STMS', host: 'db' },
    params: { readBy: [{ cell: 'c2', node: 'n', server: 's' }] },
  };
  const steps = [row, inCell(stepOf(2, 'a', null, '1'), 'c1', 'h1'), inCell(stepOf(3, 'b', null, '1'), 'c2', 'h2')];
  expect(namesOf(planOf(steps))).toEqual(['c2 + database STMS', 'c1']);
});

test('tool profiles that call nothing are a group each, and one that calls two cells joins them', () => {
  const step = (number: number, host: string, calls: readonly string[] = []): Step => ({
    ...stepOf(number, host, null, '1'),
    host,
    target: { kind: 'tool-profile', toolProfile: host, host, path: '/opt', calls },
  });
  const cells = [inCell(stepOf(1, 'a', null, '1'), 'c1', 'h1'), inCell(stepOf(2, 'b', null, '1'), 'c2', 'h2')];
  expect(namesOf(planOf([...cells, step(3, 'adm', ['c1', 'c2'])]))).toEqual(['c1 + c2 + host adm']);
  expect(
    availabilityGroups(planOf([step(1, 'h1'), step(2, 'h2'), step(3, 'h1')])).map(({ steps }) => steps.length),
  ).toEqual([2, 1]);
});

/** Any order between the groups, as far as phases stand one after the other. */
function interleaved(groups: readonly AvailabilityGroup[], choices: readonly number[]): readonly Step[] {
  const order: Step[] = [];
  let count = 0;
  for (const phase of new Set(plan.steps.map((step) => step.phase))) {
    let waiting = groups.map(({ steps }) => steps.filter((step) => step.phase === phase));
    while (waiting.some((own) => own.length > 0)) {
      waiting = waiting.filter((own) => own.length > 0);
      const chosen = (choices[count % choices.length] ?? 0) % waiting.length;
      count += 1;
      const [step, ...rest] = waiting[chosen] ?? [];
      if (step !== undefined) order.push(step);
      waiting = waiting.map((own, index) => (index === chosen ? rest : own));
    }
  }
  return order;
}

const cellOf = (step: Step): string => ('cell' in step.target ? step.target.cell : '');
const linksOf = (cell: string, links: readonly LinkOutcome[]): readonly LinkOutcome[] =>
  links.filter(({ id }) => id.includes(`${cell}/`));

test('the plan has something to interleave, and is safe', () => {
  expect(plan.proof.safe).toBe(true);
  expect(plan.steps.length).toBeGreaterThan(60);
});

test('in every interleaving no required link breaks, and each link is after each step of its group what was proved', () => {
  const groups = availabilityGroups(plan);
  const proved = new Map(expandStates(plan).map(({ after, links }) => [after, links]));
  fc.assert(
    fc.property(fc.array(fc.nat(2), { minLength: 30, maxLength: 90 }), (choices) => {
      const proof = startProof(prepare(input).start);
      for (const step of interleaved(groups, choices)) {
        const trial = tryStep(proof, operationNamed(step.operation).effect(step.params, step.before));
        expect(trial.broken).toEqual([]);
        takeStep(proof, step.id, trial);
        expect(linksOf(cellOf(step), proof.links)).toEqual(linksOf(cellOf(step), proved.get(step.id) ?? []));
      }
    }),
    { numRuns: 15 },
  );
});

const never = (): never => {
  throw new Error('no such step');
};
