// Health checks after a community server was started: each port is in the mode that the model foresees and shows the chain
// it foresees, servers have logged in to each other in both directions, Sametime proxies are connected, clients get through.
import type { EndpointSettings } from '../core/topology-change.ts';
import type { HealthCheck } from '../health/types.ts';
import type { CommunityEntry, CommunityServerEntry, Inventory } from '../inventory/types.ts';
import { componentOf } from '../topology/component-state.ts';
import { evaluateLink } from '../topology/evaluate.ts';
import { componentKey, isComponentLink, type ComponentLink } from '../topology/link.ts';
import { fingerprintKey, type TopologyState } from '../topology/state.ts';
import type { LinkOutcome } from '../topology/types.ts';
import { componentName } from './community-scope.ts';
import type { PlanBasis } from './input.ts';
import type { ResolvedTask } from './resolve.ts';

type Judged = { readonly link: ComponentLink; readonly outcome: LinkOutcome };
type Scene = {
  readonly server: CommunityServerEntry;
  readonly community: CommunityEntry;
  readonly links: readonly Judged[];
};

/** @param topology the model after the step */
export function communityChecksOf(
  { operation, target }: ResolvedTask,
  topology: TopologyState,
  { inventory, processes }: PlanBasis,
): readonly HealthCheck[] {
  if (operation.name !== 'community-restart' || target.kind !== 'community-server') return [];
  const community = inventory.communities.find(({ name }) => name === target.community);
  const server = community?.servers.find(({ name }) => name === target.server);
  if (community === undefined || server === undefined) return [];
  const scene = { server, community, links: judgedLinks(server, topology) };
  return [
    ...portChecks(server, topology, processes),
    ...peerChecks(scene),
    ...callerChecks(scene),
    ...proxyChecks(scene),
    ...clientChecks(scene, inventory),
  ];
}

function judgedLinks(server: CommunityServerEntry, topology: TopologyState): readonly Judged[] {
  const positions = topology.dependents.get(componentKey(componentName(server))) ?? [];
  return positions.flatMap((position) => {
    const link = topology.links[position];
    return link === undefined || !isComponentLink(link) ? [] : [{ link, outcome: evaluateLink(topology, position) }];
  });
}

function portChecks(
  server: CommunityServerEntry,
  topology: TopologyState,
  { sha256Of }: PlanBasis['processes'],
): readonly HealthCheck[] {
  const { listeners } = componentOf(topology, componentName(server)).process;
  const { address, startTimeoutMs: deadlineMs } = server;
  return Object.entries(server.ports).flatMap(([name, port]): readonly HealthCheck[] => {
    const listener = listeners[name];
    const is = listener === undefined ? undefined : modeOf(listener);
    if (listener === undefined || is === undefined) return [];
    const where = { address, port, deadlineMs };
    const mode = { kind: 'mode' as const, name: `${name} port of ${componentName(server)}`, ...where, is };
    const [highest] = listener.protocols.toReversed();
    if (highest === undefined) return [mode];
    return [
      mode,
      {
        kind: 'listener',
        name: `TLS on the ${name} port of ${componentName(server)}`,
        ...where,
        // The versions below it depend on defaults that differ between releases.
        accepts: [highest],
        refuses: [],
        chainSha256: knownChain(listener, sha256Of),
      },
    ];
  });
}

/** SHA-256, leaf first; null: not every certificate of it is known */
export function knownChain(
  { chain: fingerprints }: Pick<EndpointSettings, 'chain'>,
  sha256Of: PlanBasis['processes']['sha256Of'],
): readonly string[] | null {
  const chain = fingerprints.flatMap((fingerprint) => sha256Of(fingerprintKey(fingerprint)) ?? []);
  return chain.length > 0 && chain.length === fingerprints.length ? chain : null;
}

/** undefined: it takes nothing, which no answer of a port can prove */
export function modeOf({ clear, protocols }: EndpointSettings): 'legacy' | 'dynamic' | 'strict' | undefined {
  if (clear) return protocols.length === 0 ? 'legacy' : 'dynamic';
  return protocols.length === 0 ? undefined : 'strict';
}

const works = ({ outcome }: LinkOutcome): boolean => outcome === 'tls' || outcome === 'legacy';

/** Servers that run and that it has a session with, in both directions. */
function peerChecks({ server, community, links }: Scene): readonly HealthCheck[] {
  const isPeer = ({ link: { caller, listener }, outcome }: Judged, peer: string): boolean =>
    works(outcome) &&
    caller.kind === 'component' &&
    [caller.component, listener.component].every((end) => end === peer || end === componentName(server)) &&
    caller.component !== listener.component;
  const peers = community.servers.filter((peer) => {
    const both = links.filter((judged) => isPeer(judged, componentName(peer)));
    return peer.kind === 'server' && peer !== server && both.length === 2;
  });
  if (server.kind !== 'server' || peers.length === 0) return [];
  const { host, log, address, startTimeoutMs: deadlineMs } = server;
  return [
    {
      kind: 'peers',
      name: `log-ins of ${componentName(server)}`,
      host,
      log,
      address,
      expects: peers.map((peer) => ({
        name: componentName(peer),
        address: peer.address,
        host: peer.host,
        log: peer.log,
      })),
      deadlineMs,
    },
  ];
}

const addressesOf = (entries: readonly { readonly address?: string }[]): readonly string[] =>
  entries.flatMap(({ address }) => address ?? []);

/** Who was there before the restart is there after it, also who is in no inventory. */
function callerChecks({ server, community, links }: Scene): readonly HealthCheck[] {
  const { host, log, ports, startTimeoutMs: deadlineMs } = server;
  if (server.kind !== 'server' || server.platform === 'windows' || ports.server === undefined) return [];
  const name = componentName(server);
  const linksFrom = (caller: string): readonly Judged[] =>
    links.filter(({ link }) => link.caller.kind === 'component' && link.caller.component === caller);
  const known = [...community.servers, ...community.neighbours].filter((entry) => componentName(entry) !== name);
  const lost = known.filter((entry) => {
    const own = linksFrom(componentName(entry));
    return own.length > 0 && !own.some(({ outcome }) => works(outcome));
  });
  return [
    {
      kind: 'callers',
      name: `callers of ${name}`,
      host,
      log,
      serverPort: ports.server,
      clientPort: ports.client ?? null,
      except: addressesOf(lost),
      comesAndGoes: addressesOf(community.neighbours.filter(({ cycleMs }) => cycleMs !== undefined)),
      deadlineMs,
    },
  ];
}

const proxyChecks = ({ server, community, links }: Scene): readonly HealthCheck[] =>
  community.neighbours.flatMap(({ name, proxyInfo }): readonly HealthCheck[] => {
    const component = `${community.name}/${name}`;
    const isConnected = links.some(
      ({ link: { caller }, outcome }) =>
        caller.kind === 'component' && caller.component === component && works(outcome),
    );
    if (proxyInfo === undefined || !isConnected) return [];
    return [
      {
        kind: 'proxy-connected',
        name: `Sametime proxy ${component}`,
        url: proxyInfo,
        deadlineMs: server.startTimeoutMs,
      },
    ];
  });

/** Clients that come with TLS; the others are seen by the mode of the port. */
const clientChecks = ({ server, links }: Scene, { clients }: Inventory): readonly HealthCheck[] =>
  links.flatMap(({ link: { caller, listener }, outcome }): readonly HealthCheck[] => {
    if (caller.kind !== 'clients' || outcome.outcome !== 'tls') return [];
    const client = clients.find(({ name }) => name === caller.client);
    const port = Object.entries(server.ports).find(([name]) => name === listener.port)?.[1];
    if (client === undefined || port === undefined) return [];
    return [
      {
        kind: 'client-link',
        name: `client ${client.name} to ${componentName(server)} ${listener.port}`,
        client: client.name,
        address: server.address,
        port,
        offers: client.offers,
        deadlineMs: server.startTimeoutMs,
      },
    ];
  });
