// The TLS listeners of an inventory's cells, from serverindex.xml on the hosts. Read only, without wsadmin.
import type { ReadContext } from '../core/operation.ts';
import type { Place } from '../core/place.ts';
import { gatherOwners } from '../facts/owners.ts';
import type { Inventory } from '../inventory/types.ts';
import { isTlsEndpoint } from '../products/websphere/tls-endpoints.ts';
import { processName } from '../topology/state.ts';

export type ListenerPort = {
  /** "stCell/stpNode/was_stpProxy PROXY_HTTPS_ADDRESS" */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** of its node or cell in the inventory */
  readonly place: Place;
  /** by the process id file of its process */
  readonly isRunning: boolean;
};

export async function readListenerPorts(
  { cells, ...inventory }: Inventory,
  context: ReadContext,
): Promise<readonly ListenerPort[]> {
  const found = await Promise.all(
    cells.map(async (cell) => {
      const { deploymentManager, nodes } = await gatherOwners(cell, { cells, ...inventory }, context);
      return [deploymentManager, ...nodes].flatMap(({ owner, address, servers, processes }) => {
        const place = cell.nodes.find(({ name }) => name === owner)?.place ?? cell.place;
        return servers.flatMap(({ name: server, endpoints }) =>
          endpoints
            .filter(({ name }) => isTlsEndpoint(name))
            .map(({ name, port }) => ({
              name: `${processName(cell.name, owner, server)} ${name}`,
              address,
              port,
              place,
              isRunning: (processes[server]?.pid ?? null) !== null,
            })),
        );
      });
    }),
  );
  return found.flat();
}
