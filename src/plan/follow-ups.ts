// What a phase needs after its changes: a synchronization of every node whose copy is old, and a restart of every process
// that runs with something else than its disk says. Deployment manager first, then nodes, then application servers, then
// WebSphere proxies: callers that can only speak the old way are never left alone with a listener that cannot.
import type { Json } from '../core/json.ts';
import type { Target } from '../core/operation.ts';
import type { CellFacts } from '../facts/types.ts';
import type { CellEntry, NodeEntry } from '../inventory/types.ts';
import { applyChange } from '../topology/apply-change.ts';
import { isStale } from '../topology/stale.ts';
import type { TopologyState } from '../topology/state.ts';
import type { PlanBasis } from './input.ts';
import { keyOf, type ProcessRef } from './processes.ts';
import type { ResolvedTask } from './resolve.ts';
import { fieldsOf } from './target-fields.ts';

export type FollowUpTask = ResolvedTask & { readonly state: Json };

/** What a phase has done so far. */
export type Stage = {
  readonly phase: string;
  /** the first phase also repairs what an earlier run left: old copies on nodes */
  readonly isFirst: boolean;
  readonly changing: readonly ResolvedTask[];
  readonly topology: TopologyState;
};

export type Scope = Stage & {
  readonly cell: CellEntry;
  readonly facts: CellFacts;
  readonly input: PlanBasis;
  /** processes that an earlier phase starts anew: their process id is not known when the plan is made */
  readonly seen: Set<string>;
};

export const scopesOf = (stage: Stage, input: PlanBasis, seen: Set<string>): readonly Scope[] =>
  input.inventory.cells.flatMap((cell) => {
    const facts = input.facts.cells.find((candidate) => candidate.cell === cell.name);
    return facts === undefined ? [] : [{ ...stage, cell, facts, input, seen }];
  });

/** Groups in their order; inside a group the order may change for safety.
 * @param seen updated here */
export const followUpTasks = (
  stage: Stage,
  input: PlanBasis,
  seen: Set<string>,
): readonly (readonly FollowUpTask[])[] => scopesOf(stage, input, seen).flatMap(ofCell);

function ofCell(scope: Scope): readonly (readonly FollowUpTask[])[] {
  const { cell, facts, changing, input, isFirst } = scope;
  const isTouched = changing.some(
    ({ target }) => 'cell' in target && target.cell === cell.name && target.kind !== 'profile',
  );
  const isCopyOld = (node: NodeEntry): boolean =>
    isFirst &&
    facts.nodes.find(({ owner }) => owner === node.name)?.securitySha256 !== facts.deploymentManager.securitySha256;

  const copied = cell.nodes
    .filter((node) => isTouched || isCopyOld(node))
    .reduce(
      (state, { name: node }) => applyChange(state, { kind: 'synchronized', cell: cell.name, node }),
      scope.topology,
    );
  const needsRestart = (process: ProcessRef): boolean => isStale(copied, process, endpointNames(process, input));

  const manager: ProcessRef = { cell: cell.name, owner: 'dmgr', server: 'dmgr' };
  const nodes = cell.nodes.filter(
    (node) => isTouched || isCopyOld(node) || needsRestart({ cell: cell.name, owner: node.name, server: 'nodeagent' }),
  );
  const asked = new Set(
    changing
      .flatMap(({ operation, params }) => operation.followUps(params))
      .flatMap((item) => (item.kind === 'restart-server' ? [`${item.cell}/${item.node}/${item.server}`] : [])),
  );
  const servers = serversOf(scope).filter((process) => asked.has(keyOf(process)) || needsRestart(process));
  return [
    needsRestart(manager) ? [managerTask(scope, manager)] : [],
    nodes.map((node) => nodeTask(scope, node)),
    servers.map((process) => serverTask(scope, process)),
  ];
}

const endpointNames = (process: ProcessRef, { processes }: PlanBasis): readonly string[] =>
  processes.tlsEndpointsOf(process).map(({ name }) => name);

/** Application servers before proxies, in the order of the inventory. */
export function serversOf({ cell, facts }: Scope): readonly ProcessRef[] {
  const ofType = (type: string): readonly ProcessRef[] =>
    cell.nodes.flatMap(({ name: owner }) =>
      (facts.nodes.find((node) => node.owner === owner)?.servers ?? [])
        .filter((server) => server.type === type)
        .map(({ name }) => ({ cell: cell.name, owner, server: name })),
    );
  return [...ofType('APPLICATION_SERVER'), ...ofType('PROXY_SERVER')];
}

export function managerTask(scope: Scope, process: ProcessRef): FollowUpTask {
  return makeTask(scope, process, {
    name: 'deployment-manager-restart',
    target: { kind: 'cell', cell: process.cell },
    title: 'Restart deployment manager',
    host: scope.cell.deploymentManager.host,
    state: { process: 'old' },
  });
}

export function nodeTask(scope: Scope, node: NodeEntry): FollowUpTask {
  const process = { cell: scope.cell.name, owner: node.name, server: 'nodeagent' };
  return makeTask(scope, process, {
    name: 'node-synchronization',
    target: { kind: 'node', cell: process.cell, node: node.name },
    title: 'Synchronize node and restart its node agent',
    host: node.host,
    state: { process: 'old', replica: 'different' },
  });
}

function serverTask(scope: Scope, process: ProcessRef): FollowUpTask {
  return makeTask(scope, process, {
    name: 'server-restart',
    target: { kind: 'server', cell: process.cell, node: process.owner, server: process.server },
    title: 'Restart server',
    host: scope.cell.nodes.find(({ name }) => name === process.owner)?.host ?? '',
    state: { process: 'old' },
  });
}

/** A server or node agent that is stopped or started by a step of its own. */
export function switchTask(
  { phase, cell, input }: Scope,
  process: ProcessRef,
  name: string,
  title: string,
): FollowUpTask {
  const isAgent = process.server === 'nodeagent';
  const place = { cell: process.cell, node: process.owner };
  const target: Target = isAgent ? { kind: 'node', ...place } : { kind: 'server', ...place, server: process.server };
  const operation = input.operations(name);
  const { fields } = fieldsOf(target, input.inventory, input.facts);
  const params = operation.parse({ target: { ...target, ...fields }, with: {} });
  const host = cell.nodes.find((node) => node.name === process.owner)?.host ?? '';
  return {
    phase,
    title,
    target,
    host,
    operation,
    params,
    state: { process: name === 'server-start' ? 'stopped' : 'running' },
  };
}

type Draft = {
  readonly name: string;
  readonly target: Target;
  readonly title: string;
  readonly host: string;
  readonly state: Json;
};

function makeTask({ phase, input, seen }: Scope, process: ProcessRef, draft: Draft): FollowUpTask {
  const { name, target, title, host, state } = draft;
  const operation = input.operations(name);
  const isSeen = seen.has(keyOf(process));
  seen.add(keyOf(process));
  // The id of a process that an earlier phase restarts is not known; its age against the configuration decides then.
  const replaces = isSeen ? null : (input.processes.ownerOf(process).processes[process.server]?.pid ?? null);
  const { fields } = fieldsOf(target, input.inventory, input.facts);
  const params = operation.parse({ target: { ...target, ...fields }, with: { replaces } });
  return { phase, title, target, host, operation, params, state };
}
