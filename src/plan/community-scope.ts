// The servers outside cells in the order in which they are taken.
import type { ServerTarget } from '../core/target.ts';
import type { CommunityServerEntry, Inventory } from '../inventory/types.ts';

/** A server of a community or a federation, and what starts it anew. */
export type Member = {
  /** `<community>/<server>` */
  readonly component: string;
  readonly target: ServerTarget;
  readonly restart: { readonly operation: string; readonly title: string };
};

/** Servers before standalone multiplexers, which call them. */
export const serversFirst = (servers: readonly CommunityServerEntry[]): readonly CommunityServerEntry[] => [
  ...servers.filter(({ kind }) => kind === 'server'),
  ...servers.filter(({ kind }) => kind === 'mux'),
];

export const membersOf = ({ communities, federations = [] }: Inventory): readonly Member[] => [
  ...communities.flatMap(({ servers }) =>
    serversFirst(servers).map((entry): Member => ({
      component: componentName(entry),
      target: { kind: 'community-server', community: entry.community, server: entry.name, host: entry.host },
      restart: {
        operation: 'community-restart',
        title: entry.kind === 'mux' ? 'Restart multiplexer' : 'Restart community server',
      },
    })),
  ),
  ...federations.flatMap(({ name: community, servers }) =>
    servers.map(({ name: server, host }): Member => ({
      component: `${community}/${server}`,
      target: { kind: 'sun-im-server', community, server, host },
      restart: { operation: 'sun-im-restart', title: 'Restart server and multiplexor' },
    })),
  ),
];

export const componentName = ({ community, name }: Pick<CommunityServerEntry, 'community' | 'name'>): string =>
  `${community}/${name}`;
