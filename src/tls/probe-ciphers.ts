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
  // Below TLS 1.3 it is also the hello that offers compression. Asked beside the others: it waits for nothing.
  const reversed = ask(whole.toReversed(), !isShort);
  const split = (list: readonly number[], count: number): Promise<readonly Drained[]> => {
    isOrdered = false;
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
  if (drained.some(({ isParted }) => isParted === true)) isOrdered = false;
  const found = [first, ...drained.flatMap(({ accepted }) => accepted)];
  const last = await reversed;
  return {
    suites: isOrdered ? found : found.toSorted((one, other) => one - other),
    isOrdered,
    preference: found.length < 2 ? null : preferenceOf(found, last, whole),
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
  readonly isParted?: true;
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
      const parts: Drained[] = [];
      for (const part of partsAfterFault(rest)) parts.push(await drain(part, ask, isStopped));
      accepted.push(...parts.flatMap((part) => part.accepted));
      const left = parts.flatMap((part) => part.left);
      return { accepted, isComplete: parts.every(({ isComplete }) => isComplete), left, isParted: true };
    }
    accepted.push(settled.suite);
    rest = rest.filter((suite) => suite !== settled.suite);
  }
  return { accepted, isComplete: true, left: rest };
}

/** JSSE breaks down over a DSA key that is too strong for the version (`internal_error`), and takes all the rest. So the
 * DSS suites are asked apart, then each for itself; any other list is halved. */
export function partsAfterFault(rest: readonly number[]): readonly (readonly number[])[] {
  const [dss, others] = [rest.filter(isDss), rest.filter((id) => !isDss(id))];
  if (dss.length > 0 && others.length > 0) return [others, dss];
  const [usual, unusual] = [rest.filter(isUsual), rest.filter((id) => !isUsual(id))];
  if (dss.length > 0 && usual.length > 0)
    return [...(unusual.length === 0 ? [] : [unusual]), ...usual.map((id) => [id])];
  return [rest.slice(0, rest.length / 2), rest.slice(rest.length / 2)];
}

const isDss = (id: number): boolean => suiteById(id)?.iana.includes('_DSS_') === true;

/** One that servers of today or yesterday may have. */
const isUsual = (id: number): boolean => suiteById(id)?.jsse !== null;

const isFinal = (outcome: HelloOutcome): boolean =>
  outcome.kind === 'accepted' || (outcome.kind === 'refused' && outcome.how === 'alert');

/** Disjoint lists, with what servers usually have spread evenly, so that they end at about the same time. */
function splitList(suites: readonly number[], count: number): readonly (readonly number[])[] {
  if (count <= 1) return [suites];
  const dealt = [...suites.filter(isUsual), ...suites.filter((id) => !isUsual(id))];
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
