// Links of federations: each pair of servers in both directions by their coservers, servers of others, gateways to the ports
// that they may be pointed at. Which of these a gateway uses stands in its httpbind.conf, so the others are idle.
import type { FederationEntry, SunImServerEntry } from '../inventory/types.ts';
import type { ComponentLink, ComponentListener } from './link.ts';

export type LinkDraft = Pick<ComponentLink, 'caller' | 'listener' | 'required'>;

export function federationLinks({ name: federation, servers, peers, gateways }: FederationEntry): readonly LinkDraft[] {
  const componentName = (name: string): string => `${federation}/${name}`;
  const call = (from: string, purpose: string, listener: ComponentListener, required: boolean): LinkDraft => ({
    caller: { kind: 'component', component: componentName(from), purpose },
    listener,
    required,
  });
  return [
    ...servers.flatMap((server) =>
      Object.entries(server.coservers).flatMap(([coserver, other]): readonly LinkDraft[] => {
        const peer = peers.find(({ name }) => name === other);
        if (peer !== undefined)
          return [
            call(server.name, coserver, { component: componentName(other), port: 'server' }, peer.required),
            call(other, 'server', { component: componentName(server.name), port: `server/${coserver}` }, peer.required),
          ];
        const entry = servers.find(({ name }) => name === other);
        return entry === undefined
          ? []
          : [call(server.name, coserver, listenerFor(server.name, entry, federation), true)];
      }),
    ),
    ...gateways.flatMap(({ name }) =>
      servers.flatMap((server) =>
        (['client', 'server'] as const).map((port) =>
          call(name, gatewayPurpose(server.name, port), { component: componentName(server.name), port }, true),
        ),
      ),
    ),
  ];
}

export const gatewayPurpose = (server: string, port: 'client' | 'server'): string => `${server} ${port}`;

/** A server that does not list its caller takes it as it takes everybody. */
function listenerFor(caller: string, { name, coservers }: SunImServerEntry, federation: string): ComponentListener {
  const coserver = Object.entries(coservers).find(([, other]) => other === caller)?.[0];
  return { component: `${federation}/${name}`, port: coserver === undefined ? 'server' : `server/${coserver}` };
}
