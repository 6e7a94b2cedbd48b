// The network between this machine and a host fails while a run goes on: at any command the outcome is unknown, or the run
// ends well, and the same apply finishes. Nothing that was sent before is executed later. `npm run test:crash` tries every
// command with every fault, CI some.
import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { openRollout, REDUCED_ROLLOUT } from '../helpers/crash.ts';
import type { Begun, Rollout } from '../helpers/crash.ts';
import type { Outcome } from '../helpers/crash-outcome.ts';
import { differences, problemsAfter, spread } from '../helpers/crash-point.ts';
import { openFaultProxy, type FaultProxy } from '../helpers/fault-proxy.ts';

const COUNT = process.env['CRASH_POINTS'] === 'all' ? Number.POSITIVE_INFINITY : 8;
const LOG = process.env['CRASH_LOG'];
const FAULTS = {
  cut: (proxy) => proxy.cut(),
  reset: (proxy) => proxy.reset(),
  stall: (proxy) => proxy.stall(),
  slow: (proxy) => proxy.slow(20),
} as const satisfies Readonly<Record<string, (proxy: FaultProxy) => void>>;
type FaultName = keyof typeof FAULTS;
const NAMES: readonly FaultName[] = ['cut', 'stall', 'reset', 'slow'];
/** after which an attempt comes to its end */
const ENDING: readonly FaultName[] = ['cut', 'stall', 'reset'];
const EVERY = COUNT === Number.POSITIVE_INFINITY ? 1 : 40;

type Network = { readonly rollout: Rollout; readonly proxies: Map<string, FaultProxy> };

/** Every host is reached through a proxy, which is a new one for every beginning. */
async function openNetwork(stack: AsyncDisposableStack): Promise<Network> {
  const proxies = new Map<string, FaultProxy>();
  const sshPort = async (host: string, port: number): Promise<number> => {
    const proxy = stack.use(await openFaultProxy(port));
    proxies.set(host, proxy);
    return proxy.port;
  };
  return { rollout: await openRollout({ ...REDUCED_ROLLOUT, sshPort }), proxies };
}

async function goOn(begun: Begun, onCommand: (count: number, what: string) => void): Promise<string> {
  try {
    return (await begun.goOn({ onCommand })).status;
  } catch (error) {
    if (error instanceof OperatorError) return error.code;
    throw error;
  }
}

const damage = (proxies: ReadonlyMap<string, FaultProxy>, fault: FaultName, afterMs: number): void => {
  setTimeout(() => ['stp', 'dm'].forEach((host) => FAULTS[fault](proxies.get(host) as FaultProxy)), afterMs);
};

const isAllowed = (ended: string): boolean =>
  ['done', 'OUTCOME_UNKNOWN', 'COMMAND_TIMEOUT', 'HOST_UNREACHABLE', 'INCONCLUSIVE'].includes(ended);

async function tryFault({ rollout, proxies }: Network, at: number, fault: FaultName, wanted: Outcome) {
  await using begun = await rollout.begin(true);
  const ended = await goOn(begun, (count) => {
    // After the bytes of the command are on their way.
    if (count === at) damage(proxies, fault, at % 7);
  });
  for (const proxy of proxies.values()) proxy.heal();
  const problems = [
    ...(isAllowed(ended) && (fault !== 'slow' || ended === 'done') ? [] : [`ended with ${ended}`]),
    // What a run that ended well left is compared before anything else is executed.
    ...(ended === 'done' ? await compared(begun, wanted) : []),
    ...(await problemsAfter(begun, wanted)),
  ];
  return { name: `${fault} at command ${at}: ${ended}`, problems };
}

const compared = async (begun: Begun, wanted: Outcome): Promise<readonly string[]> =>
  [...(await begun.outcome()).files].every(([name, digest]) => wanted.files.get(name) === digest)
    ? []
    : ['it ended well with other files'];

test(
  'whatever the link does at whichever command, no success is claimed that is none, and the same apply finishes',
  { timeout: 10 * 3_600_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    const network = await openNetwork(stack);
    let commands = 0;
    let wanted: Outcome;
    {
      await using begun = await network.rollout.begin(true);
      expect(await goOn(begun, (count) => void (commands = count))).toBe('done');
      wanted = await begun.outcome();
    }
    const order = spread(Array.from({ length: commands }, (_, index) => `command ${index}`));
    const cases = NAMES.flatMap((_, turn) =>
      order.map((at, index) => ({ at, fault: NAMES[(index + turn) % NAMES.length] ?? 'cut' })),
    );
    const tried = [];
    for (const { at, fault } of cases) {
      if (tried.length === COUNT) break;
      const one = await tryFault(network, at, fault, wanted);
      tried.push(one);
      if (LOG !== undefined)
        appendFileSync(LOG, `${tried.length}/${cases.length} ${one.name}: ${one.problems.join('; ') || 'ok'}\n`);
    }
    const failed = tried.filter(({ problems }) => problems.length > 0);
    process.stdout.write(`link faults: ${tried.length} of ${cases.length} tried, ${failed.length} failures\n`);
    expect(failed).toEqual([]);
    expect(tried.length).toBeGreaterThan(7);
  },
);

test(
  'one run whose link is damaged at every command, attempt after attempt, ends with the same hosts',
  { timeout: 10 * 3_600_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    const { rollout, proxies } = await openNetwork(stack);
    let wanted: Outcome;
    {
      await using begun = await rollout.begin(true);
      expect(await goOn(begun, () => undefined)).toBe('done');
      wanted = await begun.outcome();
    }
    await using begun = await rollout.begin(true);
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
        damage(proxies, fault, met.size % 7);
        if (LOG !== undefined) appendFileSync(LOG, `chain ${met.size} ${fault} at ${what} ${number}\n`);
      });
      for (const proxy of proxies.values()) proxy.heal();
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
