// Killed anywhere, the same command ends the same way. `npm run test:crash` tries every point, CI every n-th and all around
// one restart.
import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openRollout, REDUCED_ROLLOUT } from '../helpers/crash.ts';
import { reference, spread, tryPoint, type Tried } from '../helpers/crash-point.ts';

const ALL = process.env['CRASH_POINTS'] === 'all';
/** a file that gets one line for every point as soon as it was tried */
const LOG = process.env['CRASH_LOG'];
const MINUTES = Number(process.env['CRASH_MINUTES'] ?? (ALL ? 600 : 2));

test(
  'killed at any journal line, command or call, the same apply ends with the same hosts, each server started once',
  { timeout: (MINUTES + 5) * 60_000 },
  async () => {
    const until = performance.now() + MINUTES * 60_000;
    const rollout = await openRollout(REDUCED_ROLLOUT);
    const { outcome, points } = await reference(rollout);
    expect(outcome.starts).toMatchObject({ nodeagent: 1, STProxyServer: 1, was_stpProxy: 1, dmgr: 0 });
    expect(outcome.mostDown).toBe(1);
    const tried: Tried[] = [];
    const numbers = spread(points);
    for (const number of numbers) {
      if (performance.now() > until) break;
      const one = await tryPoint(rollout, number, outcome);
      if (one === undefined) continue;
      tried.push(one);
      if (LOG !== undefined)
        appendFileSync(LOG, `${tried.length}/${numbers.length} ${one.name}: ${one.problems.join('; ') || 'ok'}\n`);
    }
    const failed = tried.filter(({ problems }) => problems.length > 0);
    process.stdout.write(`crash points: ${tried.length} of ${numbers.length} tried, ${failed.length} failures\n`);
    expect(failed).toEqual([]);
    expect(tried.length).toBeGreaterThan(0);
  },
);
