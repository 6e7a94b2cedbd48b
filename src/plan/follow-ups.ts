// What a phase needs after its changes: a synchronization of every node whose copy is old, and a restart of every process
// that runs with something else than its disk says. Deployment manager first, then nodes, then application servers, then
// WebSphere proxies: callers that can only speak the old way are never left alone with a listener that cannot.
import type { CellFacts, OwnerFacts } from '../facts/types.ts';
import type { NodeEntry } from '../inventory/types.ts';
import { applyChange } from '../topology/apply-change.ts';
import { isDown, isStale } from '../topology/stale.ts';
import type { PlanBasis } from './input.ts';
import { managerTask, nodeTask, serverTask, type FollowUpTask } from './process-tasks.ts';
import { keyOf, type ProcessRef } from './processes.ts';
import { scopesOf, serversOf, type Scope, type Stage } from './scope.ts';

/** Groups in their order; inside a group the order may change for safety.
 * @param seen updated here */
export const followUpTasks = (
  stage: Stage,
  input: PlanBasis,
  seen: Set<string>,
): readonly (readonly FollowUpTask[])[] => scopesOf(stage, input, seen).flatMap(ofCell);

function ofCell(scope: Scope): readonly (readonly FollowUpTask[])[] {
  const { cell, facts, changing, asking = changing, input, isFirst, isRepair = false } = scope;
  const isTouched = changing.some(
    ({ target }) => 'cell' in target && target.cell === cell.name && target.kind !== 'profile',
  );
  const old = new Set(facts.nodes.filter((node) => hasOldCopy(node, facts)).map(({ owner }) => owner));
  const isCopyOld = (node: NodeEntry): boolean => isFirst && old.has(node.name);

  const copied = cell.nodes
    .filter((node) => isTouched || isCopyOld(node))
    .reduce(
      (state, { name: node }) => applyChange(state, { kind: 'synchronized', cell: cell.name, node }),
      scope.topology,
    );
  const needsRestart = (process: ProcessRef): boolean =>
    isStale(copied, process, endpointNames(process, input)) || (isRepair && isDown(copied, process));

  const manager: ProcessRef = { cell: cell.name, owner: 'dmgr', server: 'dmgr' };
  const nodes = cell.nodes.filter(
    (node) => isTouched || isCopyOld(node) || needsRestart({ cell: cell.name, owner: node.name, server: 'nodeagent' }),
  );
  const asked = new Set(
    asking
      .flatMap(({ operation, params }) => operation.followUps(params))
      .flatMap((item) => (item.kind === 'restart-server' ? [`${item.cell}/${item.node}/${item.server}`] : [])),
  );
  if (isFirst) for (const process of input.owed ?? []) asked.add(keyOf(process));
  const servers = serversOf(scope).filter((process) => asked.has(keyOf(process)) || needsRestart(process));
  return [
    needsRestart(manager) ? [managerTask(scope, manager)] : [],
    nodes.map((node) => nodeTask(scope, node)),
    servers.map((process) => serverTask(scope, process)),
  ];
}

/** A store can be newer at the master although security.xml is the same. */
const hasOldCopy = ({ securitySha256, replicaStores = [] }: OwnerFacts, { deploymentManager }: CellFacts): boolean =>
  securitySha256 !== deploymentManager.securitySha256 || replicaStores.length > 0;

const endpointNames = (process: ProcessRef, { processes }: PlanBasis): readonly string[] =>
  processes.tlsEndpointsOf(process).map(({ name }) => name);
