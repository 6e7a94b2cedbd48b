// Machines that do not answer from here: perhaps a jump host leads to them. Nobody is asked about one while all of them answer.
import { splitList } from './split-list.ts';
import type { Interviewer, WizardHost, World } from './types.ts';

/** jump: as on the command line, first hop first; behind: names */
export type Way = { readonly jump: readonly string[]; readonly behind: readonly string[] };

const DIRECT: Way = { jump: [], behind: [] };

export async function askWay(ask: Interviewer, world: World, hosts: readonly WizardHost[]): Promise<Way> {
  const names = hosts.map(({ name }) => name);
  let behind: readonly string[] = ask.isGiven('behind') ? await askBehind(ask, names, []) : names;
  if (!ask.isGiven('jump') && !ask.isGiven('behind')) {
    // Without a person it is told where the connection is needed, with its own exit status.
    const unreached = ask.mayAsk ? await world.unreached(hosts) : [];
    if (unreached.length === 0) return DIRECT;
    ask.tell(['Not reached from here:', ...unreached.map(({ reason }) => `  ${reason}`)].join('\n'));
    const lost = unreached.map(({ name }) => name);
    if (lost.length < hosts.length) behind = await askBehind(ask, names, lost);
  }
  const jump = await ask.list({
    key: 'jump',
    flag: '--jump',
    text: 'Jump host on the way, NAME=USER@ADDRESS:PORT; of several the first hop first (< if a machine is wrong)',
    check: (text) => jumpProblem(world, splitList(text), names),
  });
  return { jump, behind };
}

const askBehind = (
  ask: Interviewer,
  names: readonly string[],
  suggestion: readonly string[],
): Promise<readonly string[]> =>
  ask.many({
    key: 'behind',
    flag: '--behind',
    text: 'Which machines are only reached over a jump host?',
    choices: names.map((value) => ({ value, name: value })),
    suggestion,
  });

/** One of the machines may be the way to the others: then its name alone is written. */
function jumpProblem(world: World, texts: readonly string[], names: readonly string[]): string | undefined {
  const wrong = world.hostsProblem(texts);
  if (wrong !== undefined) return wrong;
  const others = texts.filter((text) => !names.includes(text));
  const taken = world.hosts(others, '', '').find(({ name }) => names.includes(name));
  return taken && `${taken.name} is one of the machines: write its name alone, or give the jump host another one.`;
}
