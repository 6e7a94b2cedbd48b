// Every link of a deployment as it is now: who calls whom, with TLS or without, and what the port that is called shows. The
// version is computed from what both sides were read to be; nobody can look into a connection from outside.
import type { PortStatus } from '../health/port-status.ts';
import type { Inventory } from '../inventory/types.ts';
import type { Deployment } from './inputs.ts';
import { openAnnounced } from './announced-world.ts';

export type LinkStatus = {
  readonly from: string;
  readonly to: string;
  readonly encrypted: 'yes' | 'no' | 'not connected';
  readonly version: string | null;
  /** of what a hello from here was answered with at that port */
  readonly suite: string | null;
  /** SHA-256 of the certificate that the port shows */
  readonly certificate: string | null;
  readonly authenticated: boolean;
  /** why it is not connected; empty else */
  readonly because: string;
};

const ENCRYPTED = { tls: 'yes', legacy: 'no', broken: 'not connected', down: 'not connected' } as const;

export async function readLinkStatus(
  inventory: Inventory,
  { certificates, logins }: Deployment,
  ports: readonly PortStatus[],
): Promise<readonly LinkStatus[]> {
  const { readLinks } = await import('../check/read-links.ts');
  const { signal } = new AbortController();
  await using world = await openAnnounced('reading', { inventory, certificates, logins, signal });
  const own = [...certificates.values()].map((file) => file.facts);
  const links = await readLinks(inventory, world.reader, own);
  const shownAt = new Map(ports.map((port) => [port.name, port]));
  return links.map(({ from, to, outcome, protocol, reason }) => {
    // "chat/im1 server/peer1": what is said to one peer is a listener of its own, at the same port.
    const port = outcome === 'tls' ? shownAt.get(to.replace(/(?<= [^/]+)\/.*/, '')) : undefined;
    return {
      from,
      to,
      encrypted: ENCRYPTED[outcome],
      version: protocol,
      suite: port?.version === protocol ? port.suite : null,
      certificate: port?.certificate?.sha256 ?? null,
      authenticated: port?.authenticated ?? false,
      because: reason,
    };
  });
}

export function linkText({
  from,
  to,
  encrypted,
  version,
  suite,
  certificate,
  authenticated,
  because,
}: LinkStatus): string {
  const how = [version, suite].filter((word) => word !== null).join(' ');
  const whose =
    certificate === null
      ? ''
      : `; ${authenticated ? 'authenticated' : 'not authenticated'}, SHA-256 ${certificate.slice(0, 23)}`;
  return `${from} -> ${to}\n  encrypted: ${encrypted}${how === '' ? '' : `; ${how}`}${because === '' ? '' : `; ${because}`}${whose}`;
}
