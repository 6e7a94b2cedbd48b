// What the ports of a Sun Instant Messaging server prove, as listeners and callers of its running process.
import type { CertificateSummary } from '../core/certificate.ts';
import type { CallerSettings, ComponentSettings, EndpointSettings } from '../core/topology-change.ts';
import { readStreamMode, type StreamModeReport } from '../health/read-stream-mode.ts';
import type { SunImServerEntry } from '../inventory/types.ts';
import { off } from '../products/sun-im/component-settings.ts';
import { probeVersions } from '../tls/probe-versions.ts';
import { summarizeCertificate } from '../tls/summarize-certificate.ts';
import type { ProtocolVersion } from '../tls/types.ts';
import { makeXmppPrelude, type XmppStarttls } from '../tls/xmpp-prelude.ts';
import type { ProbedMode } from './types.ts';

const QUESTION_TIMEOUT_MS = 5000;
const ASKED: readonly ProtocolVersion[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** Certificates that ports have shown, by SHA-256. */
export type Served = Map<string, CertificateSummary>;

type Answer = {
  readonly mode: ProbedMode;
  readonly protocols: readonly ProtocolVersion[];
  readonly chain: readonly CertificateSummary[];
  readonly detail: string;
};

export async function askStream(
  { address: host, ports, domain }: SunImServerEntry,
  port: 'client' | 'server',
  served: Served,
): Promise<Answer> {
  const target = { host, port: ports[port], timeoutMs: QUESTION_TIMEOUT_MS };
  const report: StreamModeReport = await readStreamMode({ ...target, domain }, port);
  const isTls = report.mode === 'dynamic' || report.mode === 'strict';
  const protocols = isTls ? await versionsOf({ ...target, domain, kind: `xmpp-${port}` }) : [];
  return { mode: report.mode, detail: report.detail, protocols, chain: noteChain(report.tls?.chain ?? [], served) };
}

async function versionsOf({
  domain,
  kind,
  ...target
}: {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly domain: string;
  readonly kind: XmppStarttls;
}): Promise<readonly ProtocolVersion[]> {
  const prelude = makeXmppPrelude(kind, domain, () => undefined);
  const { protocols } = await probeVersions({ ...target, prelude }, ASKED, { quick: true });
  return ASKED.filter((version) => protocols[version] === 'accepted');
}

/** SSL from the first byte; undefined: it does not answer that either */
export async function askSsl({ address: host, ports }: SunImServerEntry, served: Served): Promise<Answer | undefined> {
  const target = { host, port: ports.client, timeoutMs: QUESTION_TIMEOUT_MS };
  const { protocols, chain } = await probeVersions(target, ASKED, { quick: true });
  const accepted = ASKED.filter((version) => protocols[version] === 'accepted');
  if (accepted.length === 0) return undefined;
  return { mode: 'strict', protocols: accepted, chain: noteChain(chain, served), detail: 'SSL from the first byte' };
}

function noteChain(chain: readonly Uint8Array[], served: Served): readonly CertificateSummary[] {
  const summaries = chain.map((der) => summarizeCertificate(der));
  for (const summary of summaries) served.set(summary.sha256, summary);
  return summaries;
}

type Answers = { readonly client: Answer; readonly ssl: Answer | undefined; readonly peer: Answer };

/** What no look from outside tells, such as the mode for one coserver, is taken from the disk, unless the port rules it out. */
export function runningListeners(
  disk: ComponentSettings,
  { client, ssl, peer }: Answers,
): ComponentSettings['listeners'] {
  const perPeer = Object.entries(disk.listeners).flatMap(([name, listener]): readonly [string, EndpointSettings][] => {
    if (!name.startsWith('server/') || peer.mode === 'inconclusive') return [];
    const isOwn = peer.mode === 'dynamic' && listener.protocols.length > 0;
    return [[name, isOwn ? { ...listener, protocols: peer.protocols } : asAnswered(peer, listener)]];
  });
  return {
    ...(ssl === undefined
      ? client.mode === 'inconclusive'
        ? {}
        : { client: asAnswered(client, disk.listeners['client']), mux: off('the port speaks XMPP without SSL') }
      : { mux: asAnswered(ssl, disk.listeners['mux']), client: off('the port speaks SSL from the first byte') }),
    ...(peer.mode === 'inconclusive' ? {} : { server: asAnswered(peer, disk.listeners['server']) }),
    ...Object.fromEntries(perPeer),
  };
}

const asAnswered = ({ mode, protocols, chain }: Answer, disk: EndpointSettings | undefined): EndpointSettings => ({
  clear: mode !== 'strict',
  protocols,
  chain: chain.map(({ sha1 }) => sha1),
  names: chain[0]?.names ?? [],
  clientCertificate: 'none',
  trusts: disk?.trusts ?? null,
  because: `probed ${mode}`,
});

/** A server that offers no TLS has none for its own calls either. */
export function runningCallers({ callers }: ComponentSettings, mode: ProbedMode): ComponentSettings['callers'] {
  if (mode !== 'legacy') return callers;
  return Object.fromEntries(Object.entries(callers).map(([name, caller]) => [name, plain(caller)]));
}

const plain = (caller: CallerSettings): CallerSettings => ({
  ...caller,
  clear: true,
  protocols: [],
  personal: [],
  personalNames: [],
  because: 'its own port offers no TLS',
});
