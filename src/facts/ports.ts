// Every TLS port has one listener. With two on one address and port only one can have opened, and what the port answers would
// be taken for both.
import { OperatorError } from '../core/errors.ts';
import type { Inventory } from '../inventory/types.ts';
import { isTlsEndpoint } from '../products/websphere/tls-endpoints.ts';
import type { CellFacts } from './types.ts';

/** @throws OperatorError FACT_UNREADABLE naming both, at the second one's place in the inventory */
export function expectOwnPorts(cells: readonly CellFacts[], inventory: Inventory): void {
  const taken = new Map<string, string>();
  for (const { cell, owner, address, server, endpoint, port } of listenersOf(cells)) {
    const at = `${address}:${port}`;
    const name = `${owner}/${server} ${endpoint} of cell ${cell}`;
    const other = taken.get(at);
    taken.set(at, name);
    if (other === undefined) continue;
    const entry = inventory.cells.find((candidate) => candidate.name === cell);
    const place = entry?.nodes.find((node) => node.name === owner)?.place ?? entry?.place;
    const hint =
      'Compare serverindex.xml of their nodes with what really listens there, and the addresses of the hosts in the inventory.';
    const message = `two listeners are at ${at}: ${other}, and ${name}`;
    throw new OperatorError('FACT_UNREADABLE', message, place === undefined ? { hint } : { hint, place });
  }
}

const listenersOf = (cells: readonly CellFacts[]) =>
  cells.flatMap(({ cell, deploymentManager, nodes }) =>
    [deploymentManager, ...nodes].flatMap(({ owner, address, servers }) =>
      servers.flatMap(({ name: server, endpoints }) =>
        endpoints
          .filter((endpoint) => isTlsEndpoint(endpoint.name))
          .map(({ name: endpoint, port }) => ({ cell, owner, address, server, endpoint, port })),
      ),
    ),
  );
