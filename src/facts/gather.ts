// Gathers what the planner and the proof need, read only: files and process ids over the shell, stores over wsadmin,
// listeners by hellos from here. Hosts in parallel; the order of the result does not depend on who answers first.
import type { CertificateFacts } from '../core/certificate.ts';
import type { ReadContext } from '../core/operation.ts';
import type { Inventory } from '../inventory/types.ts';
import { gatherClientTrust } from './clients.ts';
import { gatherListeners } from './listeners.ts';
import { gatherOwners } from './owners.ts';
import { expectOwnPorts } from './ports.ts';
import { gatherRows } from './rows.ts';
import { gatherStores } from './stores.ts';
import type { CellFacts, Facts } from './types.ts';

export async function gatherFacts(
  inventory: Inventory,
  context: ReadContext,
  certificates: readonly CertificateFacts[],
): Promise<Facts> {
  const clients = await gatherClientTrust(inventory);
  const cells = await Promise.all(
    inventory.cells.map(async (cell): Promise<CellFacts> => {
      const owners = await gatherOwners(cell, inventory, context);
      const stores = await gatherStores(cell.name, owners.deploymentManager.security, await context.wsadmin(cell.name));
      return { cell: cell.name, ...owners, stores };
    }),
  );
  expectOwnPorts(cells, inventory);
  const rows = await gatherRows(inventory, context);
  return { cells, ...(await gatherListeners(cells)), certificates, clients, rows };
}
