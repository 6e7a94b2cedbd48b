// One point of the crash test: the process is killed there, the same apply is executed again, and what is then on the hosts
// is compared with what an uninterrupted run left.
import { isEqualJson } from '../../src/core/json.ts';
import type { Begun, Ended, Rollout } from './crash.ts';
import type { Outcome } from './crash-outcome.ts';

/** What an uninterrupted run left, and the points it passed. */
export async function reference(
  rollout: Rollout,
): Promise<{ readonly outcome: Outcome; readonly points: readonly string[] }> {
  await using begun = await rollout.begin();
  const { exitCode, stderr } = await begun.apply();
  if (exitCode !== 0) throw new Error(`the uninterrupted run ended with ${exitCode}: ${stderr}`);
  return { outcome: await begun.outcome(), points: await begun.points() };
}

export type Tried = { readonly name: string; readonly problems: readonly string[] };

/** Every second point is tried with commands that outlive their session, as OpenSSH lets them.
 * @returns undefined when the run ended before it came to the point: reads in parallel are not always as many */
export async function tryPoint(rollout: Rollout, point: number, wanted: Outcome): Promise<Tried | undefined> {
  await using begun = await rollout.begin(point % 2 === 0);
  const { signal, exitCode, stderr } = await begun.apply(point);
  const name = `point ${point} (${(await begun.points()).at(-1) ?? ''})`;
  if (exitCode === 0) return undefined;
  if (signal !== 'SIGKILL') return { name, problems: [`ended with ${exitCode}: ${stderr}`] };
  return { name, problems: await problemsAfter(begun, wanted) };
}

/** Goes on, and says what is not as it should be. */
export async function problemsAfter(begun: Begun, wanted: Outcome): Promise<readonly string[]> {
  try {
    const { status } = await begun.goOn();
    const { files, starts, mostDown } = await begun.outcome();
    const last = (await begun.events()).at(-1)?.type;
    return [
      ...(status === 'done' ? [] : [`went on to ${status}`]),
      ...(last === 'run-finished' ? [] : [`the journal ends with ${last}`]),
      ...differences(files, wanted.files),
      ...(isEqualJson(starts, wanted.starts) ? [] : [`starts ${JSON.stringify(starts)}`]),
      ...(mostDown <= wanted.mostDown ? [] : [`${mostDown} servers down at once`]),
    ];
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

export const differences = (
  files: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): readonly string[] =>
  [...new Set([...files.keys(), ...wanted.keys()])]
    .filter((name) => files.get(name) !== wanted.get(name))
    .map((name) => `file ${name} ${files.has(name) ? (wanted.has(name) ? 'differs' : 'is left over') : 'is missing'}`);

/** Numbers of the points, so ordered that any beginning of the list is spread over the whole run. Points between which
 * nothing happens on any host or in the journal are the same point. */
export function spread(points: readonly string[]): readonly number[] {
  const distinct = points.flatMap((name, index) =>
    name.startsWith('before ') && points[index - 1]?.startsWith('after ') === true ? [] : [index + 1],
  );
  // Multiples of the golden section, as numbers of the list, never lie close together.
  const rest = [...distinct];
  const ordered: number[] = [];
  for (let at = 0; rest.length > 0; at = (at + 0.618_034) % 1)
    ordered.push(...rest.splice(Math.floor(at * rest.length), 1));
  return ordered;
}

/** The same command again and again, each time killed at the next point that none of its processes came to, until one comes
 * to its end, with whatever exit status. */
export async function killChain(
  run: (killAt: `unseen/${number}`) => Promise<Ended>,
  every: number,
  onKilled: (count: number) => Promise<void>,
): Promise<{ readonly killed: number; readonly last: Ended }> {
  for (let killed = 0; ; killed += 1) {
    const last = await run(`unseen/${every}`);
    if (last.signal !== 'SIGKILL') return { killed, last };
    await onKilled(killed + 1);
  }
}
