// The fields that the planner gives with each kind of target; keys beyond these are ignored.
import { z } from 'zod';
import type { Json } from '../core/json.ts';
import { parseInput } from './parse-input.ts';
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
export const ConfigurationTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cell'), ...ofCell }),
  z.object({ kind: z.literal('node'), ...ofCell, node: Text }),
]);
export type ConfigurationTarget = z.infer<typeof ConfigurationTarget>;

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
  const { target } = parseInput(input, ServerTarget, z.strictObject({}));
  const { cell, node, server, host, profile, serverTimeoutMs: timeoutMs } = target;
  return { cell, node, server, host, profile, replaces: null, timeoutMs };
}
