// Servers and gateways of Sun Instant Messaging that an inventory does not have yet. Every server lists those that it talks to:
// the ones that were found are named, the others are peers whose owner and abilities only a person knows.
import { isMap, YAMLMap } from 'yaml';
import { isDeclared } from './add-communities.ts';
import { freeName, isNamed } from './add-databases.ts';
import type { Discovery, FoundMessagingServer, HostFindings } from './types.ts';
import { mapOf, put, sectionOf } from './yaml-writer.ts';

type Placed = { readonly host: HostFindings; readonly found: FoundMessagingServer };
type Coserver = FoundMessagingServer['coservers'][number];

const FEDERATION = 'chat';
const RUNTIME = 'in which folder are its pid files? Its configuration has no iim.instancevardir.';

export function addFederations(root: YAMLMap, { hosts }: Discovery): readonly string[] {
  const all = hosts.flatMap((host) => host.messagingServers.map((found) => ({ host, found })));
  const gateways = hosts.flatMap((host) => host.gateways.map((gateway) => ({ host, ...gateway })));
  const [servers, others] = [
    all.filter(({ host, found }) => !isDeclared(root, 'federations', host.host, { config: found.config })),
    gateways.filter(({ host, config }) => !isDeclared(root, 'federations', host.host, { config }, 'gateways')),
  ];
  if (servers.length + others.length === 0) return [];
  const federation = sectionOf(sectionOf(root, 'federations'), FEDERATION);
  const into = sectionOf(federation, 'servers');
  const names = new Map<FoundMessagingServer, string>();
  for (const { host, found } of servers) names.set(found, freeName(into, host.host, [...names.values()]));
  for (const one of servers) put(into, names.get(one.found) ?? '', makeServer(one, all, names, federation));
  const added = servers.map(({ found }) => `federations.${FEDERATION}.servers.${names.get(found)}`);
  return [...added, ...others.map((gateway) => addGateway(federation, gateway))];
}

function makeServer(
  { host, found }: Placed,
  all: readonly Placed[],
  names: ReadonlyMap<FoundMessagingServer, string>,
  federation: YAMLMap,
): YAMLMap {
  const { config, domain, imadmin, runtime, ports, coservers } = found;
  const known = coservers.map((coserver) => {
    const other = all.find((one) => one.found !== found && isMeant(coserver, one));
    return [coserver.name, (other && names.get(other.found)) ?? peerFor(federation, coserver)] as const;
  });
  return mapOf({
    host: host.host,
    domain: domain ?? { ask: 'which XMPP domain does it serve? iim.conf has no iim_server.domainname.' },
    config,
    imadmin: imadmin ?? { ask: 'where is imadmin?' },
    runtime: runtime ?? { ask: RUNTIME },
    ports:
      ports.client === 5222 && ports.server === 5269
        ? undefined
        : mapOf({ client: ports.client, server: ports.server }, true),
    coservers: known.length === 0 ? undefined : mapOf(Object.fromEntries(known), true),
  });
}

/** The domain says who it is; an address alone may be that of several. */
const isMeant = ({ domain, host }: Coserver, one: Placed): boolean =>
  domain === null ? host !== null && isNamed(one.host, host) : one.found.domain === domain;

/** Name of the peer with that domain, made when there is none. */
function peerFor(federation: YAMLMap, { name, host, port, domain }: Coserver): string {
  const peers = sectionOf(federation, 'peers');
  const known = peers.items.find(({ value }) => isMap(value) && domain !== null && value.get('domain') === domain);
  if (known !== undefined) return String(known.key);
  const free = freeName(peers, domain?.split('.')[0] ?? name);
  const peer = mapOf({
    domain: domain ?? { ask: 'which XMPP domain does it serve?' },
    address: host ?? { ask: 'where is it called?' },
    port: port === null || port === 5269 ? undefined : port,
  });
  put(peers, free, peer, ['it can do no TLS until offers says so']);
  return free;
}

export type FoundPeer = { readonly federation: string; readonly name: string; readonly domain: string };

/** Servers of others, by the names that an inventory of these hosts gets. */
export function peersOf(discovery: Discovery): readonly FoundPeer[] {
  const root = new YAMLMap();
  addFederations(root, discovery);
  const federations = root.get('federations');
  return (isMap(federations) ? federations.items : []).flatMap(({ key: federation, value }) => {
    const peers = isMap(value) ? value.get('peers') : undefined;
    return (isMap(peers) ? peers.items : []).map(({ key, value: peer }) => ({
      federation: String(federation),
      name: String(key),
      domain: String(isMap(peer) ? peer.get('domain') : ''),
    }));
  });
}

type PlacedGateway = HostFindings['gateways'][number] & { readonly host: HostFindings };

function addGateway(federation: YAMLMap, { host, config, runtime }: PlacedGateway): string {
  const gateways = sectionOf(federation, 'gateways');
  const name = freeName(gateways, host.host);
  const own = runtime ?? host.messagingServers.find((one) => one.runtime !== null)?.runtime ?? { ask: RUNTIME };
  put(gateways, name, mapOf({ host: host.host, config, runtime: own }), [
    'restart: a script on the host, else a person restarts it',
  ]);
  return `federations.${FEDERATION}.gateways.${name}`;
}
