// What is missing or contradicts itself in how a host is reached, after defaults and SSH configuration were asked.
import type { Finding } from '../core/yaml/problem.ts';
import type { YamlPath } from '../core/yaml/yaml-tree.ts';
import { repeated, unknown, type Claim } from './findings.ts';
import type { InventoryFile } from './schema.ts';
import type { HostEntry } from './types.ts';

export function hostFindings(file: InventoryFile, hosts: readonly HostEntry[]): readonly Finding[] {
  return [
    ...hosts.flatMap((host) => missingFindings(host)),
    ...wishes(file).flatMap(({ path, wish }) => wishFindings(file, path, wish)),
    ...hosts.flatMap((host) => becomeFindings(host)),
    ...repeated(hosts.map(placeOf), 'is the address and port of host'),
  ];
}

function missingFindings({
  name,
  address,
  user,
  identityFiles,
  agent,
  knownHostsFile,
  jump = [],
}: HostEntry): readonly Finding[] {
  const missing = (key: string): Finding => ({
    code: 'INPUT_VALUE',
    message: `host ${name}: the key ${key} is missing, here and in defaults`,
    hint: `Give ${key} in defaults if it is the same for all hosts.`,
    path: ['hosts', name],
    at: 'key',
  });
  const lost = jump.find((hop) => hop.user === '' || (hop.identityFiles.length === 0 && hop.agent === undefined));
  return [
    ...(address === NO_ADDRESS
      ? [{ ...missing('address'), message: `hosts.${name}: the key address is missing`, hint: HINT }]
      : []),
    ...(user === '' ? [missing('user')] : []),
    ...(identityFiles.length === 0 && agent === undefined ? [missing('identityFile')] : []),
    ...(knownHostsFile === NO_FILE ? [missing('knownHosts')] : []),
    ...(lost === undefined
      ? []
      : [
          {
            code: 'INPUT_VALUE' as const,
            message: `host ${name}: nobody says how to log in on ${lost.name}, which is on the way to it`,
            hint: `Declare ${lost.name} in hosts, with user and identityFile.`,
            path: ['hosts', name],
            at: 'key' as const,
          },
        ]),
  ];
}

/** What hosts.ts gives when nobody has named a file, or an address. */
export const NO_FILE = '';
export const NO_ADDRESS = '';
const HINT = 'Give a host name or an IP address; only with sshConfig it may be left out.';

type Wish = InventoryFile['hosts'][string] | InventoryFile['defaults'];

const wishes = ({ hosts, defaults }: InventoryFile): readonly { readonly path: YamlPath; readonly wish: Wish }[] => [
  { path: ['defaults'], wish: defaults },
  ...Object.entries(hosts).map(([name, wish]) => ({ path: ['hosts', name], wish })),
];

function wishFindings(file: InventoryFile, path: YamlPath, wish: Wish): readonly Finding[] {
  const [hosts, credentials] = [Object.keys(file.hosts), Object.keys(file.credentials)];
  const { become } = wish;
  return [
    ...(wish.jump ?? []).flatMap((hop, index) => unknown('host', hop, hosts, [...path, 'jump', index])),
    ...(wish.passphrase === undefined
      ? []
      : unknown('credential', wish.passphrase, credentials, [...path, 'passphrase'])),
    ...(become?.login === undefined
      ? []
      : unknown('credential', become.login, credentials, [...path, 'become', 'login'])),
    ...(become !== undefined && become.method !== 'none' && become.user === undefined
      ? [
          {
            code: 'INPUT_VALUE' as const,
            message: `${path.join('.')}.become: the key user is missing`,
            hint: 'Give the account that runs the servers.',
            path: [...path, 'become'],
            at: 'key' as const,
          },
        ]
      : []),
  ];
}

/** Windows has neither. */
function becomeFindings({ name, os, become }: HostEntry): readonly Finding[] {
  if (os !== 'windows' || become === undefined) return [];
  const message = `host ${name}: become is not possible on Windows`;
  const hint = 'Log in as the account that runs the servers, and write become: { method: none } for this host.';
  return [{ code: 'INPUT_VALUE', message, hint, path: ['hosts', name], at: 'key' }];
}

/** One address may be two machines when different ways lead to it. */
const placeOf = ({ name, address, port, jump = [] }: HostEntry): Claim => ({
  value: `${address.toLowerCase()} port ${port}${jump.map((hop) => ` by ${hop.address}`).join('')}`,
  owner: name,
  path: ['hosts', name],
});
