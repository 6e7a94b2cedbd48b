// The fields that the planner gives with each kind of target; keys beyond these are ignored.
import { z } from 'zod';
import type { Json } from '../core/json.ts';
import { NoWish, parseInput } from './parse-input.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import type { ManagedProcess } from './process.ts';

const Text = z.string().min(1);
const Port = z.int().min(1).max(65_535);

/** Where the deployment manager of the target's cell is, and how long a start or stop may take. */
const ofCell = { cell: Text, dmgrHost: Text, dmgrProfile: Text, dmgrNode: Text };
const ofTools = { dmgrAddress: Text, dmgrSoapPort: Port, serverTimeoutMs: z.int().min(1) };

export const CellTarget = z.object({ kind: z.literal('cell'), ...ofCell, serverTimeoutMs: ofTools.serverTimeoutMs });
export const NodeTarget = z.object({
  kind: z.literal('node'),
  ...ofCell,
  ...ofTools,
  node: Text,
  host: Text,
  profile: Text,
});
export const ServerTarget = z.object({
  kind: z.literal('server'),
  ...ofCell,
  serverTimeoutMs: ofTools.serverTimeoutMs,
  node: Text,
  server: Text,
  host: Text,
  profile: Text,
});
export const ProfileTarget = z.object({
  kind: z.literal('profile'),
  ...ofCell,
  ...ofTools,
  owner: Text,
  host: Text,
  path: Text,
});
export const ToolProfileTarget = z.object({
  kind: z.literal('tool-profile'),
  toolProfile: Text,
  host: Text,
  path: Text,
  calls: z.array(Text),
});
export const ConfigurationTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cell'), ...ofCell }),
  z.object({ kind: z.literal('node'), ...ofCell, node: Text }),
]);
export type ConfigurationTarget = z.infer<typeof ConfigurationTarget>;
/** A part of the cell that has scopes of its own in the master configuration. */
export const ScopeTarget = z.discriminatedUnion('kind', [
  ...ConfigurationTarget.options,
  z.object({ kind: z.literal('server'), ...ofCell, node: Text, server: Text }),
]);

export const DatabaseTarget = z.object({
  kind: z.literal('database'),
  database: Text,
  host: Text,
  command: Text,
  databaseName: Text,
  serverId: Text,
  readBy: z.array(z.object({ cell: Text, node: Text, server: Text })),
});

/** The process of a server target, for operations without parameters of their own. */
export function parseServer(input: Json): ManagedProcess {
  const { target } = parseInput(input, ServerTarget, NoWish);
  const { cell, node, server, host, profile, serverTimeoutMs: timeoutMs } = target;
  return { cell, node, server, host, profile, replaces: null, timeoutMs };
}

/** A community server or a standalone multiplexer; null stands for what its inventory entry does not have. */
export const CommunityServerTarget = z.object({
  kind: z.literal('community-server'),
  community: Text,
  server: Text,
  memberKind: z.enum(['server', 'mux']),
  host: Text,
  platform: z.enum(['linux', 'windows', 'domino']),
  data: Text,
  ini: Text,
  log: Text,
  address: Text,
  serverPort: Port.nullable(),
  clientPort: Port.nullable(),
  strictSpelling: z.enum(['omit', 'empty', 'zero']),
  clientModeIn: z.enum(['ini', 'stconfig']),
  startTimeoutMs: z.int().min(1),
  deadManMs: z.int().min(1),
  user: Text.nullable(),
});

/** The servers and multiplexers of a community, for checks that ask one of them. */
const members = z.array(
  z.object({
    name: Text,
    host: Text,
    address: Text,
    log: Text,
    serverPort: Port.nullable(),
    clientPort: Port.nullable(),
  }),
);
export type Member = z.infer<typeof members>[number];

export const NeighbourTarget = z.object({
  kind: z.literal('neighbour'),
  community: Text,
  neighbour: Text,
  neighbourKind: Text,
  owner: Text.nullable(),
  proxyInfo: Text.nullable(),
  members,
  /** names of the members that it calls */
  connects: z.array(Text),
});

export const PopulationTarget = z.object({
  kind: z.literal('population'),
  client: Text,
  owner: Text.nullable(),
  offers: z.array(z.enum(PROTOCOL_VERSIONS)),
  /** what it connects to, by the name that users know */
  communities: z.array(z.object({ community: Text, host: Text, port: Port })),
  members,
});

export const CommunityTarget = z.object({ kind: z.literal('community'), community: Text });

/** A Sun Instant Messaging server with its multiplexor; null stands for what its inventory entry does not have. */
export const SunImServerTarget = z.object({
  kind: z.literal('sun-im-server'),
  /** federation */
  community: Text,
  server: Text,
  host: Text,
  domain: Text,
  config: Text,
  imadmin: Text,
  runtime: Text,
  keytool: Text,
  nssTools: Text.nullable(),
  nssForm: z.enum(['dbm', 'sql']),
  address: Text,
  clientPort: Port,
  serverPort: Port,
  offers: z.object({ server: z.array(z.enum(PROTOCOL_VERSIONS)), multiplexor: z.array(z.enum(PROTOCOL_VERSIONS)) }),
  startTimeoutMs: z.int().min(1),
  deadManMs: z.int().min(1),
  user: Text.nullable(),
  /** symbolic name in iim.conf -> server or peer of the inventory */
  coservers: z.record(z.string(), Text),
  /** roots of servers of others that it calls: PEM text */
  peerAuthorities: z.array(z.object({ alias: Text, pem: Text })).default([]),
});

export const SunImGatewayTarget = z.object({
  kind: z.literal('sun-im-gateway'),
  community: Text,
  gateway: Text,
  host: Text,
  config: Text,
  runtime: Text,
  restart: Text.nullable(),
  user: Text.nullable(),
  /** servers that it may be pointed at */
  members: z.array(z.object({ name: Text, address: Text, client: Port, server: Port })),
});
