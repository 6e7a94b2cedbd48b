// The YAML form of an inventory: keys, types and defaults; docs/inventory.md tells them to people.
// Names: what WebSphere allows in cell, node and server names (IBM: "Object names", WebSphere 8.5.5), blanks left out.
import { z } from 'zod';
import {
  apiVersion,
  duration,
  instant,
  leaf,
  lifetime,
  mapping,
  oneLine,
  oneOf,
  textThat,
  wholeNumber,
  wordName,
  yesNo,
} from '../core/yaml/leaf.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import { Community } from './community-schema.ts';
import { Federation } from './federation-schema.ts';
import { absolutePath, address, localPath } from './leaves.ts';
import { jumps, logIn, password, sshConfig } from './log-in-schema.ts';

const NAME = String.raw`[^\s./\\*,:;=+?|<>&%'"\[\]#$^{}()-][^\s/\\*,:;=+?|<>&%'"\[\]#$^{}()]*`;
const isWebSphereName = (text: string): boolean => new RegExp(`^${NAME}$`).test(text);

const webSphereName = textThat(
  'a WebSphere name',
  isWebSphereName,
  'WebSphere names have no blanks, slashes, quotes or brackets and do not begin with a full stop.',
);

const alias = textThat(
  'a lower-case alias without blanks and quotes',
  (text) => text === text.toLowerCase() && /^[^\s'"`\\[\]{}-][^\s'"`\\[\]{}]*$/.test(text),
  (value) => `WebSphere keeps aliases in lower case: write for instance ${suggestedAlias(String(value))}.`,
);

const suggestedAlias = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'acme-2026';

// Both go into a db2 command or SQL text; the operation recording-row holds them to the same characters.
const databaseName = textThat(
  '1 to 18 letters, digits or underscores',
  (text) => /^\w{1,18}$/.test(text),
  'Write the name or alias that the db2 command CONNECT TO takes.',
);
const serverId = textThat(
  'at most 255 letters, digits, blanks and characters of _ . : @ / -',
  (text) => /^[\w.:@/ -]{1,255}$/.test(text) && /\S/.test(text),
  'Write the server_id as the rows of mtg.configuration have it; only these characters are put into SQL.',
);

/** `cell/node/server` or, with four parts, an endpoint of it */
const reference = <Parts extends readonly string[]>(...form: Parts) =>
  leaf(
    form.join('/'),
    (value) => {
      const parts = typeof value === 'string' ? value.split('/') : [];
      const isSo = parts.length === form.length && parts.every(isWebSphereName);
      return isSo ? (parts as { -readonly [Index in keyof Parts]: string }) : undefined;
    },
    `Write ${form.length} names with a slash between them.`,
  );

const InventoryDefaults = mapping({ ...logIn, jump: jumps.optional(), sshConfig: sshConfig.optional() });
const Host = mapping({
  ...logIn,
  address: address.optional(),
  port: wholeNumber(1, 65_535).optional(),
  jump: jumps.optional(),
  sshConfig: yesNo.optional(),
  /** where `discover` looks besides the usual places */
  search: z.array(absolutePath).min(1).optional(),
});

const ownerOptions = { java: absolutePath.optional(), publicName: address.optional() };

const Cell = mapping({
  deploymentManager: mapping({ host: wordName, profile: absolutePath, node: webSphereName, ...ownerOptions }),
  login: wordName.optional(),
  nodeAgentWatch: duration.default(3 * 60_000),
  serverTimeout: duration.default(10 * 60_000),
  nodes: z.record(webSphereName, mapping({ host: wordName, profile: absolutePath, role: wordName, ...ownerOptions })),
});

const ToolProfile = mapping({
  host: wordName,
  profile: absolutePath,
  calls: z.array(webSphereName).default([]),
  check: z.array(oneLine).min(1).optional(),
});

const Database = mapping({
  host: wordName,
  command: absolutePath,
  database: databaseName,
  login: wordName.optional(),
  serverId,
  readBy: z.array(reference('cell', 'node', 'server')),
});

/** a WebSphere endpoint, or a port of a server of a community or federation */
const listener = leaf(
  'cell/node/server/endpoint, community/server/port or federation/server/port',
  (value): { readonly endpoint: Endpoint } | { readonly port: CommunityPort } | undefined => {
    const parts = typeof value === 'string' ? value.split('/') : [];
    if (!parts.every(isWebSphereName)) return undefined;
    const [first = '', second = '', third = '', fourth] = parts;
    if (parts.length === 4 && fourth !== undefined) return { endpoint: [first, second, third, fourth] };
    return parts.length === 3 ? { port: [first, second, third] } : undefined;
  },
  'Write 4 names for a WebSphere endpoint, 3 for a port of a community server, with a slash between them.',
);
type Endpoint = readonly [cell: string, node: string, server: string, endpoint: string];
type CommunityPort = readonly [community: string, server: string, port: string];

const Client = mapping({
  offers: z.array(oneOf(PROTOCOL_VERSIONS)).min(1),
  required: yesNo.default(true),
  connects: z.array(listener).min(1),
  connectionType: oneOf(['direct', 'tls-direct']).default('direct'),
  cycle: lifetime.optional(),
  owner: oneLine.optional(),
  /** for the census: where it comes from */
  addresses: z.array(address).min(1).optional(),
  trusts: localPath.optional(),
  presents: localPath.optional(),
  verifiesHostName: yesNo.default(true),
});

export const InventoryFile = mapping({
  apiVersion,
  defaults: InventoryDefaults.default({}),
  hosts: z.record(wordName, Host),
  credentials: z.record(wordName, mapping({ user: oneLine.optional(), ...password })).default({}),
  certificates: z
    .record(wordName, mapping({ file: localPath, ...password, alias, aliasInFile: oneLine.optional() }))
    .default({}),
  cells: z.record(webSphereName, Cell).default({}),
  databases: z.record(wordName, Database).default({}),
  toolProfiles: z.record(wordName, ToolProfile).default({}),
  communities: z.record(wordName, Community).default({}),
  federations: z.record(wordName, Federation).default({}),
  clients: z.record(wordName, Client).default({}),
  changeWindow: mapping({ start: instant, end: instant }).optional(),
  approval: mapping({
    required: wholeNumber(1, 99).default(1),
    allowedSigners: localPath,
    expires: lifetime.default(7 * 86_400_000),
  }).optional(),
});
export type InventoryFile = z.infer<typeof InventoryFile>;
