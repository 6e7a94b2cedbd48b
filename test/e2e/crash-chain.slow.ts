// One run that is killed again and again: each process dies at the first point that no process before it came to, in the
// apply and then in the rollback. In the end the hosts are as after an uninterrupted run, and as before it. CI takes some
// points of a reduced rollout; `npm run test:crash` all of them, and of the main job; CRASH_EVERY=n every n-th,
// CRASH_EVERY_BACK=n that of the rollback.
import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fullRollout, openRollout, REDUCED_ROLLOUT, type Begun } from '../helpers/crash.ts';
import { withoutBackups } from '../helpers/crash-outcome.ts';
import { differences, killChain, reference } from '../helpers/crash-point.ts';

const ALL = process.env['CRASH_POINTS'] === 'all';
const LOG = process.env['CRASH_LOG'];
const EVERY = Number(process.env['CRASH_EVERY'] ?? (ALL ? 1 : 60));
/** A way back has a third of the points that are new to the chain. */
const EVERY_BACK = Number(process.env['CRASH_EVERY_BACK'] ?? Math.ceil(EVERY / 3));
const ROLLOUTS = { 'a reduced rollout': () => REDUCED_ROLLOUT, ...(ALL ? { 'the main job': fullRollout } : {}) };

const told = (what: string, begun: Begun) => async (count: number) => {
  if (LOG !== undefined) appendFileSync(LOG, `${what} ${count}: ${(await begun.points()).at(-1) ?? ''}\n`);
};

test.for(Object.entries(ROLLOUTS))(
  'killed at one point after the other, %s ends with the same hosts, and so does its rollback',
  { timeout: 24 * 3_600_000 },
  async ([name, options]) => {
    const rollout = await openRollout(await options());
    const { outcome } = await reference(rollout);
    await using begun = await rollout.begin(true);
    const before = (await begun.outcome()).files;
    const apply = await killChain((at) => begun.apply(at), EVERY, told('apply', begun));
    expect(apply.last).toMatchObject({ exitCode: 0 });
    const { files, starts, mostDown } = await begun.outcome();
    expect(differences(files, outcome.files)).toEqual([]);
    expect({ starts, mostDown }).toEqual({ starts: outcome.starts, mostDown: outcome.mostDown });

    const back = await killChain((at) => begun.takeBack(at), EVERY_BACK, told('rollback', begun));
    expect(back.last).toMatchObject({ exitCode: 0 });
    const after = await begun.outcome();
    expect(differences(withoutBackups(after.files), before)).toEqual([]);
    expect(after.mostDown).toBe(1);
    process.stdout.write(
      `crash chain, ${name}: killed at ${apply.killed} points of the apply and ${back.killed} of the rollback, 0 failures\n`,
    );
    // A chain that is never cut shows nothing.
    expect(Math.min(apply.killed, back.killed)).toBeGreaterThan(ALL ? 100 / EVERY : 3);
  },
);
