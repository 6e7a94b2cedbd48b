// What a person should know of the search and cannot be said in an inventory: lines for the end of the file.
import type { YAMLMap } from 'yaml';
import type { FoundCells } from './cells.ts';
import type { Discovery, FoundProfile } from './types.ts';

export function remarksOf(
  root: YAMLMap,
  { standalone, doubles, cells }: FoundCells,
  discovery: Discovery,
): readonly string[] {
  const profiles = discovery.hosts.flatMap((host) => host.profiles);
  return [
    ...discovery.unread.map(({ host, message }) => `host ${host} was not read: ${message}`),
    ...discovery.hosts
      .filter(isEmpty)
      .map(({ host, searched }) => `host ${host}: nothing found below ${searched.join(', ') || 'the usual places'}`),
    ...standalone.map(
      ({ host, path, cell }) =>
        `host ${host}: ${path} is a server of its own (cell ${cell}, no deployment manager); strictstep does not change it`,
    ),
    ...doubles.map(
      ({ name, manager }) =>
        `host ${manager?.host}: there is another cell ${name} (${manager?.path}); give it an inventory of its own`,
    ),
    ...profiles.flatMap(profileRemarks),
    ...cells.flatMap(({ name, manager }) => (manager === null ? [] : cellRemarks(name, manager))),
    ...discovery.hosts.flatMap(({ host, problems }) =>
      problems.map(({ path, text }) =>
        text.includes(path) ? `host ${host}: ${text}` : `host ${host}: ${path}: ${text}`,
      ),
    ),
    ...(root.has('clients') ? [] : CLIENTS),
  ].map((line) => line.replaceAll(/[\r\n]+/gu, ' '));
}

const CLIENTS = [
  'no clients are declared: the proof can only protect callers that are written under clients (docs/inventory.md)',
];

const isEmpty = (host: Discovery['hosts'][number]): boolean =>
  [host.profiles, host.communityServers, host.messagingServers, host.databases].every((list) => list.length === 0);

const profileRemarks = ({ host, path, logs, javaDisabled, kind }: FoundProfile): readonly string[] => {
  const hpel = Object.entries(logs).flatMap(([server, form]) => (form === 'HPEL' ? [server] : []));
  const [isOwn, disabled] = [
    kind === 'manager' || kind === 'managed',
    (javaDisabled ?? []).filter((version) => version.startsWith('TLS')),
  ];
  return [
    ...(hpel.length === 0
      ? []
      : [`host ${host}: ${hpel.join(', ')} of ${path} logs in HPEL format: health checks cannot read SystemOut.log`]),
    ...(isOwn && javaDisabled === null
      ? [`host ${host}: ${path}: the java.security of its Java was not found; write java`]
      : []),
    ...(disabled.length === 0
      ? []
      : [`host ${host}: the Java of ${path} disables ${disabled.join(', ')} whatever WebSphere says`]),
  ];
};

function cellRemarks(cell: string, { directAliases, dynamicSelections, nodes }: FoundProfile): readonly string[] {
  const direct = [
    ...directAliases.map((one) => ({ at: 'security.xml', ...one })),
    ...nodes.flatMap(({ node, servers }) =>
      servers.flatMap((server) => server.directAliases.map((one) => ({ at: `${node}/${server.name}`, ...one }))),
    ),
  ];
  return [
    ...direct.map(
      ({ at, where, name, alias }) =>
        `cell ${cell}: ${at}: ${where} ${name} names the SSL configuration ${alias} itself, so groups do not change it`,
    ),
    ...dynamicSelections.map(
      ({ name, info, alias }) =>
        `cell ${cell}: dynamic outbound selection ${name} (${info}) uses ${alias} whatever groups say`,
    ),
  ];
}
