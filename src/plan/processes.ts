// Lookups in inventory and facts that the planner makes for every process, made once: a large cell has hundreds of
// processes, and each is asked for in each phase.
import { OperatorError } from '../core/errors.ts';
import type { Facts, OwnerFacts } from '../facts/types.ts';
import type { ClientEntry, Inventory } from '../inventory/types.ts';
import { isTlsEndpoint } from '../products/websphere/tls-endpoints.ts';
import { fingerprintKey } from '../topology/state.ts';

export type ProcessRef = { readonly cell: string; readonly owner: string; readonly server: string };
export type TlsEndpoint = { readonly name: string; readonly address: string; readonly port: number };
export type ClientOf = Pick<ClientEntry, 'name' | 'offers'> & { readonly endpoint: string };

export type Processes = {
  /** @throws OperatorError INPUT_UNKNOWN_NAME */
  readonly ownerOf: (process: Omit<ProcessRef, 'server'>) => OwnerFacts;
  readonly tlsEndpointsOf: (process: ProcessRef) => readonly TlsEndpoint[];
  /** client populations that must reach it */
  readonly clientsOf: (process: ProcessRef) => readonly ClientOf[];
  /** undefined: no fact has the certificate with this SHA-1 fingerprint */
  readonly sha256Of: (sha1: string) => string | undefined;
};

export const keyOf = ({ cell, owner, server }: ProcessRef): string => `${cell}/${owner}/${server}`;

export function indexProcesses(inventory: Inventory, facts: Facts): Processes {
  const owners = new Map(
    facts.cells.flatMap(({ cell, deploymentManager, nodes }) =>
      [deploymentManager, ...nodes].map((entry) => [`${cell}/${entry.owner}`, entry] as const),
    ),
  );
  const endpoints = new Map(
    facts.cells.flatMap(({ cell, deploymentManager, nodes }) =>
      [deploymentManager, ...nodes].flatMap((entry) => endpointsOf(cell, entry)),
    ),
  );
  const clients = clientsByProcess(inventory);
  const sha256 = new Map(
    [facts.served ?? [], ...[...facts.listeners, ...facts.certificates].map(({ chain }) => chain)].flatMap((chain) =>
      chain.map((item) => [fingerprintKey(item.sha1), item.sha256] as const),
    ),
  );
  return {
    ownerOf({ cell, owner }) {
      const entry = owners.get(`${cell}/${owner}`);
      if (entry === undefined) throw new OperatorError('INPUT_UNKNOWN_NAME', `cell ${cell} has no node ${owner}`);
      return entry;
    },
    tlsEndpointsOf: (process) => endpoints.get(keyOf(process)) ?? [],
    clientsOf: (process) => clients.get(keyOf(process)) ?? [],
    sha256Of: (sha1) => sha256.get(sha1),
  };
}

/** Ports are probed at the address of the inventory: serverindex.xml may say `*` or localhost. */
const endpointsOf = (
  cell: string,
  { owner, address, servers }: OwnerFacts,
): readonly (readonly [string, readonly TlsEndpoint[]])[] =>
  servers.map(({ name: server, endpoints }) => [
    keyOf({ cell, owner, server }),
    endpoints.filter(({ name }) => isTlsEndpoint(name)).map(({ name, port }) => ({ name, address, port })),
  ]);

function clientsByProcess({ clients, cells }: Inventory): ReadonlyMap<string, readonly ClientOf[]> {
  const managers = new Set(cells.map(({ name, deploymentManager }) => `${name}/${deploymentManager.node}`));
  const all = clients
    .filter(({ required }) => required)
    .flatMap(({ name, offers, connects }) =>
      connects.map(({ cell, node, server, endpoint }) => ({
        key: keyOf({ cell, owner: managers.has(`${cell}/${node}`) ? 'dmgr' : node, server }),
        client: { name, offers, endpoint },
      })),
    );
  const byKey = Map.groupBy(all, ({ key }) => key);
  return new Map([...byKey].map(([key, entries]) => [key, entries.map(({ client }) => client)]));
}
