// The ports of a probe, and the bound on how many are asked at once.
import { expect, test } from 'vitest';
import { eachBounded, readTargets } from '../../src/cli/probe-targets.ts';

test('a port that is named twice is probed once, in the order of the first time', async () => {
  const targets = await readTargets(['b.example:2', '[::1]:9443', 'a.example:1', 'b.example:2'], undefined);
  expect(targets).toEqual([
    { host: 'b.example', port: 2 },
    { host: '::1', port: 9443 },
    { host: 'a.example', port: 1 },
  ]);
});

test.each(['x', 'x:0', 'x:65536', ':1', 'a b:1', '::1:443'])('%s is no port', async (text) => {
  await expect(readTargets([text], undefined)).rejects.toMatchObject({ code: 'USAGE' });
});

test('never more than the bound are under way, all are done, and the results keep the order', async () => {
  const items = Array.from({ length: 20 }, (_, index) => index);
  let [underWay, most] = [0, 0];
  const results = await eachBounded(items, 3, async (item) => {
    underWay += 1;
    most = Math.max(most, underWay);
    // Later items end sooner.
    for (let turn = 0; turn < 20 - item; turn += 1) await Promise.resolve();
    underWay -= 1;
    return item * 2;
  });
  expect(results).toEqual(items.map((item) => item * 2));
  expect(most).toBe(3);
});

test('an error of one ends the whole', async () => {
  const failing = eachBounded([1, 2], 2, async (item) => {
    if (item === 2) throw new RangeError('two');
    return item;
  });
  await expect(failing).rejects.toThrow('two');
});
