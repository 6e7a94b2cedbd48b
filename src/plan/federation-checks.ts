// Health checks after a Sun Instant Messaging server was started: each port proves the mode and shows the chain that the model
// foresees, and a ping goes to every other domain that was reached before, and comes back. A strict server loses messages to
// a peer without TLS silently, so the pings do not depend on what the proof says of the link.
import type { HealthCheck } from '../health/types.ts';
import type { FederationEntry, SunImServerEntry } from '../inventory/types.ts';
import { componentOf } from '../topology/component-state.ts';
import { evaluateLink } from '../topology/evaluate.ts';
import { componentKey, isComponentLink } from '../topology/link.ts';
import type { TopologyState } from '../topology/state.ts';
import { knownChain, modeOf } from './community-checks.ts';
import type { PlanBasis } from './input.ts';
import type { ResolvedTask } from './resolve.ts';

/** Long enough to see a process that ends right after its start. */
const SETTLE_MS = 500;
const GATEWAY_DEADLINE_MS = 120_000;

/** @param before the model before the step, `topology` after it */
export function federationChecksOf(
  { operation, target }: ResolvedTask,
  before: TopologyState,
  topology: TopologyState,
  { inventory: { federations = [] }, processes }: PlanBasis,
): readonly HealthCheck[] {
  const federation = federations.find(({ name }) => 'community' in target && name === target.community);
  if (federation === undefined) return [];
  if (operation.name === 'sun-im-gateway' && target.kind === 'sun-im-gateway')
    return federation.gateways
      .filter(({ name }) => name === target.gateway)
      .map(({ host, runtime, name }) => ({
        kind: 'process',
        name: `process of ${federation.name}/${name}`,
        host,
        pidFile: `${runtime}/gateway.pid`,
        sameForMs: SETTLE_MS,
        deadlineMs: GATEWAY_DEADLINE_MS,
      }));
  if (operation.name !== 'sun-im-restart' || target.kind !== 'sun-im-server') return [];
  const server = federation.servers.find(({ name }) => name === target.server);
  if (server === undefined) return [];
  return [...portChecks(server, topology, processes), ...pingChecks(server, federation, before, topology)];
}

const nameOf = ({ federation, name }: Pick<SunImServerEntry, 'federation' | 'name'>): string => `${federation}/${name}`;

function portChecks(
  server: SunImServerEntry,
  topology: TopologyState,
  { sha256Of }: PlanBasis['processes'],
): readonly HealthCheck[] {
  const { listeners } = componentOf(topology, nameOf(server)).process;
  const { address, domain, ports, startTimeoutMs: deadlineMs } = server;
  const streams = (['client', 'server'] as const).flatMap((service): readonly HealthCheck[] => {
    const listener = listeners[service];
    const is = listener === undefined ? undefined : modeOf(listener);
    if (listener === undefined || is === undefined) return [];
    const name = `streams at the ${service} port of ${nameOf(server)}`;
    const chainSha256 = knownChain(listener, sha256Of);
    return [{ kind: 'stream', name, address, port: ports[service], domain, service, is, chainSha256, deadlineMs }];
  });
  const mux = listeners['mux'];
  const [highest] = mux?.protocols.toReversed() ?? [];
  if (mux === undefined || highest === undefined) return streams;
  const ssl: HealthCheck = {
    kind: 'listener',
    name: `legacy SSL at the client port of ${nameOf(server)}`,
    address,
    port: ports.client,
    accepts: [highest],
    refuses: [],
    chainSha256: knownChain(mux, sha256Of),
    deadlineMs,
  };
  return [...streams, ssl];
}

type Other = { readonly name: string; readonly domain: string };

/** From the server to every other one that it reached, and from every managed one that reached it. */
function pingChecks(
  server: SunImServerEntry,
  { name: federation, servers, peers }: FederationEntry,
  before: TopologyState,
  after: TopologyState,
): readonly HealthCheck[] {
  const others: readonly Other[] = [...servers, ...peers];
  const reached = (from: string, to: string): boolean => worked(before, `${federation}/${from}`, `${federation}/${to}`);
  return others
    .filter(({ name }) => name !== server.name && reached(server.name, name) && reached(name, server.name))
    .flatMap((other) => {
      const entry = servers.find(({ name }) => name === other.name);
      return [
        ...ping(server, other, server, after),
        ...(entry === undefined ? [] : ping(entry, server, server, after)),
      ];
    });
}

/** Nobody is logged in without TLS, so a server that offers none is asked by nobody. */
function ping(
  from: SunImServerEntry,
  to: Other,
  { startTimeoutMs: deadlineMs }: SunImServerEntry,
  topology: TopologyState,
): readonly HealthCheck[] {
  const { address, ports, domain, probeLogin } = from;
  const client = componentOf(topology, nameOf(from)).process.listeners['client'];
  if (probeLogin === undefined || client === undefined || client.protocols.length === 0) return [];
  const name = `ping from ${nameOf(from)} to ${to.domain}`;
  return [{ kind: 'ping', name, address, port: ports.client, domain, login: nameOf(from), to: to.domain, deadlineMs }];
}

function worked(topology: TopologyState, from: string, to: string): boolean {
  const positions = topology.dependents.get(componentKey(from)) ?? [];
  return positions.some((position) => {
    const link = topology.links[position];
    if (link === undefined || !isComponentLink(link) || link.caller.kind !== 'component') return false;
    if (link.caller.component !== from || link.listener.component !== to) return false;
    const { outcome } = evaluateLink(topology, position);
    return outcome === 'tls' || outcome === 'legacy';
  });
}
