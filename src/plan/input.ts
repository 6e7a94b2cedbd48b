// What a plan is computed from.
import type { Json } from '../core/json.ts';
import type { Facts } from '../facts/types.ts';
import type { Inventory } from '../inventory/types.ts';
import type { Playbook } from '../playbook/types.ts';
import { makeTopology } from '../topology/make-topology.ts';
import type { TopologyState } from '../topology/state.ts';
import { indexProcesses, type Processes } from './processes.ts';
import type { Operations, ResolvedTask } from './resolve.ts';

export type PlanInput = {
  readonly playbook: Playbook;
  readonly inventory: Inventory;
  readonly facts: Facts;
  readonly tasks: readonly ResolvedTask[];
  /** what each task's object was found in, by the operation's subject */
  readonly states: ReadonlyMap<string, Json>;
  readonly operations: Operations;
};

/** The input with what every arrangement of it begins from. */
export type PlanBasis = PlanInput & { readonly processes: Processes; readonly start: TopologyState };

export const prepare = (input: PlanInput): PlanBasis => ({
  ...input,
  processes: indexProcesses(input.inventory, input.facts),
  start: makeTopology(input.inventory, input.facts),
});
