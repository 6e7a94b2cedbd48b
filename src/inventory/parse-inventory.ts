// Inventory text -> typed inventory: paths absolute, durations in milliseconds, defaults filled, every reference checked.
import { dirname, resolve } from 'node:path';
import { sha256Hex } from '../core/json.ts';
import { checkYaml, throwFindings } from '../core/yaml/check-yaml.ts';
import { readYaml } from '../core/yaml/read-yaml.ts';
import type { YamlNode, YamlPath } from '../core/yaml/yaml-tree.ts';
import { keyPlaceAt } from '../core/yaml/yaml-tree.ts';
import { communitiesOf } from './communities.ts';
import { crossFindings, MANAGER } from './cross-checks.ts';
import { federationsOf } from './federations.ts';
import { openQuestions } from './questions.ts';
import { hostOf } from './hosts.ts';
import { InventoryFile } from './schema.ts';
import { secretSource } from './secret-source.ts';
import type { SshConfig } from './ssh-config-lookup.ts';
import type {
  CellEntry,
  CertificateEntry,
  ClientEntry,
  CredentialEntry,
  DatabaseEntry,
  HostEntry,
  Inventory,
} from './types.ts';

export type Source = { readonly content: InventoryFile; readonly tree: YamlNode; readonly folder: string };

/** @param file its folder is what relative paths start from
 * @param sshConfig what the key sshConfig names, already read; see index.ts
 * @throws OperatorError INPUT_SYNTAX, INPUT_UNKNOWN_KEY, INPUT_VALUE, INPUT_UNKNOWN_NAME, with place */
export function parseInventory(text: string, file: string, sha256: string, sshConfig?: SshConfig): Inventory {
  const tree = readYaml(text, file);
  throwFindings(tree, openQuestions(tree));
  const written = checkYaml(tree, InventoryFile);
  const folder = dirname(resolve(file));
  const hosts = Object.keys(written.hosts).map((name) => hostOf({ content: written, folder, sshConfig }, name));
  // The rest of the file counts on where a host is, whoever has said it.
  const content = { ...written, hosts: withAddresses(written.hosts, hosts) };
  throwFindings(tree, crossFindings(content, hosts));
  const source = { content, tree, folder };
  return {
    file,
    // A plan is bound to both: either of them may lead to another machine.
    sha256: sshConfig === undefined ? sha256 : sha256Hex(`${sha256} ${sshConfig.sha256}`),
    hosts,
    cells: cellsOf(source),
    credentials: credentialsOf(source),
    certificates: certificatesOf(source),
    databases: databasesOf(source),
    ...toolProfilesOf(source),
    communities: communitiesOf(source),
    federations: federationsOf(source),
    clients: clientsOf(source),
    ...gatesOf(source),
  };
}

const withAddresses = (written: InventoryFile['hosts'], hosts: readonly HostEntry[]): InventoryFile['hosts'] =>
  Object.fromEntries(hosts.map(({ name, address, port }) => [name, { ...written[name], address, port }]));

function cellsOf({ content, tree }: Source): readonly CellEntry[] {
  const place = (...path: YamlPath) => keyPlaceAt(tree, ['cells', ...path]);
  return Object.entries(content.cells).map(([name, cell]) => ({
    name,
    deploymentManager: cell.deploymentManager,
    login: cell.login,
    nodeAgentWatchMs: cell.nodeAgentWatch,
    serverTimeoutMs: cell.serverTimeout,
    nodes: Object.entries(cell.nodes).map(([node, entry]) => ({
      name: node,
      ...entry,
      place: place(name, 'nodes', node),
    })),
    place: place(name),
  }));
}

const credentialsOf = ({ content, folder }: Source): readonly CredentialEntry[] =>
  Object.entries(content.credentials).map(([name, entry]) => ({
    name,
    user: entry.user ?? '',
    password: secretSource(entry, folder),
  }));

const certificatesOf = ({ content, tree, folder }: Source): readonly CertificateEntry[] =>
  Object.entries(content.certificates).map(([name, entry]) => ({
    name,
    file: resolve(folder, entry.file),
    password: secretSource(entry, folder),
    alias: entry.alias,
    aliasInFile: entry.aliasInFile,
    place: keyPlaceAt(tree, ['certificates', name]),
  }));

/** What a run needs besides: a window, and people who approve. */
const gatesOf = ({
  content: { changeWindow, approval },
  folder,
}: Source): Pick<Inventory, 'changeWindow' | 'approval'> => ({
  ...(changeWindow === undefined ? {} : { changeWindow }),
  ...(approval === undefined
    ? {}
    : {
        approval: {
          required: approval.required,
          allowedSigners: resolve(folder, approval.allowedSigners),
          expiresMs: approval.expires,
        },
      }),
});

const databasesOf = ({ content, tree }: Source): readonly DatabaseEntry[] =>
  Object.entries(content.databases).map(([name, entry]) => ({
    name,
    host: entry.host,
    command: entry.command,
    database: entry.database,
    login: entry.login,
    serverId: entry.serverId,
    readBy: entry.readBy.map(([cell, node, server]) => ({ cell, node: ownerOf(content, cell, node), server })),
    place: keyPlaceAt(tree, ['databases', name]),
  }));

const toolProfilesOf = ({ content, tree }: Source): Pick<Inventory, 'toolProfiles'> => {
  const toolProfiles = Object.entries(content.toolProfiles).map(([name, { check, ...entry }]) => ({
    name,
    ...entry,
    check,
    place: keyPlaceAt(tree, ['toolProfiles', name]),
  }));
  return toolProfiles.length === 0 ? {} : { toolProfiles };
};

const clientsOf = ({ content, tree, folder }: Source): readonly ClientEntry[] =>
  Object.entries(content.clients).map(([name, entry]) => ({
    name,
    offers: entry.offers,
    trustFile: entry.trusts === undefined ? undefined : resolve(folder, entry.trusts),
    certificateFile: entry.presents === undefined ? undefined : resolve(folder, entry.presents),
    verifiesHostName: entry.verifiesHostName,
    required: entry.required,
    connects: entry.connects.flatMap((at, index) => {
      if (!('endpoint' in at)) return [];
      const [cell, node, server, endpoint] = at.endpoint;
      const place = keyPlaceAt(tree, ['clients', name, 'connects', index]);
      return [{ cell, node: ownerOf(content, cell, node), server, endpoint, place }];
    }),
    communityPorts: entry.connects.flatMap((at, index) => {
      if (!('port' in at)) return [];
      const [community, server, port] = at.port;
      return [{ community, server, port, place: keyPlaceAt(tree, ['clients', name, 'connects', index]) }];
    }),
    connectionType: entry.connectionType,
    ...(entry.cycle === undefined ? {} : { cycleMs: entry.cycle }),
    ...(entry.owner === undefined ? {} : { owner: entry.owner }),
    ...(entry.addresses === undefined ? {} : { addresses: entry.addresses }),
  }));

/** Facts name the deployment manager's listeners after the manager, not after its node. */
const ownerOf = ({ cells }: InventoryFile, cell: string, node: string): string =>
  cells[cell]?.deploymentManager.node === node ? MANAGER : node;
