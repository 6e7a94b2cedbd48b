// Every suite a port accepts under one version: all suites in one hello, the chosen one removed, asked again until the
// server refuses; one more hello in the reverse order tells whose preference counts. One hello per accepted suite is the
// least possible, as each answer names one suite only. Where the round trip rules the time, disjoint lists run side by side.
import { commonSuitesFor, suiteById, suitesFor } from './cipher-suites.ts';
import type { FlightFacts } from './flight-facts.ts';
import { exchangeHello } from './send-hello.ts';
import type { HelloExchange, HelloTarget } from './send-hello.ts';
import { isFault } from './types.ts';
import type { HelloOutcome, ProtocolVersion } from './types.ts';

export type VersionCiphers = {
  readonly suites: readonly number[];
  /** the suites are in the order of the server's choice; false: in the order of their numbers */
  readonly isOrdered: boolean;
  /** null: fewer than two suites, or no clear answer */
  readonly preference: 'server' | 'client' | null;
  /** every list ended with a refusal; false: more may be accepted */
  readonly isComplete: boolean;
  readonly facts: readonly FlightFacts[];
  readonly connections: number;
};

export type FirstAnswer = {
  /** what the server chose from the whole list, as the question for the version has shown already */
  readonly suite: number;
  /** only a short hello was answered */
  readonly isShort: boolean;
};

const FAST_NETWORK_MS = 5;
const MAX_LANES = 16;

/** On a fast network the server's own work is the limit, and every further list would only cost connections.
 * @param roundTripMs undefined: not known yet */
export function lanesFor(roundTripMs: number | undefined): number | undefined {
  if (roundTripMs === undefined) return undefined;
  return roundTripMs < FAST_NETWORK_MS ? 1 : Math.min(MAX_LANES, Math.ceil(roundTripMs));
}

/** With its extensions such a hello stays below 256 bytes. */
const SHORT_LIST = 40;

export async function probeCiphers(
  target: HelloTarget,
  version: ProtocolVersion,
  { suite: first, isShort }: FirstAnswer,
): Promise<VersionCiphers> {
  let connections = 0;
  let isOrdered = !isShort;
  const facts: FlightFacts[] = [];
  const ask = async (suites: readonly number[], deflate = false): Promise<HelloOutcome> => {
    connections += 1;
    const exchange: HelloExchange = await exchangeHello(target, { version, suites, deflate });
    if (exchange.facts !== undefined) facts.push(exchange.facts);
    return exchange.outcome;
  };
  const measureLanes = (): number | undefined => lanesFor(target.gate?.roundTripMs());
  const whole = isShort ? commonSuitesFor(version) : suitesFor(version);
  let reversed: Promise<HelloOutcome> | undefined;
  const askReversed = (): Promise<HelloOutcome> => (reversed ??= ask(whole.toReversed(), !isShort));
  const split = (list: readonly number[], count: number): Promise<readonly Drained[]> => {
    isOrdered = false;
    void askReversed();
    return Promise.all(splitList(list, count).map((part) => drain(part, ask)));
  };
  const rest = suitesFor(version).filter((suite) => suite !== first);
  const drained: Drained[] = [];
  if (isShort)
    for (const part of splitList(rest, Math.ceil(rest.length / SHORT_LIST))) drained.push(await drain(part, ask));
  else {
    const started = await drain(rest, ask, () => (measureLanes() ?? 1) > 1);
    drained.push(started);
    if (started.left.length > 0) drained.push(...(await split(started.left, measureLanes() ?? 1)));
  }
  if (drained.some(({ isHalved }) => isHalved === true)) isOrdered = false;
  const found = [first, ...drained.flatMap(({ accepted }) => accepted)];
  // Below TLS 1.3 the reversed hello is also the one that offers compression.
  if (found.length > 1 || version !== 'TLSv1.3') await askReversed();
  return {
    suites: isOrdered ? found : found.toSorted((one, other) => one - other),
    isOrdered,
    preference: found.length < 2 || reversed === undefined ? null : preferenceOf(found, await reversed, whole),
    isComplete: drained.every(({ isComplete }) => isComplete),
    facts,
    connections,
  };
}

/** `left`: not asked for yet, because the drain was stopped */
type Drained = {
  readonly accepted: readonly number[];
  readonly isComplete: boolean;
  readonly left: readonly number[];
  readonly isHalved?: true;
};
type Ask = (suites: readonly number[]) => Promise<HelloOutcome>;

async function drain(list: readonly number[], ask: Ask, isStopped = (): boolean => false): Promise<Drained> {
  const accepted: number[] = [];
  let rest = list;
  while (rest.length > 0 && !isStopped()) {
    const outcome = await ask(rest);
    // Anything but an alert is asked for twice: a close may come from a server that was busy for a moment.
    const settled = isFinal(outcome) ? outcome : await ask(rest);
    if (settled.kind === 'inconclusive') return { accepted, isComplete: false, left: [] };
    if (settled.kind === 'refused') {
      if (rest.length === 1 || !isFault(settled)) return { accepted, isComplete: true, left: [] };
      const halves = [await drain(rest.slice(0, rest.length / 2), ask), await drain(rest.slice(rest.length / 2), ask)];
      accepted.push(...halves.flatMap((half) => half.accepted));
      return { accepted, isComplete: halves.every(({ isComplete }) => isComplete), left: [], isHalved: true };
    }
    accepted.push(settled.suite);
    rest = rest.filter((suite) => suite !== settled.suite);
  }
  return { accepted, isComplete: true, left: rest };
}

const isFinal = (outcome: HelloOutcome): boolean =>
  outcome.kind === 'accepted' || (outcome.kind === 'refused' && outcome.how === 'alert');

/** Disjoint lists, with what servers usually have spread evenly, so that they end at about the same time. */
function splitList(suites: readonly number[], count: number): readonly (readonly number[])[] {
  if (count <= 1) return [suites];
  const usual = suites.filter((id) => suiteById(id)?.jsse !== null);
  const dealt = [...usual, ...suites.filter((id) => !usual.includes(id))];
  return Array.from({ length: Math.min(count, suites.length) }, (_, lane) =>
    dealt.filter((_suite, index) => index % count === lane).toSorted((one, other) => one - other),
  );
}

/** The first choice came from an ascending offer. If a descending one gives the same, the server decides. */
function preferenceOf(
  accepted: readonly number[],
  reversed: HelloOutcome,
  offered: readonly number[],
): 'server' | 'client' | null {
  if (reversed.kind !== 'accepted') return null;
  const [first] = accepted;
  if (reversed.suite === first) return 'server';
  const lastOffered = offered.findLast((suite) => accepted.includes(suite));
  return reversed.suite === lastOffered ? 'client' : null;
}
