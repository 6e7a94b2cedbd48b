// References between the parts of a federation, and names and ports that two of them claim.
import type { Finding } from '../core/yaml/problem.ts';
import type { YamlPath } from '../core/yaml/yaml-tree.ts';
import { repeated, unknown, type Claim } from './findings.ts';
import type { Federation } from './federation-schema.ts';
import type { InventoryFile } from './schema.ts';

export const federationFindings = (file: InventoryFile): readonly Finding[] => [
  ...Object.entries(file.federations).flatMap(([name, federation]) => [
    ...nameFindings(name, federation, file),
    ...referenceFindings(name, federation, file),
  ]),
  ...repeated(portClaims(file), 'is already the address and port of'),
  ...repeated(fileClaims(file), 'is already the file of'),
];

/** Components are named `<federation>/<name>`, and so are those of communities and cells. */
function nameFindings(name: string, { servers, peers, gateways }: Federation, file: InventoryFile): readonly Finding[] {
  const path = ['federations', name];
  const others = [...Object.keys(file.communities), ...Object.keys(file.cells)];
  const members = [...Object.keys(servers), ...Object.keys(peers), ...Object.keys(gateways)];
  const twice = members.filter((member, index) => members.indexOf(member) < index);
  return [
    ...(others.includes(name) ? [finding(`federation ${name} has the name of a community or cell`, RENAME, path)] : []),
    ...twice.map((member) => {
      const section = gateways[member] === undefined ? 'peers' : 'gateways';
      return finding(`federation ${name}: ${member} is there twice`, RENAME, [...path, section, member]);
    }),
  ];
}

const RENAME = 'Give one of them another name: links, plans and runs refer to it.';

function referenceFindings(
  name: string,
  { servers, peers, gateways }: Federation,
  { hosts, credentials }: InventoryFile,
): readonly Finding[] {
  const hostNames = Object.keys(hosts);
  const others = [...Object.keys(servers), ...Object.keys(peers)];
  return [
    ...Object.entries(gateways).flatMap(([gateway, { host }]) =>
      unknown('host', host, hostNames, ['federations', name, 'gateways', gateway, 'host']),
    ),
    ...Object.entries(servers).flatMap(([server, { host, probeLogin, coservers }]) => {
      const path = ['federations', name, 'servers', server];
      const listed = Object.entries(coservers);
      return [
        ...unknown('host', host, hostNames, [...path, 'host']),
        ...(probeLogin === undefined
          ? []
          : unknown('credential', probeLogin, Object.keys(credentials), [...path, 'probeLogin'])),
        ...listed.flatMap(([coserver, other]) =>
          other === server
            ? [
                finding(
                  `federation ${name}: coserver ${coserver} of ${server} is ${server} itself`,
                  'Name the server at the other end; the example in the vendor’s guide has this fault.',
                  [...path, 'coservers', coserver],
                ),
              ]
            : unknown(`federation ${name}: server or peer`, other, others, [...path, 'coservers', coserver]),
        ),
        ...listed
          .filter(([, other], index) => listed.findIndex(([, first]) => first === other) < index)
          .map(([coserver, other]) =>
            finding(
              `federation ${name}: ${other} is already another coserver of ${server}`,
              'Keep one coserver for each other server.',
              [...path, 'coservers', coserver],
            ),
          ),
      ];
    }),
  ];
}

function portClaims({ federations, hosts }: InventoryFile): readonly Claim[] {
  return Object.entries(federations).flatMap(([federation, { servers }]) =>
    Object.entries(servers).flatMap(([name, { address, host, ports }]) => {
      const at = (address ?? hosts[host]?.address ?? host).toLowerCase();
      return Object.entries(ports).map(([port, number]) => ({
        value: `${at} port ${number}`,
        owner: `${federation}/${name} ${port}`,
        path: ['federations', federation, 'servers', name],
      }));
    }),
  );
}

const fileClaims = ({ federations }: InventoryFile): readonly Claim[] =>
  Object.entries(federations).flatMap(([federation, { servers, gateways }]) => [
    ...Object.entries(servers).map(([name, { host, config }]) =>
      fileClaim(host, config, `${federation}/${name}`, ['federations', federation, 'servers', name]),
    ),
    ...Object.entries(gateways).map(([name, { host, config }]) =>
      fileClaim(host, config, `${federation}/${name}`, ['federations', federation, 'gateways', name]),
    ),
  ]);

const fileClaim = (host: string, config: string, owner: string, path: YamlPath): Claim => ({
  value: `${host} ${config}`,
  owner,
  path,
});

const finding = (message: string, hint: string, path: YamlPath): Finding => ({
  code: 'INPUT_VALUE',
  message,
  hint,
  path,
  at: 'key',
});
