// A link: who calls which listener. Its ends are names only; what they offer and accept is read from a state.
import type { ProtocolVersion } from '../tls/types.ts';
import type { LinkOutcome } from './types.ts';

export type ListenerAddress = {
  readonly cell: string;
  /** 'dmgr' or the node */
  readonly owner: string;
  readonly server: string;
  readonly endpoint: string;
};

export type Caller =
  /** a process with its effective outbound SSL configuration */
  | { readonly kind: 'process'; readonly cell: string; readonly owner: string; readonly server: string }
  /** a node agent on the overlay: offers XDADefaultSSLSettings. Mechanic of ours, not verified on real WebSphere. */
  | { readonly kind: 'overlay'; readonly cell: string; readonly owner: string; readonly server: string }
  /** wsadmin, syncNode and the stop tools of one profile: ssl.client.props and the client trust store */
  | { readonly kind: 'client-tools'; readonly cell: string; readonly owner: string }
  /** clients of the inventory */
  | {
      readonly kind: 'population';
      readonly name: string;
      readonly offers: readonly ProtocolVersion[];
      /** fingerprints of what they trust; absent: not known, so trust is not checked */
      readonly trusts?: ReadonlySet<string>;
      readonly holds: readonly (readonly string[])[];
      readonly comparesNames: boolean;
    }
  /** the recording capture of a meeting server: offers what the database row said when the server started */
  | {
      readonly kind: 'recording';
      readonly database: string;
      readonly cell: string;
      readonly owner: string;
      readonly server: string;
    };

/** Outside WebSphere cells: a component with one of its purposes ('server', 'ldap'), or a population of the inventory. */
export type ComponentCaller =
  | { readonly kind: 'component'; readonly component: string; readonly purpose: string }
  | { readonly kind: 'clients'; readonly client: string };

export type ComponentListener = { readonly component: string; readonly port: string };

type Ends = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly required: boolean;
  readonly source: LinkOutcome['source'];
  /** the host name or address that the caller asks for; undefined: not known, or nobody compares it */
  readonly asksFor: string | undefined;
};

/** Of a WebSphere cell. */
export type CellLink = Ends & { readonly caller: Caller; readonly listener: ListenerAddress };
/** Of a community, or whatever else is no cell. */
export type ComponentLink = Ends & { readonly caller: ComponentCaller; readonly listener: ComponentListener };
export type Link = CellLink | ComponentLink;

export const isComponentLink = (link: Link): link is ComponentLink => 'component' in link.listener;

export const diskComponent = (cell: string, owner: string): string => `disk ${cell}/${owner}`;
export const profileComponent = (cell: string, owner: string): string => `profile ${cell}/${owner}`;
export const processComponent = (cell: string, owner: string, server: string): string =>
  `process ${cell}/${owner}/${server}`;

export const componentKey = (component: string): string => `component ${component}`;
export const clientsKey = (client: string): string => `clients ${client}`;

/** Everything whose change can change the outcome of a link. */
export function componentsOf(link: Link): readonly string[] {
  if (isComponentLink(link)) {
    const { caller, listener } = link;
    const calling = caller.kind === 'clients' ? clientsKey(caller.client) : componentKey(caller.component);
    return [componentKey(listener.component), calling];
  }
  const { caller, listener } = link;
  const callee = processComponent(listener.cell, listener.owner, listener.server);
  if (caller.kind === 'population') return [callee];
  if (caller.kind === 'client-tools') return [callee, profileComponent(caller.cell, caller.owner)];
  const process = processComponent(caller.cell, caller.owner, caller.server);
  if (caller.kind === 'recording') return [callee, process];
  return [callee, process, diskComponent(caller.cell, caller.owner)];
}

export function indexByComponent(links: readonly Link[]): ReadonlyMap<string, readonly number[]> {
  const index = new Map<string, number[]>();
  for (const [position, link] of links.entries())
    for (const component of new Set(componentsOf(link))) {
      const positions = index.get(component) ?? [];
      positions.push(position);
      index.set(component, positions);
    }
  return index;
}
