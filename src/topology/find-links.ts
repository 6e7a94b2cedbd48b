// Which links a deployment has: the ones every cell has (from the facts) and the ones the inventory declares.
import { OperatorError } from '../core/errors.ts';
import type { CellFacts, Facts, OwnerFacts } from '../facts/types.ts';
import type { Inventory } from '../inventory/types.ts';
import type { ServerEntry } from '../products/websphere/security-model.ts';
import { componentLinks } from './component-links.ts';
import type { Caller, CellLink, Link, ListenerAddress } from './link.ts';
import { namesAsked } from './names-asked.ts';
import { fingerprintKey, processName } from './state.ts';

const SOAP = 'SOAP_CONNECTOR_ADDRESS';
const OVERLAY = 'OVERLAY_TCP_LISTENER_ADDRESS';
const HTTPS = 'WC_defaulthost_secure';

type Draft = Omit<CellLink, 'id' | 'from' | 'to' | 'asksFor'>;

/** Sorted by id, each once. */
export function findLinks(inventory: Inventory, facts: Facts): readonly Link[] {
  const drafts = [
    ...facts.cells.flatMap((cell) => [...cellLinks(cell), ...outsideToolLinks(cell, facts)]),
    ...populationLinks(inventory, facts),
    ...recordingLinks(inventory, facts),
  ];
  const nameAt = namesAsked(inventory, facts);
  const links = drafts.map((draft) => {
    const [from, to] = [callerName(draft.caller), listenerName(draft.listener)];
    return { id: `${from} -> ${to}`, from, to, ...draft, asksFor: nameAt(draft) };
  });
  const byId = new Map([...links, ...componentLinks(inventory)].map((link): [string, Link] => [link.id, link]));
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

const listenerName = ({ cell, owner, server, endpoint }: ListenerAddress): string =>
  `${processName(cell, owner, server)} ${endpoint}`;

function callerName(caller: Caller): string {
  if (caller.kind === 'population') return `client ${caller.name}`;
  if (caller.kind === 'recording') return `recording of ${caller.database}`;
  if (caller.kind === 'client-tools') return `${caller.cell}/${caller.owner} client tools`;
  return processName(caller.cell, caller.owner, caller.server);
}

function cellLinks(facts: CellFacts): readonly Draft[] {
  const cell = facts.cell;
  const manager = { cell, owner: 'dmgr', server: 'dmgr' };
  const managerEntry = facts.deploymentManager.servers.find(({ type }) => type === 'DEPLOYMENT_MANAGER');
  const toManager = (endpoint: string) => (hasEndpoint(managerEntry, endpoint) ? [{ ...manager, endpoint }] : []);
  const managerTools = { kind: 'client-tools', cell, owner: 'dmgr' } as const;
  return [
    ...toManager(SOAP).map((listener) => fact(managerTools, listener)),
    ...facts.nodes.flatMap((node) => nodeLinks(cell, node, toManager)),
  ];
}

/** Tools of a profile outside the cell: they call its deployment manager only. */
function outsideToolLinks({ cell, deploymentManager }: CellFacts, { tools = [] }: Facts): readonly Draft[] {
  const manager = deploymentManager.servers.find(({ type }) => type === 'DEPLOYMENT_MANAGER');
  if (!hasEndpoint(manager, SOAP)) return [];
  const listener = { cell, owner: 'dmgr', server: 'dmgr', endpoint: SOAP };
  return tools
    .filter(({ calls }) => calls.includes(cell))
    .map(({ name: owner }) => ({ ...fact({ kind: 'client-tools', cell, owner }, listener), source: 'inventory' }));
}

function nodeLinks(
  cell: string,
  node: OwnerFacts,
  toManager: (endpoint: string) => readonly ListenerAddress[],
): readonly Draft[] {
  const owner = node.owner;
  const agent = node.servers.find(({ type }) => type === 'NODE_AGENT');
  const servers = node.servers.filter(({ type }) => type !== 'NODE_AGENT' && type !== 'WEB_SERVER');
  const tools = { kind: 'client-tools', cell, owner } as const;
  const listeners = (entries: readonly (ServerEntry | undefined)[], endpoint: string): readonly ListenerAddress[] =>
    entries
      .filter((entry) => entry !== undefined)
      .filter((entry) => hasEndpoint(entry, endpoint))
      .map(({ name }) => ({ cell, owner, server: name, endpoint }));
  const process = (server: string) => ({ kind: 'process', cell, owner, server }) as const;

  const toolTargets = [...toManager(SOAP), ...listeners([agent, ...servers], SOAP)];
  const agentTargets = [...toManager(OVERLAY), ...listeners(servers, OVERLAY)];
  return [
    ...toolTargets.map((listener) => fact(tools, listener)),
    ...(agent === undefined ? [] : toManager(SOAP).map((listener) => fact(process(agent.name), listener))),
    ...listeners([agent], SOAP).map((listener) =>
      fact({ kind: 'process', cell, owner: 'dmgr', server: 'dmgr' }, listener),
    ),
    ...(agent === undefined
      ? []
      : agentTargets.map((listener) => assumption({ kind: 'overlay', cell, owner, server: agent.name }, listener))),
    ...servers.flatMap(({ name }) => listeners([agent], SOAP).map((listener) => fact(process(name), listener))),
    ...servers
      .filter(({ type }) => type === 'PROXY_SERVER')
      .flatMap(({ name }) =>
        listeners(
          servers.filter(({ type }) => type === 'APPLICATION_SERVER'),
          HTTPS,
        ).map((listener) => assumption(process(name), listener)),
      ),
  ];
}

const fact = (caller: Caller, listener: ListenerAddress): Draft => ({
  required: true,
  source: 'fact',
  caller,
  listener,
});

const assumption = (caller: Caller, listener: ListenerAddress): Draft => ({
  required: true,
  source: 'assumption',
  caller,
  listener,
});

const hasEndpoint = (entry: ServerEntry | undefined, endpoint: string): boolean =>
  entry?.endpoints.some(({ name }) => name === endpoint) ?? false;

function populationLinks(inventory: Inventory, facts: Facts): readonly Draft[] {
  return inventory.clients.flatMap(({ name, offers, required, connects, verifiesHostName: comparesNames = true }) =>
    connects.map(({ place, ...at }) => {
      const { owner, entry } = findServer(inventory, facts, at);
      if (!hasEndpoint(entry, at.endpoint))
        throw new OperatorError(
          'INPUT_UNKNOWN_NAME',
          `client ${name}: cell ${at.cell}, node ${at.node} has no server ${at.server} with WebSphere endpoint ${at.endpoint}`,
          { hint: 'Write the names as serverindex.xml of the node has them.', place },
        );
      const listener = { cell: at.cell, owner, server: at.server, endpoint: at.endpoint };
      return {
        required,
        source: 'inventory' as const,
        caller: {
          kind: 'population' as const,
          name,
          offers,
          ...trustOf(facts, name),
          holds: heldBy(facts, name),
          comparesNames,
        },
        listener,
      };
    }),
  );
}

function trustOf({ clients }: Facts, name: string): { readonly trusts?: ReadonlySet<string> } {
  const found = clients?.find((client) => client.name === name);
  return found === undefined ? {} : { trusts: new Set(found.roots.map(({ sha1 }) => fingerprintKey(sha1))) };
}

/** What the client shows, as the PEM file has it. */
const heldBy = ({ clientCertificates = [] }: Facts, name: string): readonly (readonly string[])[] =>
  clientCertificates
    .filter((client) => client.name === name)
    .map(({ chain }) => chain.map(({ sha1 }) => fingerprintKey(sha1)));

/** The capture process calls the meeting server; it is optional because meetings work without recording. */
function recordingLinks(inventory: Inventory, facts: Facts): readonly Draft[] {
  return inventory.databases.flatMap(({ name, readBy, place }) =>
    readBy.flatMap((at) => {
      const { owner, entry } = findServer(inventory, facts, at);
      // A misspelt reader would not be restarted, and nobody would notice that it still works with the old row.
      if (entry === undefined)
        throw new OperatorError(
          'INPUT_UNKNOWN_NAME',
          `database ${name}: readBy names ${at.server}, which cell ${at.cell}, node ${at.node} does not have`,
          { hint: 'Write the name as serverindex.xml of the node has it.', place },
        );
      if (!hasEndpoint(entry, HTTPS)) return [];
      const reader = { cell: at.cell, owner, server: at.server };
      const caller = { kind: 'recording' as const, database: name, ...reader };
      return [{ required: false, source: 'inventory' as const, caller, listener: { ...reader, endpoint: HTTPS } }];
    }),
  );
}

function findServer(
  inventory: Inventory,
  facts: Facts,
  at: { readonly cell: string; readonly node: string; readonly server: string },
): { readonly owner: string; readonly entry: ServerEntry | undefined } {
  const managerNode = inventory.cells.find(({ name }) => name === at.cell)?.deploymentManager.node;
  const owner = at.node === managerNode ? 'dmgr' : at.node;
  const cell = facts.cells.find((entry) => entry.cell === at.cell);
  const owners = cell === undefined ? [] : [cell.deploymentManager, ...cell.nodes];
  const servers = owners.find((entry) => entry.owner === owner)?.servers ?? [];
  return { owner, entry: servers.find(({ name }) => name === at.server) };
}
