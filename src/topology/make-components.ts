// Components and populations at the start: what the facts gathered of servers, what the inventory declares of the others.
import type { CallerSettings, EndpointSettings } from '../core/topology-change.ts';
import type { ComponentFacts, Facts } from '../facts/types.ts';
import type { SunImPeerEntry } from '../inventory/types.ts';
import type { ClientEntry, Inventory, NeighbourEntry } from '../inventory/types.ts';
import type { ComponentState } from './component-state.ts';
import { withIssuer, type Issuers } from './issuers.ts';
import { fingerprintKey } from './state.ts';

export const componentsOf = (
  inventory: Inventory,
  facts: Facts,
  issuers: Issuers,
): ReadonlyMap<string, ComponentState> =>
  new Map([
    ...inventory.communities.flatMap(({ neighbours }) =>
      neighbours.map((neighbour): readonly [string, ComponentState] => [
        `${neighbour.community}/${neighbour.name}`,
        declared(neighbour, facts, issuers),
      ]),
    ),
    ...(inventory.federations ?? []).flatMap(({ peers }) =>
      peers.map((peer): readonly [string, ComponentState] => [
        `${peer.federation}/${peer.name}`,
        declaredPeer(peer, facts, issuers),
      ]),
    ),
    ...(facts.components ?? []).map((found) => [found.component, componentState(found, issuers)] as const),
  ]);

/** Whether a neighbour runs is not known; what it can do is what its owner says. */
function declared({ community, name, offers }: NeighbourEntry, facts: Facts, issuers: Issuers): ComponentState {
  const caller: CallerSettings = {
    clear: true,
    protocols: offers,
    trustedNames: [],
    ...certificatesOf(`${community}/${name}`, facts, issuers),
    because: offers.length === 0 ? 'no offers in the inventory' : `offers ${offers.join(', ')} in the inventory`,
  };
  const settings = { listeners: {}, callers: { server: caller } };
  return { running: 'running', disk: settings, process: settings, isOlderThanDisk: false };
}

/** A server of somebody else: called and calling. It takes callers without TLS as long as nobody says otherwise. */
function declaredPeer(peer: SunImPeerEntry, facts: Facts, issuers: Issuers): ComponentState {
  const { federation, name, offers } = peer;
  const own = certificatesOf(`${federation}/${name}`, facts, issuers);
  const because = offers.length === 0 ? 'no offers in the inventory' : `offers ${offers.join(', ')} in the inventory`;
  const caller: CallerSettings = { clear: true, protocols: offers, trustedNames: [], ...own, because };
  const listener: EndpointSettings = {
    clear: true,
    protocols: offers,
    chain: own.personal,
    names: own.personalNames ?? [],
    clientCertificate: 'none',
    trusts: own.trusts,
    because,
  };
  const settings = { listeners: { server: listener }, callers: { server: caller } };
  return { running: 'running', disk: settings, process: settings, isOlderThanDisk: false };
}

const componentState = ({ disk, running, process, modes }: ComponentFacts, issuers: Issuers): ComponentState => ({
  // A port that answers is proof of life; a file with a process id can be missing or old.
  running:
    process.pid !== null || Object.values(modes).some((mode) => mode !== 'inconclusive') ? 'running' : 'found-stopped',
  disk,
  // A listener that gave no clear answer is taken to be what its disk says.
  process: {
    listeners: {
      ...disk.listeners,
      ...Object.fromEntries(
        Object.entries(running.listeners).map(([port, listener]) => [port, withRoot(listener, issuers)]),
      ),
    },
    callers: { ...disk.callers, ...running.callers },
  },
  isOlderThanDisk: process.isOlderThanDisk,
});

/** Servers may leave the root out. A chain of which nobody knows the end is not known: nothing is claimed about trust. */
function withRoot(listener: EndpointSettings, issuers: Issuers): EndpointSettings {
  const served = listener.chain.map(fingerprintKey);
  const chain = issuers.has(served.at(-1) ?? '') ? withIssuer(served, issuers) : [];
  return { ...listener, chain };
}

export const populationsOf = (
  inventory: Inventory,
  facts: Facts,
  issuers: Issuers,
): ReadonlyMap<string, CallerSettings> =>
  new Map(
    inventory.clients
      .filter(({ communityPorts = [] }) => communityPorts.length > 0)
      .map((client) => [client.name, populationSettings(client, inventory, facts, issuers)]),
  );

/** direct: without TLS, until a push of tls-direct reaches it. Source: HCL Sametime, managed-community-configs.xml. */
function populationSettings(
  { name, offers, connectionType = 'direct', communityPorts = [] }: ClientEntry,
  { federations = [] }: Inventory,
  facts: Facts,
  issuers: Issuers,
): CallerSettings {
  if (communityPorts.some(({ community }) => federations.some((federation) => federation.name === community))) {
    // startTLS is used where it is offered; at the multiplexor's SSL there is nothing without it.
    const isSsl = connectionType === 'tls-direct' || communityPorts.every(({ port }) => port === 'mux');
    const because = isSsl
      ? 'it does nothing without TLS, by the inventory'
      : `offers ${offers.join(', ')} in the inventory`;
    return { clear: !isSsl, protocols: offers, trustedNames: [], ...certificatesOf(name, facts, issuers), because };
  }
  const isDirect = connectionType === 'direct';
  return {
    clear: isDirect,
    protocols: isDirect ? [] : offers,
    trustedNames: [],
    ...certificatesOf(name, facts, issuers),
    because: `connection type ${connectionType} in the inventory`,
  };
}

/** What the inventory's files say of a caller. */
function certificatesOf(
  name: string,
  { clients = [], clientCertificates = [] }: Facts,
  issuers: Issuers,
): Pick<CallerSettings, 'trusts' | 'personal' | 'personalNames'> {
  const trust = clients.find((entry) => entry.name === name);
  const own = clientCertificates.find((entry) => entry.name === name)?.chain ?? [];
  return {
    trusts: trust === undefined ? null : trust.roots.map(({ sha1 }) => sha1),
    personal: withIssuer(
      own.map(({ sha1 }) => fingerprintKey(sha1)),
      issuers,
    ),
    personalNames: own[0]?.names ?? [],
  };
}
