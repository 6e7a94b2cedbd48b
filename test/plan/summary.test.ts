import { expect, test } from 'vitest';
import { summaryOf } from '../../src/plan/summary.ts';
import type { Step } from '../../src/plan/types.ts';
import { stepOf } from '../helpers/memory-run.ts';

const restart = (number: number, cell: string): Step => ({
  ...stepOf(number, 'x', null, '1'),
  operation: 'server-restart',
  target: { kind: 'server', cell, node: 'n1', server: 'as1' },
  userImpactSeconds: 150,
});

test('servers of the same name in two cells are two servers, each called with its cell', () => {
  expect(summaryOf([restart(1, 'c1'), restart(2, 'c2'), restart(3, 'c2')]).restarts).toEqual([
    { component: 'c1/n1/as1', server: 'c1/n1/as1', times: 1, outageSeconds: 150 },
    { component: 'c2/n1/as1', server: 'c2/n1/as1', times: 2, outageSeconds: 300 },
  ]);
});

test('in one cell the name of the cell is left out', () => {
  expect(summaryOf([restart(1, 'c1')]).restarts).toEqual([
    { component: 'c1/n1/as1', server: 'n1/as1', times: 1, outageSeconds: 150 },
  ]);
});
