// One run that is killed again and again: each process dies at the first point that no process before it came to, in the
// apply and then in the rollback. In the end the hosts are as after an uninterrupted run, and as before it.
import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openRollout, REDUCED_ROLLOUT, withoutBackups, type Begun } from '../helpers/crash.ts';
import { differences, killChain, reference } from '../helpers/crash-point.ts';

const LOG = process.env['CRASH_LOG'];
const EVERY = process.env['CRASH_POINTS'] === 'all' ? 1 : 60;

const told = (what: string, begun: Begun) => async (count: number) => {
  if (LOG !== undefined) appendFileSync(LOG, `${what} ${count}: ${(await begun.points()).at(-1) ?? ''}\n`);
};

test(
  'killed at every point, one process after another, a run ends with the same hosts, and so does its rollback',
  { timeout: 6 * 3_600_000 },
  async () => {
    const rollout = await openRollout(REDUCED_ROLLOUT);
    const { outcome } = await reference(rollout);
    await using begun = await rollout.begin(true);
    const before = (await begun.outcome()).files;
    const apply = await killChain((at) => begun.apply(at), EVERY, told('apply', begun));
    expect(apply.last).toMatchObject({ exitCode: 0 });
    const { files, starts, mostDown } = await begun.outcome();
    expect(differences(files, outcome.files)).toEqual([]);
    expect({ starts, mostDown }).toEqual({ starts: outcome.starts, mostDown: outcome.mostDown });

    const back = await killChain((at) => begun.takeBack(at), EVERY, told('rollback', begun));
    expect(back.last).toMatchObject({ exitCode: 0 });
    const after = await begun.outcome();
    expect(differences(withoutBackups(after.files), before)).toEqual([]);
    expect(after.mostDown).toBe(1);
    process.stdout.write(
      `crash chain: killed at ${apply.killed} points of the apply, ${back.killed} of the rollback, 0 failures\n`,
    );
  },
);
