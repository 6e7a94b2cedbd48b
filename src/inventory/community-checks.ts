// References between the parts of a community, and ports that two of them claim.
import type { Finding } from '../core/yaml/problem.ts';
import type { YamlPath } from '../core/yaml/yaml-tree.ts';
import { repeated, unknown, type Claim } from './findings.ts';
import type { Community } from './community-schema.ts';
import type { InventoryFile } from './schema.ts';

export const communityFindings = (file: InventoryFile): readonly Finding[] => [
  ...Object.entries(file.communities).flatMap(([name, community]) => [
    ...hostFindings(name, community, file),
    ...portFindings(name, community),
    ...neighbourFindings(name, community),
  ]),
  ...clientFindings(file),
  ...repeated(portClaims(file), 'is already the address and port of'),
];

const hostFindings = (name: string, { servers }: Community, { hosts }: InventoryFile): readonly Finding[] =>
  Object.entries(servers).flatMap(([server, { host }]) =>
    unknown('host', host, Object.keys(hosts), ['communities', name, 'servers', server, 'host']),
  );

/** Without its own port a server cannot be called, and a multiplexer has no other one. */
function portFindings(name: string, { servers }: Community): readonly Finding[] {
  return Object.entries(servers).flatMap(([server, { kind, ports }]): readonly Finding[] => {
    const path = ['communities', name, 'servers', server, 'ports'];
    const needed = kind === 'server' ? 'server' : 'client';
    if (ports !== undefined && ports[needed] === undefined)
      return [
        finding(`${kind} ${server} of community ${name} has no ${needed} port`, `Give ports.${needed}.`, path, 'key'),
      ];
    if (kind === 'mux' && ports?.server !== undefined)
      return [
        finding(
          `mux ${server} of community ${name} has a server port`,
          'A standalone multiplexer has a client port only; with a server port it is a server.',
          [...path, 'server'],
          'key',
        ),
      ];
    return [];
  });
}

function neighbourFindings(name: string, { servers, neighbours }: Community): readonly Finding[] {
  const members = Object.keys(servers);
  const callable = Object.entries(servers).flatMap(([server, { kind }]) => (kind === 'server' ? [server] : []));
  return Object.entries(neighbours).flatMap(([neighbour, entry]): readonly Finding[] => {
    const path = ['communities', name, 'neighbours', neighbour];
    const named = (key: 'connects' | 'calledBy', known: readonly string[]) => {
      const list = entry[key] ?? 'all';
      if (list === 'all') return [];
      return list.flatMap((server, index) =>
        unknown(`community ${name}: server`, server, known, [...path, key, index]),
      );
    };
    return [
      ...named('connects', callable),
      ...named('calledBy', members),
      ...(members.includes(neighbour)
        ? [finding(`community ${name}: ${neighbour} is a server and a neighbour`, RENAME, path, 'key')]
        : []),
      ...kindFindings(name, neighbour, entry, path),
    ];
  });
}

const RENAME = 'Give one of them another name: links, plans and runs refer to it.';

/** A key that would be read by nobody is a mistake about what the neighbour is. */
function kindFindings(
  community: string,
  name: string,
  entry: Community['neighbours'][string],
  path: YamlPath,
): readonly Finding[] {
  const what = `${entry.kind} ${name} of community ${community}`;
  if (entry.kind === 'ldap') {
    if (entry.address === undefined)
      return [finding(`${what} has no address`, 'Give address, and port when it is not 636.', path, 'key')];
    return entry.connects === undefined ? [] : [finding(`${what} calls no server`, CALLED_BY, [...path, 'connects'])];
  }
  const useless =
    entry.calledBy === undefined ? [] : [finding(`${what} is not called`, CONNECTS, [...path, 'calledBy'])];
  const isProxy = entry.kind === 'sametime-proxy' || entry.proxyInfo === undefined;
  return isProxy ? useless : [...useless, finding(`${what} has proxyInfo`, PROXY_ONLY, [...path, 'proxyInfo'])];
}

const CALLED_BY = 'Name the servers that call it with calledBy.';
const CONNECTS = 'Name the servers that it calls with connects.';
const PROXY_ONLY = 'Only a neighbour of the kind sametime-proxy has this page.';

function clientFindings({ clients, communities, federations, cells }: InventoryFile): readonly Finding[] {
  return Object.entries(clients).flatMap(([client, { connects }]) =>
    connects.flatMap((at, index): readonly Finding[] => {
      if (!('port' in at)) return [];
      const path = ['clients', client, 'connects', index];
      const [community, server, port] = at.port;
      const federation = federations[community];
      if (federation !== undefined)
        return federation.servers[server] === undefined
          ? unknown(`federation ${community}: server`, server, Object.keys(federation.servers), path)
          : unknown(`port of ${community}/${server}:`, port, FEDERATION_PORTS, path);
      const found = communities[community];
      if (found === undefined && cells[community] !== undefined)
        return [
          finding(
            `clients.${client}.connects[${index}] must be cell/node/server/endpoint, since ${community} is a cell`,
            FOURTH,
            path,
            'value',
          ),
        ];
      if (found === undefined)
        return unknown('community', community, [...Object.keys(communities), ...Object.keys(federations)], path);
      const member = found.servers[server];
      if (member === undefined)
        return unknown(`community ${community}: server`, server, Object.keys(found.servers), path);
      return unknown(`port of ${community}/${server}:`, port, clientPorts(member), path);
    }),
  );
}

/** mux: the same port for callers that do SSL from the first byte (legacy SSL of the multiplexor) */
const FEDERATION_PORTS = ['client', 'mux'];

const FOURTH = 'Write 4 names with a slash between them: cell, node, server and WebSphere endpoint.';

/** The server port is for servers and server applications: they are servers or neighbours. */
const clientPorts = ({ ports }: Community['servers'][string]): readonly string[] =>
  ports === undefined || ports.client !== undefined ? ['client'] : [];

function portClaims({ communities, hosts }: InventoryFile): readonly Claim[] {
  return Object.entries(communities).flatMap(([community, { servers, neighbours }]) => [
    ...Object.entries(servers).flatMap(([name, member]) => {
      const address = (member.address ?? hosts[member.host]?.address ?? member.host).toLowerCase();
      const ports = member.ports ?? { server: member.kind === 'server' ? 1516 : undefined, client: 1533 };
      // Both modes of one port are one listener; two different ports of one server must differ.
      return Object.entries(ports).flatMap(([port, number]): readonly Claim[] =>
        number === undefined
          ? []
          : [
              {
                value: `${address} port ${number}`,
                owner: `${community}/${name} ${port}`,
                path: ['communities', community, 'servers', name],
              },
            ],
      );
    }),
    ...Object.entries(neighbours).flatMap(([name, { address, port, kind }]): readonly Claim[] =>
      address === undefined || kind !== 'ldap'
        ? []
        : [
            {
              value: `${address.toLowerCase()} port ${port ?? 636}`,
              owner: `${community}/${name}`,
              path: ['communities', community, 'neighbours', name],
            },
          ],
    ),
  ]);
}

const finding = (message: string, hint: string, path: YamlPath, at: 'key' | 'value' = 'key'): Finding => ({
  code: 'INPUT_VALUE',
  message,
  hint,
  path,
  at,
});
