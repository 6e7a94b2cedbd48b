// Components and populations at the start: what the facts gathered of servers, what the inventory declares of the others.
import type { CallerSettings, EndpointSettings } from '../core/topology-change.ts';
import type { ComponentFacts, Facts } from '../facts/types.ts';
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
      .map((client) => [client.name, populationSettings(client, facts, issuers)]),
  );

/** direct: without TLS, until a push of tls-direct reaches it. Source: HCL Sametime, managed-community-configs.xml. */
function populationSettings(
  { name, offers, connectionType = 'direct' }: ClientEntry,
  facts: Facts,
  issuers: Issuers,
): CallerSettings {
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
