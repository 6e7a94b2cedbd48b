// What every TLS port of the cells answers now: the third value of a setting, beside disk and wish.
import type { CertificateSummary } from '../core/certificate.ts';
import { isTlsEndpoint } from '../products/websphere/tls-endpoints.ts';
import { probeVersions } from '../tls/probe-versions.ts';
import { summarizeCertificate } from '../tls/summarize-certificate.ts';
import type { ProtocolVersion } from '../tls/types.ts';
import type { CellFacts, Facts, ListenerFacts } from './types.ts';

const HELLO_TIMEOUT_MS = 5000;
const PROBED: readonly ProtocolVersion[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
/** A scan must not become a load: one host's ports one after another, hosts side by side. */
export async function gatherListeners(cells: readonly CellFacts[]): Promise<Pick<Facts, 'listeners' | 'served'>> {
  const served = new Map<string, CertificateSummary>();
  const owners = cells.flatMap(({ cell, deploymentManager, nodes }) =>
    [deploymentManager, ...nodes].map((owner) => ({ cell, ...owner })),
  );
  const found = await Promise.all(
    owners.map(async ({ cell, owner, address, servers, processes }) => {
      const listeners: ListenerFacts[] = [];
      for (const { name: server, endpoints } of servers) {
        if (processes[server]?.pid === null) continue;
        for (const { name: endpoint, port } of endpoints.filter((item) => isTlsEndpoint(item.name))) {
          listeners.push({ cell, owner, server, endpoint, address, port, ...(await probe(address, port, served)) });
        }
      }
      return listeners;
    }),
  );
  const certificates = [...served.values()].toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  return { listeners: found.flat(), served: certificates };
}

async function probe(
  host: string,
  port: number,
  served: Map<string, CertificateSummary>,
): Promise<Pick<ListenerFacts, 'protocols' | 'chain'>> {
  const { protocols, chain } = await probeVersions({ host, port, timeoutMs: HELLO_TIMEOUT_MS }, PROBED);
  return {
    protocols: Object.fromEntries(PROBED.map((version) => [version, protocols[version]])),
    chain: chain.map((der) => {
      const summary = summarizeCertificate(der);
      const { sha256, sha1, subject } = summary;
      served.set(sha256, summary);
      return { sha256, sha1, subject };
    }),
  };
}
