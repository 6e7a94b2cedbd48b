// One run whose link is damaged again and again: each attempt at the first command at which no attempt before met that fault.
// `npm run test:crash` takes every command with every fault that ends an attempt, CI every 40th.
import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { differences } from '../helpers/crash-point.ts';
import { goOn, isAllowed, openNetwork, type FaultName } from '../helpers/link-faults.ts';

const EVERY = process.env['CRASH_POINTS'] === 'all' ? 1 : 40;
/** a file that gets one line for every fault as soon as it is met */
const LOG = process.env['CRASH_LOG'];
const ENDING: readonly FaultName[] = ['cut', 'stall', 'reset'];

test(
  'one run whose link is damaged at every command, attempt after attempt, ends with the same hosts',
  { timeout: 10 * 3_600_000 },
  async () => {
    await using network = await openNetwork();
    await using first = await network.rollout.begin(true);
    expect(await goOn(first, () => undefined)).toBe('done');
    const wanted = await first.outcome();
    await first[Symbol.asyncDispose]();

    await using begun = await network.rollout.begin(true);
    const met = new Set<string>();
    const ends = new Map<string, number>();
    for (let isDamaged = true; isDamaged;) {
      isDamaged = false;
      const passed = new Map<string, number>();
      const ended = await goOn(begun, (_count, what) => {
        const number = (passed.get(what) ?? 0) + 1;
        passed.set(what, number);
        const fault = ENDING.find((name) => !isDamaged && !met.has(`${name} ${what} ${number}`));
        if (fault === undefined) return;
        met.add(`${fault} ${what} ${number}`);
        if (met.size % EVERY !== 0) return;
        isDamaged = true;
        network.damage(fault, met.size % 7);
        const line = `${new Date().toISOString()} chain ${met.size} ${fault} at ${what} ${number}`;
        if (LOG !== undefined) appendFileSync(LOG, `${line}\n`);
      });
      network.heal();
      expect(isAllowed(ended), ended).toBe(true);
      ends.set(ended, (ends.get(ended) ?? 0) + 1);
    }
    const { files, starts, mostDown } = await begun.outcome();
    expect(differences(files, wanted.files)).toEqual([]);
    expect({ starts, mostDown }).toEqual({ starts: wanted.starts, mostDown: wanted.mostDown });
    process.stdout.write(
      `link chain: ${met.size} faults met, every ${EVERY}. injected; ended ${JSON.stringify([...ends])}\n`,
    );
    expect(ends.get('done') ?? 0).toBeGreaterThan(0);
    expect([...ends.values()].reduce((sum, count) => sum + count)).toBeGreaterThan(5);
  },
);
