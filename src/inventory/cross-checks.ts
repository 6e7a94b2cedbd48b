// What the schema cannot see: references between the parts of an inventory, and things that must not be there twice.
import { msOfInstant } from '../core/instant.ts';
import type { Finding } from '../core/yaml/problem.ts';
import type { YamlPath } from '../core/yaml/yaml-tree.ts';
import { communityFindings } from './community-checks.ts';
import { hostFindings } from './host-findings.ts';
import { passwordFindings } from './password-findings.ts';
import { federationFindings } from './federation-checks.ts';
import { repeated, unknown, type Claim } from './findings.ts';
import type { InventoryFile } from './schema.ts';
import { toolFindings } from './tool-findings.ts';
import type { HostEntry } from './types.ts';

/** owner of the deployment manager's listeners in facts and references; no node may have this name */
export const MANAGER = 'dmgr';

export const crossFindings = (file: InventoryFile, hosts: readonly HostEntry[]): readonly Finding[] => [
  ...hostFindings(file, hosts),
  ...passwordFindings(file),
  ...nameFindings(file),
  ...referenceFindings(file),
  ...toolFindings(file, MANAGER),
  ...nodeFindings(file),
  ...communityFindings(file),
  ...federationFindings(file),
  ...repeated(profilePlaces(file), 'is already the profile of'),
  ...windowFindings(file),
];

function nameFindings({ hosts, credentials, cells, databases, toolProfiles }: InventoryFile): readonly Finding[] {
  const [hostNames, logIns] = [Object.keys(hosts), Object.keys(credentials)];
  const host = (name: string, path: YamlPath) => unknown('host', name, hostNames, path);
  const logIn = (name: string | undefined, path: YamlPath) =>
    name === undefined ? [] : [...unknown('credential', name, logIns, path), ...withoutUser(name, credentials, path)];
  return [
    ...Object.entries(cells).flatMap(([name, cell]) => [
      ...host(cell.deploymentManager.host, ['cells', name, 'deploymentManager', 'host']),
      ...logIn(cell.login, ['cells', name, 'login']),
      ...Object.entries(cell.nodes).flatMap(([node, entry]) =>
        host(entry.host, ['cells', name, 'nodes', node, 'host']),
      ),
    ]),
    ...Object.entries(toolProfiles).flatMap(([name, entry]) => host(entry.host, ['toolProfiles', name, 'host'])),
    ...Object.entries(databases).flatMap(([name, database]) => [
      ...host(database.host, ['databases', name, 'host']),
      ...logIn(database.login, ['databases', name, 'login']),
    ]),
  ];
}

const withoutUser = (name: string, credentials: InventoryFile['credentials'], path: YamlPath): readonly Finding[] =>
  credentials[name] === undefined || credentials[name].user !== undefined
    ? []
    : [
        {
          code: 'INPUT_VALUE',
          message: `credential ${name} has no user, so nobody can log in with it`,
          hint: `Give user in credentials.${name}.`,
          path,
          at: 'value',
        },
      ];

function referenceFindings({ cells, databases, clients }: InventoryFile): readonly Finding[] {
  const check = (cellName: string, node: string, path: YamlPath) => {
    const cell = cells[cellName];
    if (cell === undefined) return unknown('cell', cellName, Object.keys(cells), path);
    const known = [...Object.keys(cell.nodes), cell.deploymentManager.node, MANAGER];
    return unknown(`cell ${cellName}: node`, node, known, path);
  };
  return [
    ...Object.entries(databases).flatMap(([name, { readBy }]) =>
      readBy.flatMap(([cell, node], index) => check(cell, node, ['databases', name, 'readBy', index])),
    ),
    ...Object.entries(clients).flatMap(([name, { connects }]) =>
      connects.flatMap((at, index) =>
        'endpoint' in at ? check(at.endpoint[0], at.endpoint[1], ['clients', name, 'connects', index]) : [],
      ),
    ),
  ];
}

function nodeFindings({ cells }: InventoryFile): readonly Finding[] {
  return Object.entries(cells).flatMap(([cell, { deploymentManager, nodes }]) =>
    Object.keys(nodes)
      .filter((node) => node === deploymentManager.node || node === MANAGER)
      .map((node) => ({
        code: 'INPUT_VALUE' as const,
        message: `cell ${cell}: node ${node} has the name of the deployment manager's node`,
        hint: 'List only the nodes that have a node agent; the deployment manager has a key of its own.',
        path: ['cells', cell, 'nodes', node],
        at: 'key' as const,
      })),
  );
}

function windowFindings({ changeWindow }: InventoryFile): readonly Finding[] {
  if (changeWindow === undefined) return [];
  const { start, end } = changeWindow;
  if (msOfInstant(start) < msOfInstant(end)) return [];
  const message = `changeWindow: its end ${end} is not later than its start ${start}`;
  const hint = 'Give the start and the end of one window; compare the dates and the offsets.';
  return [{ code: 'INPUT_VALUE', message, hint, path: ['changeWindow', 'end'], at: 'value' }];
}

const profilePlaces = ({ cells, toolProfiles }: InventoryFile): readonly Claim[] => [
  ...Object.entries(toolProfiles).map(([name, entry]) => ({
    value: profileValue(entry),
    owner: `tool profile ${name}`,
    path: ['toolProfiles', name],
  })),
  ...Object.entries(cells).flatMap(([cell, { deploymentManager, nodes }]) => [
    {
      value: profileValue(deploymentManager),
      owner: `cell ${cell}, deployment manager`,
      path: ['cells', cell, 'deploymentManager'],
    },
    ...Object.entries(nodes).map(([node, entry]) => ({
      value: profileValue(entry),
      owner: `cell ${cell}, node ${node}`,
      path: ['cells', cell, 'nodes', node],
    })),
  ]),
];

const profileValue = ({ host, profile }: { readonly host: string; readonly profile: string }): string =>
  `${host} ${profile.replace(/[\\/]+$/, '')}`;
