// The parts of a deployment as the links of a plan name them: who they are, where they run, which step stops them.
import { isServerOutsideCells, serverOutsideCells } from '../core/target.ts';
import type { Plan, Step } from '../plan/types.ts';
import type { LinkOutcome } from '../topology/types.ts';

export type ComponentKind =
  | 'client'
  | 'proxy'
  | 'server'
  | 'agent'
  | 'tools'
  | 'manager'
  | 'community-server'
  | 'messaging-server'
  | 'multiplexer'
  | 'directory';

export type Component = {
  /** as the links write it: "stCell/stpNode/was_stpProxy", "client browser" */
  readonly id: string;
  readonly name: string;
  readonly kind: ComponentKind;
  /** '' for what belongs to no cell */
  readonly cell: string;
  /** 'dmgr' or the node; '' for what belongs to none */
  readonly owner: string;
  /** inventory name of the host; '' when no step tells it */
  readonly host: string;
};

export const KIND_NAMES: Readonly<Record<ComponentKind, string>> = {
  client: 'caller from outside',
  proxy: 'WebSphere proxy',
  server: 'application server',
  agent: 'node agent',
  tools: 'client tools',
  manager: 'deployment manager',
  'community-server': 'community server',
  'messaging-server': 'messaging server',
  multiplexer: 'multiplexer',
  directory: 'LDAP server',
};

const TOOLS = ' client tools';

/** "stCell/dmgr SOAP_CONNECTOR_ADDRESS" -> "stCell/dmgr" */
export const calleeOf = ({ to }: LinkOutcome): string => to.slice(0, Math.max(to.lastIndexOf(' '), 0)) || to;
export const endpointOf = ({ to }: LinkOutcome): string => to.slice(to.lastIndexOf(' ') + 1);

/** Everything that is an end of a link in some state, in the order of their ids. */
export function componentsOf({ states, steps }: Plan): readonly Component[] {
  const links = states.flatMap((state) => state.links);
  const hosts = hostsOf(steps);
  const federations = new Set(
    steps.flatMap(({ target }) =>
      target.kind === 'sun-im-server' || target.kind === 'sun-im-gateway' ? [target.community] : [],
    ),
  );
  const proxies = new Set(links.filter((link) => endpointOf(link).startsWith('PROXY_')).map(calleeOf));
  const ports = new Map([...Map.groupBy(links, calleeOf)].map(([id, own]) => [id, new Set(own.map(endpointOf))]));
  const ids = new Set(links.flatMap((link) => [link.from, calleeOf(link)]));
  return [...ids]
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((id) => componentOf(id, { isProxy: proxies.has(id), ports: ports.get(id) ?? new Set() }, hosts, federations));
}

function componentOf(
  id: string,
  { isProxy, ports }: { readonly isProxy: boolean; readonly ports: ReadonlySet<string> },
  hosts: ReadonlyMap<string, string>,
  federations: ReadonlySet<string>,
): Component {
  const isTools = id.endsWith(TOOLS);
  const [cell = '', owner = '', server] = (isTools ? id.slice(0, -TOOLS.length) : id).split('/');
  if (owner === '' || id.startsWith('client ') || id.startsWith('recording of '))
    return {
      id,
      name: id.replace(/^client /, ''),
      kind: ports.size > 0 ? 'server' : 'client',
      cell: '',
      owner: '',
      host: '',
    };
  const place = { id, cell, owner, host: hosts.get(`${cell}/${owner}`) ?? '' };
  if (isTools) return { ...place, name: `tools of ${owner}`, kind: 'tools' };
  if (owner === 'dmgr') return { ...place, name: 'dmgr', kind: 'manager' };
  // Outside cells a name has two parts. What nobody calls is a neighbour.
  if (server === undefined) {
    const kind = kindOutsideCells(ports);
    return { ...place, name: owner, kind: federations.has(cell) && kind !== 'client' ? 'messaging-server' : kind };
  }
  const kind = server === 'nodeagent' ? 'agent' : isProxy ? 'proxy' : 'server';
  return { ...place, name: server, kind };
}

const COMMUNITY_KINDS = { server: 'community-server', client: 'multiplexer', ldap: 'directory' } as const;

/** What nobody calls is a neighbour; a community server may have a client port, too. */
function kindOutsideCells(ports: ReadonlySet<string>): ComponentKind {
  const port = (['server', 'client', 'ldap'] as const).find((name) => ports.has(name));
  return port === undefined ? 'client' : COMMUNITY_KINDS[port];
}

export const isOfCommunity = ({ kind }: Component): boolean =>
  kind === 'messaging-server' || Object.values<ComponentKind>(COMMUNITY_KINDS).includes(kind);

function hostsOf(steps: readonly Step[]): ReadonlyMap<string, string> {
  return new Map(
    steps.flatMap(({ target, operation, host }): readonly (readonly [string, string])[] => {
      if (isServerOutsideCells(target)) return [[`${target.community}/${target.server}`, target.host]];
      if (target.kind === 'profile') return [[`${target.cell}/${target.owner}`, target.host]];
      if (operation === 'deployment-manager-restart' && target.kind === 'cell') return [[`${target.cell}/dmgr`, host]];
      if (target.kind === 'sun-im-gateway') return [[`${target.community}/${target.gateway}`, target.host]];
      const isOnNode = operation.startsWith('node-') || SERVER_SWITCHES.has(operation);
      return isOnNode && 'node' in target ? [[`${target.cell}/${target.node}`, host]] : [];
    }),
  );
}

const SERVER_SWITCHES = new Set(['server-restart', 'server-stop', 'server-start']);

/** What a step that has a stoppedBy does with the process. */
export function switchOf({ operation }: Step): 'stop' | 'start' | 'restart' {
  if (operation.endsWith('-stop')) return 'stop';
  return operation.endsWith('-start') ? 'start' : 'restart';
}

/** The links call the manager "cell/dmgr", health checks and facts call it "dmgr/dmgr". */
export const checkedAs = ({ id, kind }: Component): string => (kind === 'manager' ? `${id}/dmgr` : id);

/** Id of the component whose process the step stops, starts, or both. */
export function stoppedBy({ operation, target }: Step): string | undefined {
  if (operation === 'deployment-manager-restart' && target.kind === 'cell') return `${target.cell}/dmgr`;
  if ((operation === 'node-synchronization' || operation === 'node-agent-stop') && 'node' in target)
    return `${target.cell}/${target.node}/nodeagent`;
  if (operation === 'community-restart' || operation === 'sun-im-restart') return serverOutsideCells(target);
  if (SERVER_SWITCHES.has(operation) && target.kind === 'server')
    return `${target.cell}/${target.node}/${target.server}`;
  return undefined;
}

/** Id of the component that the step is about: what is stopped, else whose files are written. */
export function touchedBy(step: Step): string {
  const { target } = step;
  const stopped = stoppedBy(step);
  if (stopped !== undefined) return stopped;
  if (target.kind === 'profile') return `${target.cell}/${target.owner}${TOOLS}`;
  if (target.kind === 'database') return `recording of ${target.database}`;
  if (isServerOutsideCells(target)) return `${target.community}/${target.server}`;
  if (target.kind === 'sun-im-gateway') return `${target.community}/${target.gateway}`;
  if (target.kind === 'neighbour') return `${target.community}/${target.neighbour}`;
  if (target.kind === 'population') return `client ${target.client}`;
  return 'cell' in target ? `${target.cell}/dmgr` : step.host;
}
