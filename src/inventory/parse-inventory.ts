// Inventory text -> typed inventory: paths absolute, durations in milliseconds, defaults filled, every reference checked.
import { dirname, resolve } from 'node:path';
import { checkYaml, throwFindings } from '../core/yaml/check-yaml.ts';
import { readYaml } from '../core/yaml/read-yaml.ts';
import type { YamlNode, YamlPath } from '../core/yaml/yaml-tree.ts';
import { keyPlaceAt } from '../core/yaml/yaml-tree.ts';
import { communitiesOf } from './communities.ts';
import { crossFindings, MANAGER } from './cross-checks.ts';
import { InventoryFile } from './schema.ts';
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
 * @throws OperatorError INPUT_SYNTAX, INPUT_UNKNOWN_KEY, INPUT_VALUE, INPUT_UNKNOWN_NAME, with place */
export function parseInventory(text: string, file: string, sha256: string): Inventory {
  const tree = readYaml(text, file);
  const content = checkYaml(tree, InventoryFile);
  throwFindings(tree, crossFindings(content));
  const source = { content, tree, folder: dirname(resolve(file)) };
  return {
    file,
    sha256,
    hosts: hostsOf(source),
    cells: cellsOf(source),
    credentials: credentialsOf(source),
    certificates: certificatesOf(source),
    databases: databasesOf(source),
    communities: communitiesOf(source),
    clients: clientsOf(source),
    ...gatesOf(source),
  };
}

function hostsOf({ content: { hosts, defaults }, folder }: Source): readonly HostEntry[] {
  return Object.entries(hosts).map(([name, host]) => ({
    name,
    address: host.address,
    port: host.port,
    // crossFindings has made sure that one of the two is there
    user: host.user ?? defaults.user ?? '',
    identityFile: resolve(folder, host.identityFile ?? defaults.identityFile ?? ''),
    knownHostsFile: resolve(folder, host.knownHosts ?? defaults.knownHosts ?? ''),
  }));
}

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
  Object.entries(content.credentials).map(([name, { user, passwordFile }]) => ({
    name,
    user,
    passwordFile: resolve(folder, passwordFile),
  }));

const certificatesOf = ({ content, tree, folder }: Source): readonly CertificateEntry[] =>
  Object.entries(content.certificates).map(([name, entry]) => ({
    name,
    file: resolve(folder, entry.file),
    passwordFile: resolve(folder, entry.passwordFile),
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
