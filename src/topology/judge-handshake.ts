// A handshake between a caller that calls and a listener that listens: version, trust, name, client certificate.
import type { CertificateSummary } from '../core/certificate.ts';
import { isMeantFor } from '../tls/certificate-usage.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import type { ProtocolVersion } from '../tls/types.ts';
import { versions, type Callee } from './callee.ts';
import type { Offer } from './caller.ts';
import type { Link } from './link.ts';
import type { TopologyState } from './state.ts';

type Listening = Extract<Callee, { readonly kind: 'listening' }>;
type Calling = Extract<Offer, { readonly kind: 'calls' }>;
type Names = Pick<TopologyState, 'subjects' | 'certificates'>;

export type Broken = { readonly reason: string; readonly help: string };

/** Gives the version, or why there is no connection. */
export function judgeHandshake(link: Link, caller: Calling, callee: Listening, names: Names): ProtocolVersion | Broken {
  const protocol = negotiated(caller.protocols, callee.protocols);
  if (typeof protocol !== 'string') return noVersion(link, caller, callee, protocol.chosen);
  return (
    untrusted(link, caller, callee, names) ??
    otherName(link, caller, callee, names) ??
    clientRefused(link, caller, callee, names) ??
    protocol
  );
}

/** Up to TLS 1.2 the caller tells only its highest version and the listener takes the highest of its own up to that: if
 * the caller has a gap there, it gives up. Source: RFC 5246, appendix E.1; RFC 8446, section 4.2.1. */
function negotiated(
  offered: readonly ProtocolVersion[],
  accepted: readonly ProtocolVersion[],
): ProtocolVersion | { readonly chosen: ProtocolVersion | undefined } {
  const isListed = offered.includes('TLSv1.3');
  const highest = PROTOCOL_VERSIONS.findLastIndex((version) => offered.includes(version));
  const chosen = PROTOCOL_VERSIONS.findLast(
    (version, at) => at <= highest && accepted.includes(version) && (!isListed || offered.includes(version)),
  );
  return chosen !== undefined && offered.includes(chosen) ? chosen : { chosen };
}

function noVersion(link: Link, caller: Calling, callee: Listening, chosen: ProtocolVersion | undefined): Broken {
  const why =
    chosen === undefined || !callee.protocols.some((version) => caller.protocols.includes(version))
      ? 'no version in common'
      : `the listener chooses ${chosen}, which the caller leaves out`;
  return {
    reason:
      `${link.from} offers ${only(caller.protocols)} (${caller.because}), ` +
      `${link.to} accepts ${only(callee.protocols)} (${callee.because}): ${why}`,
    help: `${caller.help(callee.protocols)}, or to ${callee.help(caller.protocols)}`,
  };
}

const only = (protocols: readonly ProtocolVersion[]): string =>
  protocols.length === 1 ? `${versions(protocols)} only` : versions(protocols);

function untrusted({ from, to }: Link, { trust }: Calling, callee: Listening, { subjects }: Names): Broken | undefined {
  const root = callee.chain.at(-1);
  if (!callee.hasRoot || root === undefined || trust === undefined) return undefined;
  if (callee.chain.some((item) => trust.signers.has(item))) return undefined;
  return {
    reason:
      `${to} serves a chain (${callee.because}) with root ${subjects.get(root) ?? `SHA-1 ${root}`}, ` +
      `which is not in ${trust.store} of ${from}`,
    help: trust.help,
  };
}

/** A certificate whose names nobody has seen is not refused. */
function otherName(
  { from, to, asksFor }: Link,
  { comparesNames }: Calling,
  { chain, because }: Listening,
  { certificates }: Names,
): Broken | undefined {
  const leaf = certificates.get(chain[0] ?? '');
  if (!comparesNames || asksFor === undefined || leaf === undefined || isFor(leaf, asksFor)) return undefined;
  const named = leaf.names.length === 0 ? leaf.subject : leaf.names.join(', ');
  return {
    reason: `${to} serves a certificate (${because}) that names ${named}, ${from} asks for ${asksFor}`,
    help: `choose a certificate that names ${asksFor}, or write under publicName in the inventory the name that is really used`,
  };
}

// The answer for a certificate and a name never changes, and a large deployment asks for it at every link.
const MEANT = new WeakMap<CertificateSummary, Map<string, boolean>>();

function isFor(certificate: CertificateSummary, name: string): boolean {
  const known = MEANT.get(certificate) ?? new Map<string, boolean>();
  MEANT.set(certificate, known);
  const isMeant = known.get(name) ?? isMeantFor(certificate, name);
  known.set(name, isMeant);
  return isMeant;
}

/** A listener that only wants a certificate goes on without: the caller shows none that is not asked for. Source: Java SE 8,
 * JSSE Reference Guide (key managers choose by the issuers that the listener names). */
function clientRefused(
  { from, to }: Link,
  { holds }: Calling,
  { asks, because }: Listening,
  { subjects }: Names,
): Broken | undefined {
  if (asks.kind !== 'need' || holds === undefined) return undefined;
  const { signers, store } = asks;
  if (holds.length > 0 && signers === undefined) return undefined;
  if (holds.some((chain) => chain.some((item) => signers?.has(item)))) return undefined;
  const shown = holds.map(([leaf = '']) => subjects.get(leaf) ?? `SHA-1 ${leaf}`).join('; ');
  return {
    reason:
      `${to} needs a client certificate (${because}), and ` +
      (holds.length === 0 ? `${from} has none` : `no issuer of what ${from} has (${shown}) is in trust store ${store}`),
    help: `give ${from} a certificate whose issuer is in ${store}, or let the SSL configuration of ${to} do without`,
  };
}
