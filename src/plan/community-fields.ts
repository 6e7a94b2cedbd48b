// What operations need to know of a target outside cells: everything its inventory entry has, and whom its checks ask.
import { OperatorError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { Target } from '../core/operation.ts';
import type { Facts } from '../facts/types.ts';
import type { ClientEntry, CommunityEntry, Inventory } from '../inventory/types.ts';
import { fieldsOfFederation } from './federation-fields.ts';
import type { TargetFields } from './target-fields.ts';

const KINDS = ['community-server', 'neighbour', 'population', 'community', 'sun-im-server', 'sun-im-gateway'] as const;
type CommunityTarget = Extract<Target, { readonly kind: (typeof KINDS)[number] }>;

export const isCommunityTarget = (target: Target): target is CommunityTarget =>
  KINDS.some((kind) => kind === target.kind);

/** The host is the one that is written to; what is only looked at has none of its own and takes the first server's.
 * @throws OperatorError INPUT_UNKNOWN_NAME */
export function fieldsOfCommunity(
  target: CommunityTarget,
  inventory: Inventory,
  facts: Pick<Facts, 'clientCertificates'>,
): TargetFields {
  if (target.kind === 'population') {
    const client = found(inventory.clients, target.client, 'client');
    const reached = reachedBy(client, inventory);
    const first = reached[0] ?? inventory.communities[0];
    const fields = {
      owner: client.owner ?? null,
      offers: [...client.offers],
      communities: portsOf(client, inventory),
      members: reached.flatMap(membersOf),
    };
    return { host: first === undefined ? '' : firstHost(first), fields };
  }
  if (target.kind === 'sun-im-server' || target.kind === 'sun-im-gateway')
    return fieldsOfFederation(target, inventory, facts);
  const community = found(inventory.communities, target.community, 'community');
  if (target.kind === 'community') return { host: firstHost(community), fields: {} };
  if (target.kind === 'neighbour') {
    const { name, kind, owner, proxyInfo, connects } = found(community.neighbours, target.neighbour, 'neighbour');
    const fields = { neighbourKind: kind, owner: owner ?? null, proxyInfo: proxyInfo ?? null };
    const called = community.servers.filter((server) =>
      connects === 'all' ? server.kind === 'server' : connects.includes(server.name),
    );
    const members = membersOf(community);
    return {
      host: firstHost(community),
      fields: { ...fields, neighbour: name, members, connects: called.map((server) => server.name) },
    };
  }
  const { kind, host, ports, user, ...entry } = found(community.servers, target.server, 'server');
  return {
    host,
    fields: {
      memberKind: kind,
      host,
      platform: entry.platform,
      data: entry.data,
      ini: entry.ini,
      log: entry.log,
      address: entry.address,
      serverPort: ports.server ?? null,
      clientPort: ports.client ?? null,
      strictSpelling: entry.strictSpelling,
      clientModeIn: entry.clientModeIn,
      startTimeoutMs: entry.startTimeoutMs,
      deadManMs: entry.deadManMs,
      user: user ?? null,
    },
  };
}

const firstHost = ({ servers }: CommunityEntry): string => servers[0]?.host ?? '';

const membersOf = ({ servers }: CommunityEntry) =>
  servers.map(({ name, host, address, log, ports }) => ({
    name,
    host,
    address,
    log,
    serverPort: ports.server ?? null,
    clientPort: ports.client ?? null,
  }));

const reachedBy = ({ communityPorts = [] }: ClientEntry, { communities }: Inventory): readonly CommunityEntry[] =>
  communities.filter(({ name }) => communityPorts.some(({ community }) => community === name));

/** By the name that users know. */
const portsOf = ({ communityPorts = [] }: ClientEntry, { communities }: Inventory): Json[] =>
  communityPorts.flatMap(({ community, server }) => {
    const entry = communities.find(({ name }) => name === community)?.servers.find(({ name }) => name === server);
    if (entry?.ports.client === undefined) return [];
    return [{ community, host: entry.publicName ?? entry.address, port: entry.ports.client }];
  });

function found<Entry extends { readonly name: string }>(entries: readonly Entry[], name: string, word: string): Entry {
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  throw new OperatorError('INPUT_UNKNOWN_NAME', `unknown ${word} ${name}`);
}
