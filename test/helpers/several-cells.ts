// Made-up cells that have nothing to do with each other: the same small cell under several names.
import type { Facts } from '../../src/facts/types.ts';
import type { ClientEntry, Inventory } from '../../src/inventory/types.ts';
import { operationNamed } from '../../src/operations/index.ts';
import type { PlanInput } from '../../src/plan/input.ts';
import { resolveTasks } from '../../src/plan/resolve.ts';
import { bigCell } from './big-cell.ts';
import { statesOf } from './facts-states.ts';

/** @param joining clients of several cells */
export function severalCells(names: readonly string[], joining: readonly ClientEntry[] = []): PlanInput {
  const cells = names.map((name) => renamed(bigCell(1, 2), name));
  const [first] = cells;
  if (first === undefined) throw new RangeError('no cells');
  const inventory: Inventory = {
    ...first.inventory,
    hosts: cells.flatMap((cell) => cell.inventory.hosts),
    cells: cells.flatMap((cell) => cell.inventory.cells),
    clients: [...cells.flatMap((cell) => cell.inventory.clients), ...joining],
  };
  const facts: Facts = {
    ...first.facts,
    cells: cells.flatMap((cell) => cell.facts.cells),
    listeners: cells.flatMap((cell) => cell.facts.listeners),
  };
  const tasks = resolveTasks(first.playbook, inventory, facts, operationNamed);
  return {
    playbook: first.playbook,
    inventory,
    facts,
    tasks,
    states: statesOf(tasks, facts),
    operations: operationNamed,
  };
}

/** Host, address and client names begin with the cell's. */
function renamed(
  { inventory, facts, playbook }: PlanInput,
  name: string,
): Pick<PlanInput, 'inventory' | 'facts' | 'playbook'> {
  const text = JSON.stringify({ inventory, facts })
    .replaceAll('bigCell', name)
    .replaceAll('"host-', `"${name}-host-`)
    .replaceAll('.example.com', `.${name}.example.com`);
  const copy = JSON.parse(text) as Pick<PlanInput, 'inventory' | 'facts'>;
  const clients = copy.inventory.clients.map((client) => ({ ...client, name: `${name}-${client.name}` }));
  return { facts: copy.facts, inventory: { ...copy.inventory, clients }, playbook };
}
