import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapBounded } from '../../src/core/bounded.ts';

test('results come in the order of the items, whoever answers first, and never more than allowed are at work', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(4), { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), async (turns, atOnce) => {
      let [open, peak] = [0, 0];
      const results = await mapBounded(
        turns,
        async (count, index) => {
          open += 1;
          peak = Math.max(peak, open);
          for (let turn = 0; turn <= count; turn += 1) await nextTurn();
          open -= 1;
          return index;
        },
        atOnce,
      );
      expect(results).toEqual(turns.map((_, index) => index));
      expect(peak).toBe(Math.min(atOnce, turns.length));
    }),
    { numRuns: 40 },
  );
});

test('after a failure no further item is begun, those begun are waited for, and the first in order is thrown', async () => {
  const [begun, ended]: [number[], number[]] = [[], []];
  const work = mapBounded(
    [0, 1, 2, 3, 4, 5],
    async (item) => {
      begun.push(item);
      if (item === 1) throw new Error('one');
      await nextTurn();
      ended.push(item);
      if (item === 0) throw new Error('none');
    },
    3,
  );
  await expect(work).rejects.toThrow('none');
  expect(begun).toEqual([0, 1, 2]);
  expect(ended).toEqual([0, 2]);
});
