// Tasks that the planner adds: a process that is restarted, stopped or started, a node that is synchronized.
import type { Json } from '../core/json.ts';
import type { Target } from '../core/operation.ts';
import type { NodeEntry } from '../inventory/types.ts';
import { keyOf, type ProcessRef } from './processes.ts';
import type { ResolvedTask } from './resolve.ts';
import type { Scope } from './scope.ts';
import { fieldsOf } from './target-fields.ts';

export type FollowUpTask = ResolvedTask & { readonly state: Json };

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

export function serverTask(scope: Scope, process: ProcessRef): FollowUpTask {
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
