// The populations that were chosen, with the ports that they call: found by the type of a server and the role of its node.
import { isMap, type YAMLMap } from 'yaml';
import { cellsOf } from '../discover/index.ts';
import type { Discovery } from '../discover/types.ts';
import { POPULATIONS, type Population } from './ask-callers.ts';
import { suggestedRole } from './ask-cell.ts';
import type { Answers, Goal } from './types.ts';

type Client = { readonly name: string; readonly offers: readonly string[]; readonly connects: readonly string[] };

export function clientsOf(root: YAMLMap, goal: Goal, discovery: Discovery, answers: Answers): readonly Client[] {
  if (goal === 'community') return richClients(root);
  const chosen = answers.get('clients') ?? [];
  return (Object.keys(POPULATIONS) as Population[])
    .filter((name) => chosen.includes(name))
    .map((name) => ({ name, offers: POPULATIONS[name].offers, connects: portsOf(name, discovery, answers) }))
    .filter(({ connects }) => connects.length > 0);
}

function portsOf(population: Population, discovery: Discovery, answers: Answers): readonly string[] {
  const roles: readonly string[] = POPULATIONS[population].roles;
  return cellsOf(discovery).cells.flatMap((cell) =>
    cell.nodes
      .filter(({ node, servers }) => {
        const asked = answers.get(`role.${cell.name}/${node}`);
        return roles.includes(typeof asked === 'string' ? asked : suggestedRole(servers.map(({ name }) => name)));
      })
      .flatMap(({ node, servers }) => {
        const hasProxy = servers.some(({ type }) => type === 'PROXY_SERVER');
        return servers.flatMap(({ name, type, endpoints }) =>
          endpoints
            .filter((endpoint) => isCalled(population, type, endpoint.name, hasProxy))
            .map((endpoint) => `${cell.name}/${node}/${name}/${endpoint.name}`),
        );
      }),
  );
}

/** Rich clients also call the meeting server itself; the others come through the proxy where there is one. */
function isCalled(population: Population, type: string, endpoint: string, hasProxy: boolean): boolean {
  if (population === 'av-client') return endpoint === 'SIP_DEFAULTHOST_SECURE' && type === 'APPLICATION_SERVER';
  if (type === 'PROXY_SERVER') return endpoint === 'PROXY_HTTPS_ADDRESS';
  const isDirect = population === 'rich-client' || !hasProxy;
  return isDirect && type === 'APPLICATION_SERVER' && endpoint === 'WC_defaulthost_secure';
}

/** The population that the community playbook tells to use TLS. */
function richClients(root: YAMLMap): readonly Client[] {
  const communities = root.get('communities');
  if (!isMap(communities)) return [];
  const connects = communities.items.flatMap(({ key, value }) => {
    const servers = isMap(value) ? value.get('servers') : undefined;
    return isMap(servers) ? servers.items.map((server) => `${String(key)}/${String(server.key)}/client`) : [];
  });
  return connects.length === 0 ? [] : [{ name: 'rich', offers: ['TLSv1.2'], connects }];
}
