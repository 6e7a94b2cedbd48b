// Sametime communities that an inventory does not have yet. Who calls them is in no file: that is told by people and by the
// census.
import { isMap, type YAMLMap } from 'yaml';
import { freeName } from './add-databases.ts';
import type { Discovery, FoundCommunityServer, HostFindings } from './types.ts';
import { mapOf, put, sectionOf } from './yaml-writer.ts';

type Placed = { readonly host: HostFindings; readonly found: FoundCommunityServer };

export function addCommunities(root: YAMLMap, { hosts }: Discovery): readonly string[] {
  const all = hosts.flatMap((host) => host.communityServers.map((found) => ({ host, found })));
  const missing = all.filter(({ host, found }) => !isDeclared(root, 'communities', host.host, iniKeys(found)));
  return missing.map((one) => {
    const community = one.found.community ?? 'community';
    const parent = sectionOf(root, 'communities');
    if (!parent.has(community)) put(parent, community, mapOf({}), communityLines(one.found));
    const servers = sectionOf(sectionOf(parent, community), 'servers');
    const name = freeName(servers, one.host.host);
    const modes = ['server', 'client'].flatMap((port) => {
      const mode = one.found.modes[port];
      return mode === undefined ? [] : [`${port} port ${mode}`];
    });
    put(servers, name, makeMember(one), [`sametime.ini says: ${modes.join(', ')}`]);
    return `communities.${community}.servers.${name}`;
  });
}

const communityLines = ({ community }: FoundCommunityServer): readonly string[] => [
  ...(community === null ? ['sametime.ini names no community: divide the servers if there are several'] : []),
  'write the programs that call or are called under neighbours: docs/inventory.md, census',
];

function makeMember({ host, found }: Placed): YAMLMap {
  const { kind, platform, data, ini, ports, clientModeIn } = found;
  const isUsual = kind === 'server' && ports.server === 1516 && ports.client === 1533;
  return mapOf({
    kind: kind === 'server' ? undefined : kind,
    host: host.host,
    platform: platform === 'linux' ? undefined : platform,
    data,
    ini: ini === `${data}/sametime.ini` ? undefined : ini,
    ports:
      isUsual || Object.keys(ports).length === 0
        ? undefined
        : mapOf({ server: ports.server, client: ports.client }, true),
    clientModeIn: clientModeIn === 'ini' ? undefined : clientModeIn,
  });
}

const iniKeys = ({ data, ini }: FoundCommunityServer): Readonly<Record<string, string>> => ({ data, ini });

/** Whether some server of the section is on the host and has one of these values. */
export const isDeclared = (
  root: YAMLMap,
  section: string,
  host: string,
  keys: Readonly<Record<string, string>>,
  part = 'servers',
): boolean => {
  const groups = root.get(section);
  if (!isMap(groups)) return false;
  return groups.items.some(({ value: group }) => {
    const entries = isMap(group) ? group.get(part) : undefined;
    if (!isMap(entries)) return false;
    return entries.items.some(
      ({ value }) =>
        isMap(value) &&
        value.get('host') === host &&
        Object.entries(keys).some(([key, text]) => value.get(key) === text),
    );
  });
};
