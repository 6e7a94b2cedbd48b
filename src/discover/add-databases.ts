// Databases: a data source of a cell names database and server; the db2 command on a host of the inventory makes it one that
// strictstep can reach. A data source without such a host is only a remark.
import { isMap, YAMLMap } from 'yaml';
import { cellsOf, type FoundCell } from './cells.ts';
import type { Discovery, FoundProfile, HostFindings } from './types.ts';
import { mapOf, put, sectionOf } from './yaml-writer.ts';

type Found = {
  readonly source: FoundProfile['dataSources'][number];
  readonly cell: FoundCell;
  readonly host: HostFindings;
  readonly command: string;
};

export type FoundDatabase = Pick<Found, 'source' | 'command'> & { readonly name: string; readonly host: string };

/** The databases that an inventory without any would get. */
export function databasesOf(discovery: Discovery): readonly FoundDatabase[] {
  const into = new YAMLMap();
  return cellsOf(discovery)
    .cells.flatMap((cell) => dataSourcesOf(cell, discovery.hosts))
    .map(({ source, host, command }) => {
      const name = freeName(into, source.database.toLowerCase());
      into.set(name, '');
      return { name, source, host: host.host, command };
    });
}

export function addDatabases(root: YAMLMap, cells: readonly FoundCell[], discovery: Discovery): readonly string[] {
  const found = cells.flatMap((cell) => dataSourcesOf(cell, discovery.hosts));
  const section = root.get('databases');
  const missing = found.filter(({ source, host }) => !isKnown(section, host.host, source.database));
  if (missing.length === 0) return [];
  const into = sectionOf(root, 'databases');
  return missing.map((one) => {
    const name = freeName(into, one.source.database.toLowerCase());
    put(into, name, makeDatabase(one), [`data source "${one.source.name}" of cell ${one.cell.name}`]);
    return `databases.${name}`;
  });
}

/** One per database of a cell, however many data sources it has. */
function dataSourcesOf(cell: FoundCell, hosts: readonly HostFindings[]): readonly Found[] {
  const all = (cell.manager?.dataSources ?? []).flatMap((source): readonly Found[] => {
    const host = hosts.find((one) => one.databases.length > 0 && isNamed(one, source.server));
    const [command] = host?.databases ?? [];
    return host === undefined || command === undefined ? [] : [{ source, cell, host, command }];
  });
  return [...new Map(all.map((one) => [`${one.host.host} ${one.source.database}`, one])).values()];
}

/** A short name is the same host as the full one. */
export function isNamed({ host, address, hostName }: HostFindings, server: string): boolean {
  const wanted = server.toLowerCase();
  const short = wanted.split('.')[0] ?? '';
  if ([address, hostName, host].some((name) => name.toLowerCase() === wanted)) return true;
  return !/^[\d.:]+$/u.test(wanted) && [host, hostName.split('.')[0]].some((name) => name?.toLowerCase() === short);
}

const makeDatabase = ({ source, cell, host, command }: Found): YAMLMap =>
  mapOf({
    host: host.host,
    command,
    database: source.database,
    login: { ask: 'which entry of credentials may read and write it? Leave the key out if the SSH user may.' },
    serverId: {
      ask: 'what is the server_id of the row in mtg.configuration? SELECT server_id FROM mtg.configuration.',
    },
    readBy: readersOf(source.scope, cell),
  });

/** Servers that see the data source: one, those of a node, or all of the cell. */
function readersOf(scope: string, { name, nodes }: FoundCell): readonly string[] {
  const [, node, server] = /\/nodes\/([^/]+)(?:\/servers\/([^/]+))?$/u.exec(scope) ?? [];
  return nodes
    .filter((one) => one.hasAgent && (node === undefined || one.node === node))
    .flatMap((one) =>
      one.servers
        .filter(({ type }) => type === 'APPLICATION_SERVER')
        .filter((candidate) => server === undefined || candidate.name === server)
        .map((reader) => `${name}/${one.node}/${reader.name}`),
    );
}

const isKnown = (section: unknown, host: string, database: string): boolean =>
  isMap(section) &&
  section.items.some(
    ({ value }) => isMap(value) && value.get('host') === host && String(value.get('database')) === database,
  );

/** @param taken besides the names of the section */
export function freeName(section: YAMLMap, wish: string, taken: readonly string[] = []): string {
  const base = wish.replaceAll(/[^\w.-]/gu, '-');
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base}-${count}`;
    if (!section.has(name) && !taken.includes(name)) return name;
  }
}
