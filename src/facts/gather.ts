// Gathers what the planner and the proof need, read only: files and process ids over the shell, stores over wsadmin,
// listeners by hellos from here. Hosts in parallel; the order of the result does not depend on who answers first.
import { mapBounded } from '../core/bounded.ts';
import type { CertificateFacts } from '../core/certificate.ts';
import type { ReadContext } from '../core/operation.ts';
import type { Inventory } from '../inventory/types.ts';
import { gatherClientCertificates, gatherClientTrust } from './clients.ts';
import { gatherComponents } from './components.ts';
import { gatherHeld } from './held.ts';
import { gatherListeners } from './listeners.ts';
import { gatherOwners } from './owners.ts';
import { expectOwnPorts } from './ports.ts';
import { gatherRows } from './rows.ts';
import { gatherStores } from './stores.ts';
import { gatherTools } from './tools.ts';
import type { CellFacts, Facts } from './types.ts';

export async function gatherFacts(
  inventory: Inventory,
  context: ReadContext,
  certificates: readonly CertificateFacts[],
): Promise<Facts> {
  const clients = await gatherClientTrust(inventory);
  const clientCertificates = await gatherClientCertificates(inventory);
  const cells = await mapBounded(inventory.cells, async (cell): Promise<CellFacts> => {
    const owners = await gatherOwners(cell, inventory, context);
    const stores = await gatherStores(cell.name, owners.deploymentManager.security, await context.wsadmin(cell.name));
    return { cell: cell.name, ...owners, stores };
  });
  expectOwnPorts(cells, inventory);
  const tools = await gatherTools(inventory, context);
  const rows = await gatherRows(inventory, context);
  const held = await gatherHeld(cells, context);
  const { listeners, served = [] } = await gatherListeners(cells);
  const outsideCells = tools.length === 0 ? {} : { tools };
  const found = { cells, listeners, certificates, clients, clientCertificates, rows, held, ...outsideCells };
  if (inventory.communities.length === 0 && (inventory.federations ?? []).length === 0) return { ...found, served };
  const outside = await gatherComponents(inventory, context, { clientCertificates });
  const shown = new Map([...served, ...outside.served].map((one) => [one.sha256, one]));
  return {
    ...found,
    served: [...shown.values()].toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1)),
    components: outside.components,
  };
}
