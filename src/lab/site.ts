// One lab as it lies on the disk: its folder, its scenario and its base port. Every path and port is derived here.
import path from 'node:path';
import { OperatorError } from '../core/errors.ts';
import type { EndpointSpec, ProfileSpec, Scenario, ServerSpec } from './types.ts';

export type Site = {
  readonly dir: string;
  readonly scenario: Scenario;
  readonly basePort: number;
  /** by host; absent: all are on 127.0.0.1 */
  readonly addresses?: Readonly<Record<string, string>>;
};

/** A WebSphere process and the profile it runs from. */
export type Place = { readonly profile: ProfileSpec; readonly server: ServerSpec };

export const ADDRESS = '127.0.0.1';

export const addressOf = ({ addresses }: Pick<Site, 'addresses'>, host: string): string => addresses?.[host] ?? ADDRESS;

export const hostRoot = (site: Pick<Site, 'dir'>, host: string): string => path.join(site.dir, 'hosts', host);

export const profileRoot = (site: Site, profile: ProfileSpec): string =>
  path.join(hostRoot(site, profile.host), 'opt/IBM/WebSphere/AppServer/profiles', profile.profile);

export const cellRoot = (site: Site, profile: ProfileSpec): string =>
  path.join(profileRoot(site, profile), 'config/cells', site.scenario.cell);

export const logFolder = (site: Site, { profile, server }: Place): string =>
  path.join(profileRoot(site, profile), 'logs', server.name);

export const pidFile = (site: Site, place: Place): string =>
  path.join(logFolder(site, place), `${place.server.name}.pid`);

/** Home of the database's owner on its host; the db2 command is in sqllib/bin below it. */
const databaseHome = (site: Site): string =>
  path.join(hostRoot(site, site.scenario.database.host), 'home', site.scenario.database.user);

export const databaseFile = (site: Site): string =>
  path.join(databaseHome(site), `${site.scenario.database.name}.sqlite`);

export const db2Command = (site: Site): string => path.join(databaseHome(site), 'sqllib/bin/db2');

export const adminPasswordFile = (site: Site): string => path.join(site.dir, 'secrets/was-admin.password');

export const databasePasswordFile = (site: Site): string => path.join(site.dir, 'secrets/meetings-db.password');

export const portOf = (site: Site, endpoint: { readonly offset: number }): number => site.basePort + endpoint.offset;

/** `node/server` */
export const processName = ({ profile, server }: Place): string => `${profile.node}/${server.name}`;

export const places = (scenario: Scenario): readonly Place[] =>
  scenario.profiles.flatMap((profile) => profile.servers.map((server) => ({ profile, server })));

export function managerOf(scenario: Scenario): Place {
  const found = places(scenario).find(({ server }) => server.type === 'DEPLOYMENT_MANAGER');
  if (found === undefined) throw new Error(`scenario ${scenario.name} has no deployment manager`);
  return found;
}

/** @throws OperatorError LAB_STATE when the scenario has no such process */
export function placeNamed(scenario: Scenario, name: string): Place {
  const found = places(scenario).find((place) => processName(place) === name);
  if (found !== undefined) return found;
  const hint = `It has ${places(scenario).map(processName).join(', ')}.`;
  throw new OperatorError('LAB_STATE', `lab: the scenario ${scenario.name} has no process ${name}`, { hint });
}

export function endpointOf(server: ServerSpec, wanted: Partial<EndpointSpec>): EndpointSpec {
  const found = server.endpoints.find(
    ({ name, service }) => (wanted.name ?? name) === name && (wanted.service ?? service) === service,
  );
  if (found === undefined) throw new Error(`server ${server.name} has no endpoint ${JSON.stringify(wanted)}`);
  return found;
}

export const soapPort = (site: Site, server: ServerSpec): number =>
  portOf(site, endpointOf(server, { service: 'soap' }));
