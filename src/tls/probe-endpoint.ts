// The whole picture of one port, in the form that `probe --json` prints (docs: the command line contract).
import type { CertificateSummary } from '../core/certificate.ts';
import type { PolicyVerdict } from '../policy/types.ts';
import { renderSuiteId, suiteById } from './cipher-suites.ts';
import { findClientCertificate } from './client-certificate.ts';
import type { ClientCertificate } from './client-certificate.ts';
import { FULL_LIMITS, makeConnectionGate, QUICK_LIMITS } from './connection-gate.ts';
import type { HelloTarget } from './converse.ts';
import { describeMode } from './describe-mode.ts';
import type { Cleartext, PortMode } from './describe-mode.ts';
import { describeNegotiation } from './describe-negotiation.ts';
import type { Negotiation } from './describe-negotiation.ts';
import { nowMs } from './now-ms.ts';
import { probeCiphers } from './probe-ciphers.ts';
import type { VersionCiphers } from './probe-ciphers.ts';
import { probeVersions } from './probe-versions.ts';
import { probeVp } from './probe-vp.ts';
import { PROTOCOL_VERSIONS } from './types.ts';
import type { HelloOutcome, ProtocolVersion, Verdict } from './types.ts';
import { makeXmppPrelude } from './xmpp-prelude.ts';
import type { XmppOffer } from './xmpp-prelude.ts';

export type Starttls = 'none' | 'xmpp-client' | 'xmpp-server' | 'sametime';

type CipherFacts = {
  /** 0xC02F */
  readonly id: string;
  readonly iana: string;
  readonly openssl: string | null;
  /** OpenJDK's name, else the one that IBM's JSSE would give it */
  readonly jsse: string;
  readonly bits: number;
  readonly forwardSecrecy: boolean;
};

export type ProbeReport = Negotiation & {
  readonly schema: 1;
  readonly host: string;
  readonly port: number;
  readonly starttls: Starttls;
  readonly reachable: boolean;
  readonly cleartext: Cleartext;
  readonly mode: PortMode;
  readonly protocols: Readonly<Record<ProtocolVersion, Verdict>>;
  /** accepted versions only; empty in quick mode and for SSLv2 */
  readonly ciphers: Readonly<Partial<Record<ProtocolVersion, readonly CipherFacts[]>>>;
  /** versions whose list of ciphers may be longer than shown, because the port stopped answering */
  readonly ciphersIncomplete: readonly ProtocolVersion[];
  /** versions whose list was made of several lists side by side: in the order of the numbers, not of the server's choice */
  readonly ciphersUnordered: readonly ProtocolVersion[];
  readonly preference: Readonly<Partial<Record<ProtocolVersion, 'server' | 'client'>>>;
  readonly clientCertificate: ClientCertificate;
  readonly chain: readonly CertificateSummary[];
  readonly chainComplete: boolean;
  readonly connections: number;
  readonly durationMs: number;
  /** what the port chose when one was offered by ALPN; null: none; `not known`: no handshake came to its
   * end. Only there when one was offered */
  readonly applicationProtocol?: string | null;
  readonly policy: PolicyVerdict | null;
};

export type ProbeOptions = {
  /** versions, chain and client certificate only, at most 10 connections */
  readonly quick?: boolean;
  readonly starttls?: Starttls;
  /** XMPP: the domain that is asked for; default: the server name, else the host */
  readonly domain?: string;
  /** between the starts of two connections, for servers that count them */
  readonly pauseMs?: number;
};

/** @param target timeoutMs holds for each hello; a gate of its own brings limits of its own */
export async function probeEndpoint(target: HelloTarget, options: ProbeOptions = {}): Promise<ProbeReport> {
  const { quick = false, starttls = 'none', domain = target.serverName ?? target.host } = options;
  const startedAt = nowMs();
  const limits = quick ? QUICK_LIMITS : FULL_LIMITS;
  const { pauseMs = limits.pauseMs } = options;
  const gate = target.gate ?? makeConnectionGate({ ...limits, pauseMs });
  let offer: XmppOffer | undefined;
  const isXmpp = starttls === 'xmpp-client' || starttls === 'xmpp-server';
  const prelude = isXmpp ? { prelude: makeXmppPrelude(starttls, domain, (found) => (offer = found)) } : {};
  const line: HelloTarget = { ...target, gate, ...prelude };
  const vp = starttls === 'sametime' ? await probeVp(line) : undefined;
  const application = target.applicationProtocol === undefined ? {} : await askApplication(line);
  const scans: Promise<Scan>[] = [];
  const describing = whileAnswersTravel().then(() => import('./describe-chain.ts'));
  const versions = await probeVersions(line, PROTOCOL_VERSIONS, {
    quick,
    onAccepted(version, suite, isShort) {
      if (quick || version === 'SSLv2') return;
      scans.push(probeCiphers(line, version, { suite, isShort }).then((found) => ({ version, ...found })));
    },
  });
  const [client, found] = await Promise.all([findClientCertificate(line, versions), Promise.all(scans)]);
  const { describeChain } = await describing;
  const scanned = PROTOCOL_VERSIONS.flatMap((version) => found.filter((scan) => scan.version === version));
  const isTls = Object.values(versions.protocols).includes('accepted');
  const isRefused = Object.values(versions.outcomes).every((outcomes) =>
    outcomes.every(({ kind }) => kind === 'refused'),
  );
  const inside =
    vp?.verdict === 'refused' && isTls
      ? { inside: await (await import('./probe-vp-inside.ts')).probeVpInside(line) }
      : {};
  return {
    schema: 1,
    host: target.host,
    port: target.port,
    starttls,
    reachable: Object.values(versions.outcomes).flat().some(isAnswered),
    ...describeMode({ isTls, isRefused, vp: vp?.verdict, offer, ...inside }),
    protocols: versions.protocols,
    ciphers: Object.fromEntries(scanned.map(({ version, suites }) => [version, suites.map(describeSuite)])),
    ciphersIncomplete: scanned.filter(({ isComplete }) => !isComplete).map(({ version }) => version),
    ciphersUnordered: scanned.filter(({ isOrdered }) => !isOrdered).map(({ version }) => version),
    preference: Object.fromEntries(
      scanned.flatMap(({ version, preference }) => (preference === null ? [] : [[version, preference]])),
    ),
    ...describeNegotiation(versions.facts, scanned),
    clientCertificate: client.clientCertificate,
    ...describeChain(versions.chain),
    connections: gate.opened(),
    durationMs: Math.round(nowMs() - startedAt),
    ...application,
    policy: null,
  };
}

/** First of all, while the budget still has a connection for it. A handshake that does not come to its end tells nothing. */
async function askApplication(line: HelloTarget): Promise<Pick<ProbeReport, 'applicationProtocol'>> {
  const { finishHandshake } = await import('./finish-handshake.ts');
  const { failure, applicationProtocol } = await finishHandshake(line);
  return { applicationProtocol: failure === null ? applicationProtocol : 'not known' };
}

/** Once the first hellos are written: then there is time to load what reads certificates. */
const whileAnswersTravel = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type Scan = VersionCiphers & { readonly version: ProtocolVersion };

/** A timeout counts: the port took the connection. */
const isAnswered = (outcome: HelloOutcome): boolean =>
  outcome.kind !== 'inconclusive' || outcome.why === 'timeout' || outcome.why === 'not-tls';

function describeSuite(id: number): CipherFacts {
  const suite = suiteById(id);
  if (suite === undefined) throw new RangeError(`suite ${renderSuiteId(id)} was offered but is not registered`);
  const { iana, openssl, jsse, ibm, bits, forwardSecrecy } = suite;
  return { id: renderSuiteId(id), iana, openssl, jsse: jsse ?? ibm, bits, forwardSecrecy };
}
