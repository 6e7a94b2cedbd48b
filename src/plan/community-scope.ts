// The servers of communities in the order in which they are taken.
import type { CommunityServerEntry, Inventory } from '../inventory/types.ts';

/** Servers before standalone multiplexers, which call them. */
export const serversFirst = (servers: readonly CommunityServerEntry[]): readonly CommunityServerEntry[] => [
  ...servers.filter(({ kind }) => kind === 'server'),
  ...servers.filter(({ kind }) => kind === 'mux'),
];

export const communityServers = ({ communities }: Inventory): readonly CommunityServerEntry[] =>
  communities.flatMap(({ servers }) => serversFirst(servers));

export const componentName = ({ community, name }: Pick<CommunityServerEntry, 'community' | 'name'>): string =>
  `${community}/${name}`;
