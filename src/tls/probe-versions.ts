// Which protocol versions a port accepts. A refusal counts when it was given twice; an acceptance counts at once.
import { commonSuitesFor, suitesFor } from './cipher-suites.ts';
import { finishHandshake } from './finish-handshake.ts';
import { exchangeHello } from './send-hello.ts';
import type { HelloExchange, HelloTarget } from './send-hello.ts';
import { PROTOCOL_VERSIONS } from './types.ts';
import type { HelloOutcome, ProtocolVersion, Verdict } from './types.ts';

export type VersionsReport = {
  /** a version that was not asked for is inconclusive */
  readonly protocols: Readonly<Record<ProtocolVersion, Verdict>>;
  /** in the order of asking; empty for a version that was not asked for */
  readonly outcomes: Readonly<Record<ProtocolVersion, readonly HelloOutcome[]>>;
  /** DER, as served: leaf first */
  readonly chain: readonly Uint8Array[];
  /** below TLS 1.3, where it can be seen: the newest accepted version whose server asks for a client certificate */
  readonly certificateRequestedAt: ProtocolVersion | undefined;
  readonly connections: number;
};

/** @param target timeoutMs holds for each hello */
export async function probeVersions(
  target: HelloTarget,
  versions: readonly ProtocolVersion[] = PROTOCOL_VERSIONS,
): Promise<VersionsReport> {
  const asked = await Promise.all(
    versions.map(async (version) => [version, await askVersion(target, version)] as const),
  );
  const byVersion = new Map(asked);
  const outcomesOf = (version: ProtocolVersion): readonly HelloOutcome[] =>
    (byVersion.get(version) ?? []).map(({ outcome }) => outcome);
  const newestFirst = PROTOCOL_VERSIONS.toReversed();
  const accepted = newestFirst.flatMap(outcomesOf).filter((outcome) => outcome.kind === 'accepted');
  const clearChain = accepted.find(({ chain }) => chain.length > 0)?.chain;
  // TLS 1.3 encrypts its certificates; an anonymous suite has none to show.
  const needsHandshake = clearChain === undefined && accepted.length > 0;
  return {
    protocols: recordOf((version) => verdictOf(outcomesOf(version))),
    outcomes: recordOf(outcomesOf),
    chain: clearChain ?? (needsHandshake ? (await finishHandshake(target)).chain : []),
    certificateRequestedAt: newestFirst.find((version) =>
      byVersion.get(version)?.some(({ certificateRequested }) => certificateRequested),
    ),
    connections: asked.flatMap(([, exchanges]) => exchanges).length + (needsHandshake ? 1 : 0),
  };
}

async function askVersion(target: HelloTarget, version: ProtocolVersion): Promise<readonly HelloExchange[]> {
  const ask = (suites: readonly number[]): Promise<HelloExchange> => exchangeHello(target, { version, suites });
  const first = await ask(suitesFor(version));
  if (first.outcome.kind !== 'refused') return [first];
  const second = await ask(suitesFor(version));
  if (second.outcome.kind !== 'refused' || !isSilent(first.outcome) || !isSilent(second.outcome))
    return [first, second];
  // A close without a word may also come from an old stack that cannot take a long hello.
  return [first, second, await ask(commonSuitesFor(version))];
}

const isSilent = (outcome: HelloOutcome): boolean =>
  outcome.kind === 'refused' && (outcome.how === 'closed' || outcome.how === 'reset');

/** One acceptance of the long hello, or of the short one where the long one is closed upon, is an acceptance; refusals
 * must be unanimous and at least two. Anything mixed proves nothing. */
function verdictOf(outcomes: readonly HelloOutcome[]): Verdict {
  const [first, second, short] = outcomes;
  if (first?.kind === 'accepted' || short?.kind === 'accepted') return 'accepted';
  const isProved = second !== undefined && outcomes.every(({ kind }) => kind === 'refused');
  return isProved ? 'refused' : 'inconclusive';
}

const recordOf = <Value>(valueOf: (version: ProtocolVersion) => Value): Readonly<Record<ProtocolVersion, Value>> => ({
  SSLv2: valueOf('SSLv2'),
  SSLv3: valueOf('SSLv3'),
  TLSv1: valueOf('TLSv1'),
  'TLSv1.1': valueOf('TLSv1.1'),
  'TLSv1.2': valueOf('TLSv1.2'),
  'TLSv1.3': valueOf('TLSv1.3'),
});
