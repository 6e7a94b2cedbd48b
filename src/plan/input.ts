// What a plan is computed from.
import type { Json } from '../core/json.ts';
import type { Facts } from '../facts/types.ts';
import type { Inventory } from '../inventory/types.ts';
import type { Playbook } from '../playbook/types.ts';
import { applyChange } from '../topology/apply-change.ts';
import { makeTopology } from '../topology/make-topology.ts';
import type { TopologyState } from '../topology/state.ts';
import { indexProcesses, type ProcessRef, type Processes } from './processes.ts';
import type { Operations, ResolvedTask } from './resolve.ts';

export type PlanInput = {
  readonly playbook: Playbook;
  readonly inventory: Inventory;
  readonly facts: Facts;
  readonly tasks: readonly ResolvedTask[];
  /** what each task's object was found in, by the operation's subject */
  readonly states: ReadonlyMap<string, Json>;
  readonly operations: Operations;
  /** restarts that unfinished runs still owe */
  readonly owed?: readonly ProcessRef[];
};

/** The input with what every arrangement of it begins from. */
export type PlanBasis = PlanInput & { readonly processes: Processes; readonly start: TopologyState };

export const prepare = (input: PlanInput): PlanBasis => ({
  ...input,
  processes: indexProcesses(input.inventory, input.facts),
  start: establishedBy(input, makeTopology(input.inventory, input.facts)),
});

/** What people have done is in no facts: the tasks that ask for it see it. */
export const establishedBy = (
  { tasks, states }: Pick<PlanInput, 'tasks' | 'states'>,
  topology: TopologyState,
): TopologyState =>
  tasks.reduce((state, { operation, params }) => {
    if (operation.establishes === undefined) return state;
    const found = states.get(operation.subject(params)) ?? null;
    const isSo = operation.diff(found, params).length === 0;
    return isSo ? operation.establishes(params, found).reduce(applyChange, state) : state;
  }, topology);
