// Killed anywhere, the same command ends the same way. `npm run test:crash` tries every point, CI some, spread over the run.
import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openRollout, REDUCED_ROLLOUT } from '../helpers/crash.ts';
import { reference, spread, tryPoint, type Tried } from '../helpers/crash-point.ts';

const COUNT = process.env['CRASH_POINTS'] === 'all' ? Number.POSITIVE_INFINITY : 6;
/** a file that gets one line for every point as soon as it was tried */
const LOG = process.env['CRASH_LOG'];

test(
  'killed at any journal line, command or call, the same apply ends with the same hosts, each server started once',
  { timeout: 10 * 3_600_000 },
  async () => {
    const rollout = await openRollout(REDUCED_ROLLOUT);
    const { outcome, points } = await reference(rollout);
    expect(outcome.starts).toMatchObject({ nodeagent: 1, STProxyServer: 1, was_stpProxy: 1, dmgr: 0 });
    expect(outcome.mostDown).toBe(1);
    // The points are found by how commands look on the way: when that changes, whole kinds of them could get lost unseen.
    const kinds = Object.groupBy(points, (name) => name.split(' ', 2).join(' '));
    expect((kinds['after command']?.length ?? 0) / (kinds['before command']?.length ?? 0)).toBeGreaterThan(0.8);
    for (const kind of ['inside line', 'sent call', 'under way']) expect(kinds[kind]?.length, kind).toBeGreaterThan(20);
    const tried: Tried[] = [];
    const numbers = spread(points);
    for (const number of numbers) {
      if (tried.length === COUNT) break;
      const one = await tryPoint(rollout, number, outcome);
      if (one === undefined) continue;
      tried.push(one);
      if (LOG !== undefined)
        appendFileSync(LOG, `${tried.length}/${numbers.length} ${one.name}: ${one.problems.join('; ') || 'ok'}\n`);
    }
    const failed = tried.filter(({ problems }) => problems.length > 0);
    process.stdout.write(`crash points: ${tried.length} of ${numbers.length} tried, ${failed.length} failures\n`);
    expect(failed).toEqual([]);
    expect(tried.length).toBeGreaterThan(5);
  },
);
