// The network between this machine and its hosts fails while a run goes on: at any command the outcome is unknown, or the run
// ends well, and the same apply finishes. Nothing that was sent before is executed later. `npm run test:crash` tries every
// command with every fault, CI some.
import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Outcome } from '../helpers/crash-outcome.ts';
import { problemsAfter, spread } from '../helpers/crash-point.ts';
import type { Begun } from '../helpers/crash.ts';
import { goOn, isAllowed, openNetwork, type FaultName, type Network } from '../helpers/link-faults.ts';

const ALL = process.env['CRASH_POINTS'] === 'all';
/** every n-th command only */
const EVERY = Number(process.env['CRASH_EVERY'] ?? 1);
const COUNT = ALL ? Number.POSITIVE_INFINITY : 2;
/** a file that gets one line for every point as soon as it was tried */
const LOG = process.env['CRASH_LOG'];

type Ground = { readonly network: Network; readonly wanted: Outcome; readonly commands: number };

/** @returns what an undamaged run leaves, and how many commands it has */
async function tryUndamaged(network: Network): Promise<Ground> {
  await using begun = await network.rollout.begin(true);
  let commands = 0;
  expect(await goOn(begun, (count) => void (commands = count))).toBe('done');
  return { network, wanted: await begun.outcome(), commands };
}

async function tryFault({ network, wanted }: Ground, at: number, fault: FaultName) {
  await using begun = await network.rollout.begin(true);
  const ended = await goOn(begun, (count) => {
    if (count === at) network.damage(fault, at % 7);
  });
  network.heal();
  const problems = [
    ...(isAllowed(ended) && (fault !== 'slow' || ended === 'done') ? [] : [`ended with ${ended}`]),
    // What a run that ended well left is compared before anything else is executed.
    ...(ended === 'done' ? await compared(begun, wanted) : []),
    ...(await problemsAfter(begun, wanted)),
  ];
  return { name: `${fault} at command ${at}: ${ended}`, problems };
}

/** The release of a lock that does not arrive is made good by the next start of the run. */
const isOfLock = (file: string): boolean => /\/\.strictstep\/(lock\/|begun\.)/.test(file);

const compared = async (begun: Begun, wanted: Outcome): Promise<readonly string[]> =>
  [...(await begun.outcome()).files].every(([name, digest]) => isOfLock(name) || wanted.files.get(name) === digest)
    ? []
    : ['it ended well with other files'];

// Each has a lab of its own, and waits for processes more than half of the time.
test.concurrent.for([
  ['cut', 0],
  ['stall', 2],
  ['reset', 4],
  ['slow', 6],
] as const)(
  '%s, the link lets no success be claimed that is none, at whichever command, and the same apply finishes',
  { timeout: 10 * 3_600_000 },
  async ([fault, first]) => {
    await using network = await openNetwork();
    const ground = await tryUndamaged(network);
    const order = spread(Array.from({ length: ground.commands }, (_, index) => `command ${index}`));
    // Each fault begins at other commands.
    const points = [...order.slice(first), ...order.slice(0, first)].filter((at) => at % EVERY === 0).slice(0, COUNT);
    const tried = [];
    for (const at of points) {
      const one = await tryFault(ground, at, fault);
      tried.push(one);
      const line = `${new Date().toISOString()} ${tried.length}/${points.length} ${one.name}`;
      if (LOG !== undefined) appendFileSync(LOG, `${line}: ${one.problems.join('; ') || 'ok'}\n`);
    }
    const failed = tried.filter(({ problems }) => problems.length > 0);
    process.stdout.write(
      `link faults, ${fault}: ${tried.length} of ${ground.commands} commands tried, ${failed.length} failures\n`,
    );
    expect(failed).toEqual([]);
    expect(tried.length).toBeGreaterThan(1);
  },
);
