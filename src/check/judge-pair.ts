// One caller and one listener: does the caller, with its own trust store, accept what the listener shows?
import type { CertificateSummary } from '../core/certificate.ts';
import { isMeantFor, mayBeUsedFor } from '../tls/certificate-usage.ts';
import { fails, judgeChain } from '../tls/judge-certificate.ts';
import type { When } from '../tls/judge-certificate.ts';
import { orderChain } from '../tls/order-chain.ts';
import { readCallee } from '../topology/callee.ts';
import type { Callee } from '../topology/callee.ts';
import { readCaller } from '../topology/caller.ts';
import type { Offer } from '../topology/caller.ts';
import type { Issuers } from '../topology/issuers.ts';
import type { CellLink } from '../topology/link.ts';
import type { TopologyState } from '../topology/state.ts';
import { judgeClient } from './judge-client.ts';
import type { KnownCertificates } from './known-certificates.ts';
import type { Pair, PairFinding } from './types.ts';

export type PairContext = When & {
  readonly topology: TopologyState;
  readonly known: KnownCertificates;
  readonly issuers: Issuers;
};

type Listening = Extract<Callee, { readonly kind: 'listening' }>;
type Calling = Extract<Offer, { readonly kind: 'calls' }>;
type Trust = { readonly isKnown: boolean; readonly findings: readonly PairFinding[] };

export function judgePair(link: CellLink, context: PairContext): Pair {
  const { id, from, to, required } = link;
  const [callee, caller] = [readCallee(context.topology, link.listener), readCaller(context.topology, link.caller)];
  const pair = { id, from, to, required, certificate: null, trustStore: null };
  if (callee.kind === 'down' || caller.kind === 'down') return { ...pair, verdict: 'not-checked', findings: [] };
  if (callee.kind === 'dead') return { ...pair, ...failure('LISTENER_DOES_NOT_START', callee.why) };
  if (caller.kind === 'cannot-call') return { ...pair, ...failure('CALLER_CANNOT_CALL', caller.why) };

  const trust = judgeTrust(callee, caller, context);
  const findings = [
    ...judgeProtocol(link, callee, caller),
    ...trust.findings,
    ...judgeServed(link, callee, caller, context),
    ...judgeClient(link, context),
  ];
  return {
    ...pair,
    certificate: callee.chain[0] ?? null,
    trustStore: caller.trust?.store ?? null,
    findings,
    verdict: verdictOf(findings, trust.isKnown),
  };
}

const failure = (code: PairFinding['code'], text: string) => ({
  verdict: 'fails' as const,
  findings: [{ code, severity: 'fails' as const, text }],
});

function verdictOf(findings: readonly PairFinding[], isKnown: boolean): Pair['verdict'] {
  if (findings.some(({ severity }) => severity === 'fails')) return 'fails';
  if (!isKnown) return 'not-checked';
  return findings.length > 0 ? 'warning' : 'ok';
}

function judgeProtocol({ from, to }: CellLink, callee: Listening, caller: Calling): readonly PairFinding[] {
  if (caller.protocols.some((version) => callee.protocols.includes(version))) return [];
  const text = `${from} offers ${caller.protocols.join(', ')}, ${to} accepts ${callee.protocols.join(', ')}`;
  return [{ code: 'NO_COMMON_PROTOCOL', severity: 'fails', text }];
}

/** The path is built from what is served and, of what the caller trusts, the certificates whose text is known. */
function judgeTrust(callee: Listening, { trust }: Calling, { known, issuers }: PairContext): Trust {
  const leaf = known.get(callee.chain[0] ?? '');
  if (trust === undefined || callee.chain.length === 0) return { isKnown: false, findings: [] };
  if (callee.chain.some((item) => trust.signers.has(item))) return { isKnown: true, findings: [] };
  const trusted = [...trust.signers].flatMap((item) => known.get(item) ?? []);
  const served = servedOf(callee, issuers).flatMap((item) => known.get(item) ?? []);
  const path = leaf === undefined ? undefined : orderChain([...served, ...trusted], leaf);
  if (path?.chain.some((item) => trusted.includes(item)) === true) return { isKnown: true, findings: [] };
  const end = path?.chain.at(-1);
  if (path !== undefined && end !== undefined && !path.complete) {
    // A listener that was only probed may leave out what nobody here has seen, but the caller has.
    if (!callee.hasRoot && trusted.length < trust.signers.size) return { isKnown: false, findings: [] };
    const text = `the chain ends at "${end.subject}": its issuer "${path.missingIssuer}" is neither served nor in ${trust.store}`;
    return { isKnown: true, findings: [fails('CHAIN_INCOMPLETE', text)] };
  }
  if (end === undefined && !callee.hasRoot) return { isKnown: false, findings: [] };
  const root = end?.subject ?? `SHA-1 ${callee.chain.at(-1)}`;
  const text = `"${root}" is not in ${trust.store}; ${trust.help}`;
  return { isKnown: true, findings: [{ code: 'TRUST_MISSING', severity: 'fails', text }] };
}

const summariesOf = ({ chain }: Listening, known: KnownCertificates): readonly CertificateSummary[] =>
  chain.flatMap((item) => known.get(item) ?? []);

/** The model adds the issuer of the last certificate, which a server may leave out when its callers trust it. One whose
 * own issuer is known was added so: had it been served, the next would have been added. */
const servedOf = ({ chain }: Listening, issuers: Issuers): readonly string[] =>
  (issuers.get(chain.at(-1) ?? '') ?? null) === null ? chain : chain.slice(0, -1);

function judgeServed(link: CellLink, callee: Listening, caller: Calling, context: PairContext): readonly PairFinding[] {
  const chain = summariesOf(callee, context.known);
  const leaf = context.known.get(callee.chain[0] ?? '');
  if (leaf === undefined) return [];
  return [
    ...judgeChain(chain, context),
    ...(mayBeUsedFor(leaf, 'server')
      ? []
      : [fails('NO_SERVER_USE', `"${leaf.subject}" may not be used by a TLS server (key usage)`)]),
    ...judgeName(link, leaf, caller),
  ];
}

/** The name that the caller asks for, where one is known and the caller compares it: the same rule as in the proof. */
function judgeName(
  { asksFor }: CellLink,
  leaf: CertificateSummary,
  { comparesNames }: Calling,
): readonly PairFinding[] {
  if (!comparesNames || asksFor === undefined || isMeantFor(leaf, asksFor)) return [];
  const text = `"${leaf.subject}" is not for ${asksFor} (its names: ${leaf.names.join(', ')}); whoever asks for it refuses it`;
  return [fails('NAME_MISMATCH', text)];
}
