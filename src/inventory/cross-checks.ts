// What the schema cannot see: references between the parts of an inventory, and things that must not be there twice.
import { didYouMean } from '../core/yaml/did-you-mean.ts';
import type { Finding } from '../core/yaml/problem.ts';
import { quoted } from '../core/yaml/yaml-tree.ts';
import type { YamlPath } from '../core/yaml/yaml-tree.ts';
import type { InventoryFile } from './schema.ts';

/** owner of the deployment manager's listeners in facts and references; no node may have this name */
export const MANAGER = 'dmgr';

export const crossFindings = (file: InventoryFile): readonly Finding[] => [
  ...logInFindings(file),
  ...nameFindings(file),
  ...referenceFindings(file),
  ...nodeFindings(file),
  ...repeated(hostPlaces(file), 'is the address and port of host'),
  ...repeated(profilePlaces(file), 'is already the profile of'),
];

function logInFindings({ hosts, defaults }: InventoryFile): readonly Finding[] {
  const keys = ['user', 'identityFile', 'knownHosts'] as const;
  return Object.entries(hosts).flatMap(([name, host]) =>
    keys
      .filter((key) => host[key] === undefined && defaults[key] === undefined)
      .map((key) => ({
        code: 'INPUT_VALUE' as const,
        message: `host ${name}: the key ${key} is missing, here and in defaults`,
        hint: `Give ${key} in defaults if it is the same for all hosts.`,
        path: ['hosts', name],
        at: 'key' as const,
      })),
  );
}

const unknown = (what: string, name: string, known: readonly string[], path: YamlPath): readonly Finding[] =>
  known.includes(name)
    ? []
    : [
        {
          code: 'INPUT_UNKNOWN_NAME',
          message: `${what} ${quoted(name)} is not declared in the inventory`,
          hint: didYouMean(name, known),
          path,
          at: 'value',
        },
      ];

function nameFindings({ hosts, credentials, cells, databases }: InventoryFile): readonly Finding[] {
  const [hostNames, logIns] = [Object.keys(hosts), Object.keys(credentials)];
  const host = (name: string, path: YamlPath) => unknown('host', name, hostNames, path);
  const logIn = (name: string | undefined, path: YamlPath) =>
    name === undefined ? [] : unknown('credential', name, logIns, path);
  return [
    ...Object.entries(cells).flatMap(([name, cell]) => [
      ...host(cell.deploymentManager.host, ['cells', name, 'deploymentManager', 'host']),
      ...logIn(cell.login, ['cells', name, 'login']),
      ...Object.entries(cell.nodes).flatMap(([node, entry]) =>
        host(entry.host, ['cells', name, 'nodes', node, 'host']),
      ),
    ]),
    ...Object.entries(databases).flatMap(([name, database]) => [
      ...host(database.host, ['databases', name, 'host']),
      ...logIn(database.login, ['databases', name, 'login']),
    ]),
  ];
}

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
      connects.flatMap(([cell, node], index) => check(cell, node, ['clients', name, 'connects', index])),
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

type Claim = { readonly value: string; readonly owner: string; readonly path: YamlPath };

function repeated(claims: readonly Claim[], what: string): readonly Finding[] {
  const first = new Map<string, string>();
  return claims.flatMap(({ value, owner, path }) => {
    const earlier = first.get(value);
    if (earlier === undefined) first.set(value, owner);
    if (earlier === undefined) return [];
    const message = `${owner}: ${value} ${what} ${earlier}`;
    const hint = 'Declare it once and refer to it by its name.';
    return [{ code: 'INPUT_VALUE', message, hint, path, at: 'key' }];
  });
}

const hostPlaces = ({ hosts }: InventoryFile): readonly Claim[] =>
  Object.entries(hosts).map(([owner, { address, port }]) => ({
    value: `${address.toLowerCase()} port ${port}`,
    owner,
    path: ['hosts', owner],
  }));

const profilePlaces = ({ cells }: InventoryFile): readonly Claim[] =>
  Object.entries(cells).flatMap(([cell, { deploymentManager, nodes }]) => [
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
  ]);

const profileValue = ({ host, profile }: { readonly host: string; readonly profile: string }): string =>
  `${host} ${profile.replace(/[\\/]+$/, '')}`;
