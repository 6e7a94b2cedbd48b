// Which protocol versions a port accepts. A refusal counts when it was given twice; an acceptance counts at once.
import { commonSuitesFor, suitesFor } from './cipher-suites.ts';
import { makeConnectionGate, QUICK_LIMITS } from './connection-gate.ts';
import type { ConnectionGate } from './connection-gate.ts';
import type { FlightFacts } from './flight-facts.ts';
import { partsAfterFault } from './probe-ciphers.ts';
import { exchangeHello } from './send-hello.ts';
import type { HelloExchange, HelloTarget } from './send-hello.ts';
import { isFault, PROTOCOL_VERSIONS } from './types.ts';
import type { HelloOutcome, ProtocolVersion, Verdict } from './types.ts';

export type VersionsReport = {
  /** a version that was not asked for is inconclusive */
  readonly protocols: Readonly<Record<ProtocolVersion, Verdict>>;
  /** in the order of asking; empty for a version that was not asked for */
  readonly outcomes: Readonly<Record<ProtocolVersion, readonly HelloOutcome[]>>;
  /** DER, as served: leaf first */
  readonly chain: readonly Uint8Array[];
  /** the newest accepted version whose server was seen asking for a client certificate; TLS 1.3 only where no older
   * version is accepted */
  readonly certificateRequestedAt: ProtocolVersion | undefined;
  /** the encrypted flight of TLS 1.3 was read, so its silence about client certificates is an answer */
  readonly isTls13Read: boolean;
  readonly facts: Readonly<Partial<Record<ProtocolVersion, FlightFacts>>>;
  readonly connections: number;
};

export type VersionsOptions = {
  /** At most 10 connections, of which some may be kept for the client certificate. A refusal in TLS's own words then
   * counts without a repetition, if the port accepts another version. */
  readonly quick?: boolean;
  /** called once for each accepted version, as soon as that is known */
  readonly onAccepted?: (version: ProtocolVersion, suite: number, isShort: boolean) => void;
};

/** isPart: not every suite was offered, because the server broke down over the whole list */
type Asked = HelloExchange & { readonly isShort: boolean; readonly isPart?: true };
type AskedVersions = ReadonlyMap<ProtocolVersion, readonly Asked[]>;

const NEWEST_FIRST = PROTOCOL_VERSIONS.toReversed();

/** @param target timeoutMs holds for each hello */
export async function probeVersions(
  target: HelloTarget,
  versions: readonly ProtocolVersion[] = PROTOCOL_VERSIONS,
  { quick = false, onAccepted = () => undefined }: VersionsOptions = {},
): Promise<VersionsReport> {
  const gate = target.gate ?? (quick ? makeConnectionGate(QUICK_LIMITS) : undefined);
  const gated = gate === undefined ? target : { ...target, gate };
  const note = (version: ProtocolVersion, { outcome, isShort }: Asked): void => {
    if (outcome.kind === 'accepted') onAccepted(version, outcome.suite, isShort);
  };
  const byVersion =
    quick && gate !== undefined ? await askQuickly(gated, gate, versions) : await askAll(gated, versions, note);
  const outcomesOf = (version: ProtocolVersion): readonly HelloOutcome[] =>
    (byVersion.get(version) ?? []).map(({ outcome }) => outcome);
  const accepted = NEWEST_FIRST.flatMap(outcomesOf).filter((outcome) => outcome.kind === 'accepted');
  const clearChain = accepted.find(({ chain }) => chain.length > 0)?.chain;
  // TLS 1.3 encrypts its certificates; an anonymous suite has none to show.
  const hidden =
    clearChain === undefined && accepted.length > 0 ? await readHidden(gated, outcomesOf('TLSv1.3')) : undefined;
  const isSettled = quick && accepted.length > 0;
  const clearRequest = NEWEST_FIRST.find((version) =>
    byVersion.get(version)?.some(({ certificateRequested }) => certificateRequested),
  );
  return {
    protocols: recordOf((version) => verdictOf(byVersion.get(version) ?? [], isSettled)),
    outcomes: recordOf(outcomesOf),
    chain: clearChain ?? hidden?.chain ?? [],
    certificateRequestedAt: clearRequest ?? (hidden?.certificateRequested === true ? 'TLSv1.3' : undefined),
    isTls13Read: hidden?.isRead ?? false,
    facts: Object.fromEntries(
      [...byVersion].flatMap(([version, asked]) => {
        const facts = asked.find((one) => one.facts !== undefined)?.facts;
        return facts === undefined ? [] : [[version, facts]];
      }),
    ),
    connections: [...byVersion.values()].flat().length + (hidden?.connections ?? 0),
  };
}

async function askAll(
  target: HelloTarget,
  versions: readonly ProtocolVersion[],
  note: (version: ProtocolVersion, asked: Asked) => void,
): Promise<AskedVersions> {
  const asked = await Promise.all(
    versions.map(async (version) => {
      const outcomes = await askVersion(target, version);
      const found = outcomes.find(
        (one, index) => one.outcome.kind === 'accepted' && (index === 0 || one.isShort || one.isPart),
      );
      if (found !== undefined) note(version, found);
      return [version, outcomes] as const;
    }),
  );
  return new Map(asked);
}

const ask = async (target: HelloTarget, version: ProtocolVersion, isShort = false): Promise<Asked> => {
  const suites = isShort ? commonSuitesFor(version) : suitesFor(version);
  return { ...(await exchangeHello(target, { version, suites })), isShort };
};

async function askVersion(target: HelloTarget, version: ProtocolVersion): Promise<readonly Asked[]> {
  const first = await ask(target, version);
  if (first.outcome.kind !== 'refused') return [first];
  const second = await ask(target, version);
  if (second.outcome.kind !== 'refused' || !isDoubtful(first.outcome) || !isDoubtful(second.outcome))
    return [first, second];
  if (isFault(first.outcome) && isFault(second.outcome)) return [first, second, ...(await askParts(target, version))];
  // A close without a word may also come from an old stack that cannot take a long hello.
  return [first, second, await ask(target, version, true)];
}

/** The DSS suites and the rest, which is the one cause that is known. OpenSSL 3 answers TLS 1.0 so whatever is asked. */
const MOST_PARTS = 2;

/** A server that breaks down over its own choice may take another: the list is parted until one is accepted. */
async function askParts(target: HelloTarget, version: ProtocolVersion): Promise<readonly Asked[]> {
  const waiting = [...partsAfterFault(suitesFor(version))];
  const asked: Asked[] = [];
  for (let suites = waiting.shift(); suites !== undefined && asked.length < MOST_PARTS; suites = waiting.shift()) {
    const answer: Asked = { ...(await exchangeHello(target, { version, suites })), isShort: false, isPart: true };
    asked.push(answer);
    if (answer.outcome.kind !== 'refused') break;
    if (isFault(answer.outcome) && suites.length > 1) waiting.push(...partsAfterFault(suites));
  }
  return asked;
}

/** Each version once; what is left of the budget repeats refusals, those without a word first. */
async function askQuickly(
  target: HelloTarget,
  gate: ConnectionGate,
  versions: readonly ProtocolVersion[],
): Promise<AskedVersions> {
  const asked = await Promise.all(versions.map(async (version) => [version, await ask(target, version)] as const));
  const accepted = asked.filter(([, { outcome }]) => outcome.kind === 'accepted');
  const isOnlyTls13 = accepted.length > 0 && accepted.every(([version]) => version === 'TLSv1.3');
  const isRequested = accepted.some(([, { certificateRequested }]) => certificateRequested);
  // TLS 1.3 alone needs one for its chain and one to see whether a client certificate is needed.
  const kept = (isOnlyTls13 ? 2 : 0) + (isRequested ? 1 : 0);
  const refused = asked.filter(([, { outcome }]) => outcome.kind === 'refused').toReversed();
  const ordered = [
    ...refused.filter(([, { outcome }]) => isSilent(outcome)),
    ...refused.filter(([, { outcome }]) => !isSilent(outcome)),
  ].slice(0, Math.max(0, gate.left() - kept));
  const repeated = new Map(
    await Promise.all(
      ordered.map(
        async ([version, { outcome }]) => [version, await ask(target, version, isDoubtful(outcome))] as const,
      ),
    ),
  );
  return new Map(
    asked.map(([version, first]) => {
      const second = repeated.get(version);
      return [version, second === undefined ? [first] : [first, second]];
    }),
  );
}

type Hidden = {
  readonly chain: readonly Uint8Array[];
  readonly certificateRequested: boolean;
  readonly isRead: boolean;
  readonly connections: number;
};

async function readHidden(target: HelloTarget, outcomes: readonly HelloOutcome[]): Promise<Hidden> {
  const isTls13 = outcomes.some(({ kind }) => kind === 'accepted');
  const server = isTls13 ? await (await import('./tls13-server.ts')).readTls13Server(target) : undefined;
  if (server !== undefined) return { ...server, isRead: true, connections: 1 };
  const { finishHandshake } = await import('./finish-handshake.ts');
  const { chain } = await finishHandshake(target);
  return { chain, certificateRequested: false, isRead: false, connections: isTls13 ? 2 : 1 };
}

const isSilent = (outcome: HelloOutcome): boolean =>
  outcome.kind === 'refused' && (outcome.how === 'closed' || outcome.how === 'reset');

const isDoubtful = (outcome: HelloOutcome): boolean => isSilent(outcome) || isFault(outcome);

/** One acceptance of the long hello, or of the short one where the long one is closed upon, is an acceptance; refusals
 * must be unanimous and at least two. Anything mixed proves nothing.
 * @param isSettled one refusal in TLS's own words is enough */
function verdictOf(asked: readonly Asked[], isSettled: boolean): Verdict {
  const [first, second] = asked;
  if (first?.outcome.kind === 'accepted') return 'accepted';
  if (asked.some(({ isShort, isPart, outcome }) => (isShort || isPart) && outcome.kind === 'accepted'))
    return 'accepted';
  const isUnanimous = first !== undefined && asked.every(({ outcome }) => outcome.kind === 'refused');
  const isEnough = second !== undefined || (isSettled && first !== undefined && !isSilent(first.outcome));
  return isUnanimous && isEnough ? 'refused' : 'inconclusive';
}

const recordOf = <Value>(valueOf: (version: ProtocolVersion) => Value): Readonly<Record<ProtocolVersion, Value>> => ({
  SSLv2: valueOf('SSLv2'),
  SSLv3: valueOf('SSLv3'),
  TLSv1: valueOf('TLSv1'),
  'TLSv1.1': valueOf('TLSv1.1'),
  'TLSv1.2': valueOf('TLSv1.2'),
  'TLSv1.3': valueOf('TLSv1.3'),
});
