// Every suite a port accepts under one version: all suites in one hello, the chosen one removed, asked again until the
// server refuses; one more hello in the reverse order tells whose preference counts. One hello per accepted suite is the
// least possible, as each answer names one suite only.
import { suitesFor } from './cipher-suites.ts';
import { sendHello } from './send-hello.ts';
import type { HelloTarget } from './send-hello.ts';
import type { HelloOutcome, ProtocolVersion } from './types.ts';

export type VersionCiphers = {
  /** in the order of the server's choice */
  readonly suites: readonly number[];
  /** null: fewer than two suites, or no clear answer */
  readonly preference: 'server' | 'client' | null;
  /** the list ended with a refusal; false: more may be accepted */
  readonly isComplete: boolean;
  readonly connections: number;
};

/** @param first what the server chose from the whole list, as the question for the version has shown already */
export async function probeCiphers(
  target: HelloTarget,
  version: ProtocolVersion,
  first: number,
): Promise<VersionCiphers> {
  let connections = 0;
  const ask = (suites: readonly number[]): Promise<HelloOutcome> => {
    connections += 1;
    return sendHello(target, { version, suites });
  };
  const offered = suitesFor(version);
  const accepted = [first];
  let isComplete = false;
  while (!isComplete) {
    const rest = offered.filter((suite) => !accepted.includes(suite));
    if (rest.length === 0) {
      isComplete = true;
      break;
    }
    const outcome = await ask(rest);
    // Anything but an alert is asked for twice: a close may come from a server that was busy for a moment.
    const settled = isFinal(outcome) ? outcome : await ask(rest);
    if (settled.kind === 'inconclusive') break;
    if (settled.kind === 'accepted') accepted.push(settled.suite);
    else isComplete = true;
  }
  const preference = accepted.length < 2 ? null : preferenceOf(accepted, await ask(offered.toReversed()), offered);
  return { suites: accepted, preference, isComplete, connections };
}

const isFinal = (outcome: HelloOutcome): boolean =>
  outcome.kind === 'accepted' || (outcome.kind === 'refused' && outcome.how === 'alert');

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
