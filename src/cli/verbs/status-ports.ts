// strictstep status --inventory: what every port of the deployment is for whoever uses it now, and whether a server shows another
// certificate than the one that was accepted. Reads; the hosts of WebSphere cells are asked which ports they have.
import { z } from 'zod';
import { readListenerPorts } from '../../check/listener-ports.ts';
import { EXIT, OperatorError } from '../../core/errors.ts';
import { loadText } from '../../core/yaml/load-text.ts';
import { readPortStatus, type PortStatus, type StatusPort } from '../../health/port-status.ts';
import { loadInventory } from '../../inventory/index.ts';
import type { Inventory } from '../../inventory/types.ts';
import { announcePorts } from '../announce.ts';
import { linkText, readLinkStatus } from '../status-links.ts';
import { openAnnounced } from '../announced-world.ts';
import { loadDeployment } from '../inputs.ts';
import { writeJson, writeNote, writeResult } from '../output.ts';
import { eachBounded } from '../probe-targets.ts';
import type { GlobalFlags } from '../program.ts';

const PORTS_AT_ONCE = 8;

/** @throws OperatorError for a baseline that is none */
export async function statusOfPorts(
  file: string,
  { baseline, links: isWithLinks, ...flags }: GlobalFlags & { readonly baseline?: string; readonly links: boolean },
): Promise<void> {
  const accepted = baseline === undefined ? undefined : await loadAccepted(baseline);
  const inventory = await loadInventory(file);
  const ports = [...portsOutsideCells(inventory), ...(await portsOfCells(file, inventory, flags))];
  announcePorts(ports.map(({ address: host, port }) => ({ host, port })));
  const now = new Date();
  const found = await eachBounded(ports, PORTS_AT_ONCE, (port) => readPortStatus(port, now));
  const links = isWithLinks
    ? await readLinkStatus(inventory, await loadDeployment(file, now, flags.input), found)
    : undefined;
  const changes = accepted === undefined ? [] : changesSince(accepted, found);
  if (flags.json)
    writeJson({
      schema: 1,
      ports: found.map(jsonOf),
      ...(links === undefined ? {} : { links: [...links] }),
      changes: [...changes],
    });
  else
    writeResult(
      found.length === 0 ? `${file} has no ports` : [...found.map(textOf), ...(links ?? []).map(linkText)].join('\n'),
    );
  for (const change of changes) writeNote(`warning: ${change}`);
  if (changes.length > 0) process.exitCode = EXIT.findings;
}

function portsOutsideCells({ communities, federations = [] }: Inventory): readonly StatusPort[] {
  return [
    ...communities.flatMap(({ servers }) =>
      servers.flatMap(({ community, name, address, publicName, ports }) =>
        Object.entries(ports).map(([port, number]): StatusPort => ({
          name: `${community}/${name} ${port}`,
          address,
          port: number,
          asksFor: publicName ?? address,
          speaks: 'sametime',
        })),
      ),
    ),
    ...federations.flatMap(({ servers, peers }) => [
      ...servers.flatMap(({ federation, name, address, domain, ports }) =>
        (['client', 'server'] as const).map((port): StatusPort => ({
          name: `${federation}/${name} ${port}`,
          address,
          port: ports[port],
          asksFor: domain,
          speaks: `xmpp-${port}`,
        })),
      ),
      ...peers.map(({ federation, name, address, domain, port }): StatusPort => ({
        name: `${federation}/${name} server`,
        address,
        port,
        asksFor: domain,
        speaks: 'xmpp-server',
      })),
    ]),
  ];
}

async function portsOfCells(file: string, inventory: Inventory, flags: GlobalFlags): Promise<readonly StatusPort[]> {
  if (inventory.cells.length === 0) return [];
  const { certificates, logins } = await loadDeployment(file, new Date(), flags.input);
  const { signal } = new AbortController();
  await using world = await openAnnounced('reading', { inventory, certificates, logins, signal });
  const listeners = await readListenerPorts(inventory, world.reader);
  return listeners.map(({ name, address, port }) => ({ name, address, port, asksFor: address, speaks: 'tls' }));
}

function textOf({
  name,
  address,
  port,
  encrypted,
  version,
  suite,
  certificate,
  authenticated,
  because,
  detail,
}: PortStatus) {
  const how = version === null ? detail : `${version} ${suite ?? ''}`.trim();
  const certificateLine =
    certificate === null
      ? 'not authenticated: no certificate was shown'
      : `${authenticated ? 'authenticated' : `not authenticated: ${because}`}; ${certificate.subject.replaceAll('\n', ', ')}, until ${certificate.notAfter.slice(0, 10)}, SHA-256 ${certificate.sha256.slice(0, 23)}`;
  return [`${name}  ${address}:${port}`, `  encrypted: ${encrypted}; ${how}`, `  ${certificateLine}`].join('\n');
}

const jsonOf = ({ certificate, ...port }: PortStatus) => ({
  ...port,
  certificate: certificate === null ? null : { ...certificate, names: [...certificate.names] },
});

const Accepted = z.object({
  schema: z.literal(1),
  ports: z.array(
    z.object({ name: z.string(), certificate: z.object({ subject: z.string(), sha256: z.string() }).nullable() }),
  ),
});
type Accepted = z.infer<typeof Accepted>['ports'];

/** @throws OperatorError INPUT_VALUE, INPUT_UNREADABLE */
async function loadAccepted(file: string): Promise<Accepted> {
  const { text } = await loadText(file);
  const parsed = Accepted.safeParse(valueOf(text));
  if (parsed.success) return parsed.data.ports;
  throw new OperatorError('INPUT_VALUE', `${file} is no saved status`, {
    hint: 'Save one with strictstep status --inventory I --json, after looking at it.',
  });
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A port that shows nothing now is no other certificate; a new one is told, since nobody has accepted it. */
const changesSince = (accepted: Accepted, found: readonly PortStatus[]): readonly string[] =>
  found.flatMap(({ name, certificate }) => {
    if (certificate === null) return [];
    const before = accepted.find((port) => port.name === name)?.certificate;
    if (before?.sha256 === certificate.sha256) return [];
    const now = `"${certificate.subject.replaceAll('\n', ', ')}" ${certificate.sha256}`;
    return [
      before === undefined || before === null
        ? `${name} shows a certificate that nobody has accepted: ${now}`
        : `${name} shows another certificate than the accepted one: ${now} instead of ${before.sha256}`,
    ];
  });
