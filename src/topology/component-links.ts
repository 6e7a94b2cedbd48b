// Links of communities (those of federations are beside this file): every server to every other one, multiplexers and neighbours to servers, clients to client ports,
// servers to their directory. All from the inventory: nothing on a host lists its callers completely.
import type { Inventory, CommunityEntry, NeighbourEntry } from '../inventory/types.ts';
import { federationLinks, type LinkDraft as Draft } from './federation-links.ts';
import type { ComponentCaller, ComponentLink, ComponentListener } from './link.ts';

export const componentLinks = (inventory: Inventory): readonly ComponentLink[] =>
  [
    ...inventory.communities.flatMap(communityLinks),
    ...(inventory.federations ?? []).flatMap(federationLinks),
    ...clientLinks(inventory),
  ].map((draft) => {
    const [from, to] = [nameOf(draft.caller), `${draft.listener.component} ${draft.listener.port}`];
    return { id: `${from} -> ${to}`, from, to, ...draft, source: 'inventory', asksFor: undefined };
  });

const nameOf = (caller: ComponentCaller): string =>
  caller.kind === 'clients' ? `client ${caller.client}` : caller.component;

const memberName = (community: string, name: string): string => `${community}/${name}`;

function communityLinks({ name: community, servers, neighbours }: CommunityEntry): readonly Draft[] {
  const called = servers.filter(({ ports }) => ports.server !== undefined).map(({ name }) => name);
  const call = (from: string, purpose: string, listener: ComponentListener, required = true): Draft => ({
    caller: { kind: 'component', component: memberName(community, from), purpose },
    listener,
    required,
  });
  const toServer = (name: string): ComponentListener => ({ component: memberName(community, name), port: 'server' });
  return [
    ...servers.flatMap(({ name }) =>
      called.filter((other) => other !== name).map((other) => call(name, 'server', toServer(other))),
    ),
    ...neighbours.flatMap((neighbour) => [
      ...chosen(neighbour.connects, called).map((server) =>
        call(neighbour.name, 'server', toServer(server), neighbour.required),
      ),
      ...chosen(neighbour.calledBy, called).map((server) =>
        call(server, neighbour.kind, listenerOf(neighbour), neighbour.required),
      ),
    ]),
  ];
}

/** The port of a neighbour that is called has the neighbour's kind for its name: ldap. */
const listenerOf = ({ community, name, kind }: NeighbourEntry): ComponentListener => ({
  component: memberName(community, name),
  port: kind,
});

const chosen = (list: NeighbourEntry['connects'], all: readonly string[]): readonly string[] =>
  list === 'all' ? all : list;

const clientLinks = ({ clients }: Inventory): readonly Draft[] =>
  clients.flatMap(({ name, required, communityPorts = [] }) =>
    communityPorts.map(({ community, server, port }) => ({
      caller: { kind: 'clients' as const, client: name },
      listener: { component: memberName(community, server), port },
      required,
    })),
  );
