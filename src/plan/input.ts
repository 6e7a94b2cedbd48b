// What a plan is computed from.
import type { Json } from '../core/json.ts';
import type { Facts } from '../facts/types.ts';
import type { Inventory } from '../inventory/types.ts';
import type { Playbook } from '../playbook/types.ts';
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
