// Servers outside cells in a phase: all that is done to one server, then its restart, then the next one. Which one comes next
// is decided by the proof: the first whose steps break no required link.
import type { TopologyChange } from '../core/topology-change.ts';
import { isServerOutsideCells, serverOutsideCells } from '../core/target.ts';
import { isComponentStale } from '../topology/component-state.ts';
import { membersOf, type Member } from './community-scope.ts';
import { fieldsOfCommunity, isCommunityTarget } from './community-fields.ts';
import type { Draft, PlannedTask } from './draft.ts';
import { tryStep } from './fold.ts';
import type { PlanBasis } from './input.ts';
import type { ResolvedTask } from './resolve.ts';
import { addInSafeOrder } from './safe-order.ts';

type Unit = {
  readonly server: Member;
  readonly tasks: readonly ResolvedTask[];
  readonly isAsked: boolean;
  /** of all its tasks and its restart; computed once, since no other server's steps touch its objects */
  readonly changes: readonly TopologyChange[];
};

export const isOutsideCells = ({ target }: ResolvedTask): boolean => isCommunityTarget(target);

const isServerTask = ({ target }: ResolvedTask): boolean => isServerOutsideCells(target);

/** What people, gates and clients do comes first in a phase, and the servers after it.
 * @param tasks of one phase
 * @param seen servers that an earlier phase starts anew; updated here */
export function addOutsideCells(
  phase: string,
  tasks: readonly ResolvedTask[],
  draft: Draft,
  basis: PlanBasis,
  seen: Set<string>,
): void {
  addInSafeOrder(
    tasks.filter((task) => !isServerTask(task)),
    draft,
    basis,
  );
  addCommunityUnits(phase, tasks.filter(isServerTask), draft, basis, seen);
}

function addCommunityUnits(
  phase: string,
  tasks: readonly ResolvedTask[],
  draft: Draft,
  basis: PlanBasis,
  seen: Set<string>,
): void {
  let waiting = unitsOf(tasks, draft, basis);
  while (waiting.length > 0) {
    const next = waiting.find((unit) => isSafe(unit, draft)) ?? waiting[0];
    if (next === undefined) return;
    addUnit(phase, next, draft, basis, seen);
    waiting = waiting.filter((unit) => unit !== next);
  }
}

/** Servers with tasks that change something, and servers that owe a restart. */
function unitsOf(tasks: readonly ResolvedTask[], draft: Draft, { inventory }: PlanBasis): readonly Unit[] {
  const { topology } = draft.proof;
  return membersOf(inventory).flatMap((server) => {
    const { component } = server;
    const own = tasks.filter(({ target }) => serverOutsideCells(target) === component);
    const isOwed = topology.components.has(component) && isComponentStale(topology, component);
    if (own.length === 0 && !isOwed) return [];
    const { changes, isAsked } = whatHappens(server, own, draft);
    const restart = isAsked || isOwed ? restartOf(component) : [];
    return [{ server, tasks: own, isAsked, changes: [...changes, ...restart] }];
  });
}

/** Tried as one: inside, the server has its old settings until its restart. */
const isSafe = ({ changes }: Unit, { proof }: Draft): boolean => tryStep(proof, changes).broken.length === 0;

/** Each task sees what the one before it leaves. */
function whatHappens(
  { component }: Member,
  tasks: readonly ResolvedTask[],
  { current }: Draft,
): { readonly changes: readonly TopologyChange[]; readonly isAsked: boolean } {
  const states = new Map(current);
  const changes: TopologyChange[] = [];
  let isAsked = false;
  for (const { operation, params } of tasks) {
    const subject = operation.subject(params);
    const before = states.get(subject) ?? null;
    if (operation.diff(before, params).length === 0) continue;
    states.set(subject, operation.predict(before, params));
    changes.push(...operation.effect(params, before));
    isAsked ||= operation
      .followUps(params)
      .some((item) => item.kind === 'restart-component' && `${item.community}/${item.server}` === component);
  }
  return { changes, isAsked };
}

const restartOf = (component: string): readonly TopologyChange[] => [
  { kind: 'component-stopped', component },
  { kind: 'component-started', component },
];

function addUnit(
  phase: string,
  { server, tasks, isAsked }: Unit,
  draft: Draft,
  basis: PlanBasis,
  seen: Set<string>,
): void {
  addInSafeOrder(tasks, draft, basis);
  addRestart(phase, server, isAsked, { draft, basis, seen });
}

type Parts = { readonly draft: Draft; readonly basis: PlanBasis; readonly seen: Set<string> };

/** @param isAsked otherwise it is restarted only when it runs with something else than its files say */
export function addRestart(phase: string, server: Member, isAsked: boolean, { draft, basis, seen }: Parts): void {
  const { component: name } = server;
  const { topology } = draft.proof;
  if (!isAsked && !(topology.components.has(name) && isComponentStale(topology, name))) return;
  addInSafeOrder([restartTask(phase, server, basis, seen)], draft, basis);
}

function restartTask(
  phase: string,
  { component, target, restart }: Member,
  { inventory, facts, operations }: PlanBasis,
  seen: Set<string>,
): PlannedTask {
  const operation = operations(restart.operation);
  // The id of a process that an earlier phase restarts is not known.
  const found = facts.components?.find((entry) => entry.component === component)?.process.pid ?? null;
  const replaces = seen.has(component) ? null : found;
  seen.add(component);
  const { host, fields } = fieldsOfCommunity(target, inventory, facts);
  const params = operation.parse({ target: { ...target, ...fields }, with: { replaces } });
  return { phase, title: restart.title, target, host, operation, params, state: { process: 'old' } };
}
