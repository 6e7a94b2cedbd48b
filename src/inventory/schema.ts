// The YAML form of an inventory: keys, types and defaults; docs/inventory.md tells them to people.
// Names: what WebSphere allows in cell, node and server names (IBM: "Object names", WebSphere 8.5.5), blanks left out.
import { isAbsolute, win32 } from 'node:path';
import { isIP } from 'node:net';
import { z } from 'zod';
import {
  apiVersion,
  duration,
  leaf,
  mapping,
  oneLine,
  oneOf,
  textThat,
  wholeNumber,
  wordName,
  yesNo,
} from '../core/yaml/leaf.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';

const NAME = String.raw`[^\s./\\*,:;=+?|<>&%'"\[\]#$^{}()-][^\s/\\*,:;=+?|<>&%'"\[\]#$^{}()]*`;
const isWebSphereName = (text: string): boolean => new RegExp(`^${NAME}$`).test(text);

const webSphereName = textThat(
  'a WebSphere name',
  isWebSphereName,
  'WebSphere names have no blanks, slashes, quotes or brackets and do not begin with a full stop.',
);

const isAbsoluteText = (text: string): boolean =>
  (isAbsolute(text) || /^[A-Za-z]:[\\/]/.test(text) || win32.parse(text).root.startsWith('\\\\')) && isPath(text);
// oxlint-disable-next-line no-control-regex -- a path goes into one line of a command's input
const isPath = (text: string): boolean => /\S/.test(text) && !/[\u0000-\u001f\u007f]/.test(text);

/** on a host */
const absolutePath = textThat(
  'an absolute path',
  isAbsoluteText,
  'Write the whole path from / or from a drive letter, as it is on the host.',
);

/** beside the inventory */
const localPath = textThat(
  'a path',
  (text) => isPath(text) && !text.startsWith('~'),
  'Write the path in full or relative to the folder of the inventory; ~ is not expanded.',
);

const address = textThat(
  'a host name or an IP address',
  (text) => isIP(text) !== 0 || /^[A-Za-z0-9]([\w-]*\w)?(\.[A-Za-z0-9]([\w-]*\w)?)*\.?$/.test(text),
  'Write neither user, port, brackets nor a scheme: they have keys of their own.',
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

const logIn = { user: oneLine.optional(), identityFile: localPath.optional(), knownHosts: localPath.optional() };

const Cell = mapping({
  deploymentManager: mapping({ host: wordName, profile: absolutePath, node: webSphereName }),
  login: wordName.optional(),
  nodeAgentWatch: duration.default(3 * 60_000),
  serverTimeout: duration.default(10 * 60_000),
  nodes: z.record(webSphereName, mapping({ host: wordName, profile: absolutePath, role: wordName })),
});

const Database = mapping({
  host: wordName,
  command: absolutePath,
  database: databaseName,
  login: wordName.optional(),
  serverId,
  readBy: z.array(reference('cell', 'node', 'server')),
});

const Client = mapping({
  offers: z.array(oneOf(PROTOCOL_VERSIONS)).min(1),
  required: yesNo.default(true),
  connects: z.array(reference('cell', 'node', 'server', 'endpoint')).min(1),
  trusts: localPath.optional(),
});

export const InventoryFile = mapping({
  apiVersion,
  defaults: mapping(logIn).default({}),
  hosts: z.record(wordName, mapping({ address, port: wholeNumber(1, 65_535).default(22), ...logIn })),
  credentials: z.record(wordName, mapping({ user: oneLine, passwordFile: localPath })).default({}),
  certificates: z
    .record(wordName, mapping({ file: localPath, passwordFile: localPath, alias, aliasInFile: oneLine.optional() }))
    .default({}),
  cells: z.record(webSphereName, Cell).default({}),
  databases: z.record(wordName, Database).default({}),
  clients: z.record(wordName, Client).default({}),
});
export type InventoryFile = z.infer<typeof InventoryFile>;
