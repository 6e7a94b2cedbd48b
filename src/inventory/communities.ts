// Communities of an inventory with what the file leaves out: paths below the data folder, the host's address, ports.
import { resolve } from 'node:path';
import type { YamlPath } from '../core/yaml/yaml-tree.ts';
import { keyPlaceAt } from '../core/yaml/yaml-tree.ts';
import type { Community } from './community-schema.ts';
import type { Source } from './parse-inventory.ts';
import { withoutAbsent } from './present.ts';
import type { CommunityEntry, CommunityServerEntry, NeighbourEntry } from './types.ts';

/** Source: HCL Sametime 11.6, ports used by Sametime. */
const DEFAULT_PORTS = { server: { server: 1516, client: 1533 }, mux: { client: 1533 } } as const;
const LDAPS_PORT = 636;
/** Longer than one start, so that it does not act on a server that only comes up slowly. */
const DEAD_MAN_MARGIN_MS = 5 * 60_000;

export function communitiesOf({ content, tree, folder }: Source): readonly CommunityEntry[] {
  const placeOf = (...path: YamlPath) => keyPlaceAt(tree, ['communities', ...path]);
  return Object.entries(content.communities).map(([community, { servers, neighbours }]) => ({
    name: community,
    servers: Object.entries(servers).map(([name, entry]): CommunityServerEntry => ({
      community,
      name,
      ...withoutAbsent({ publicName: entry.publicName, user: entry.user }),
      kind: entry.kind,
      host: entry.host,
      platform: entry.platform,
      data: entry.data,
      ini: entry.ini ?? below(entry.data, 'sametime.ini'),
      log: entry.log ?? below(entry.data, 'trace', 'sametime.log'),
      address: entry.address ?? content.hosts[entry.host]?.address ?? entry.host,
      ports: entry.ports === undefined ? DEFAULT_PORTS[entry.kind] : withoutAbsent(entry.ports),
      strictSpelling: entry.strictSpelling,
      clientModeIn: entry.clientModeIn,
      startTimeoutMs: entry.startTimeout,
      deadManMs: entry.deadMan ?? entry.startTimeout + DEAD_MAN_MARGIN_MS,
      place: placeOf(community, 'servers', name),
    })),
    neighbours: Object.entries(neighbours).map(([name, entry]) =>
      neighbourOf(community, name, entry, { folder, place: placeOf(community, 'neighbours', name) }),
    ),
    place: placeOf(community),
  }));
}

function neighbourOf(
  community: string,
  name: string,
  entry: Community['neighbours'][string],
  { folder, place }: Pick<NeighbourEntry, 'place'> & { readonly folder: string },
): NeighbourEntry {
  const isCalled = entry.kind === 'ldap';
  const [trustFile, certificateFile] = [entry.trusts, entry.presents].map((file) =>
    file === undefined ? undefined : resolve(folder, file),
  );
  return {
    community,
    name,
    kind: entry.kind,
    connects: entry.connects ?? (isCalled ? [] : 'all'),
    calledBy: entry.calledBy ?? (isCalled ? 'all' : []),
    offers: entry.offers,
    required: entry.required,
    place,
    ...withoutAbsent({
      owner: entry.owner,
      address: entry.address,
      port: entry.port ?? (isCalled ? LDAPS_PORT : undefined),
      trustFile,
      certificateFile,
      cycleMs: entry.cycle,
      proxyInfo: entry.proxyInfo,
    }),
  };
}

/** Hosts of either kind: the separator is the one that the folder is written with. */
function below(folder: string, ...names: readonly string[]): string {
  const separator = folder.includes('\\') ? '\\' : '/';
  return [folder.replace(/[\\/]+$/, ''), ...names].join(separator);
}
