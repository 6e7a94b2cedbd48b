// The host name or address that a caller asks for: what a certificate's names are compared with.
import { isIpAddress } from '../core/ip-address.ts';
import type { Facts } from '../facts/types.ts';
import type { Inventory } from '../inventory/types.ts';
import type { CellLink } from './link.ts';

const SOAP = 'SOAP_CONNECTOR_ADDRESS';
/** serverindex.xml says so where a server listens on all addresses, or by a variable */
const NO_NAME = /^$|^\*$|^localhost$|^0\.0\.0\.0$|\$\{/u;

type Asking = Pick<CellLink, 'caller' | 'listener'>;

/** People use the public name; an address alone says nothing of it. The tools and WebSphere's own callers of a SOAP connector
 * use what serverindex.xml has, else the address in the inventory; on other ports WebSphere compares no names. */
export function namesAsked(inventory: Inventory, facts: Facts): (link: Asking) => string | undefined {
  const addresses = new Map(inventory.hosts.map(({ name, address }) => [name, address]));
  const owners = new Map<string, { readonly publicName?: string | undefined; readonly address: string | undefined }>();
  for (const { name: cell, deploymentManager, nodes } of inventory.cells)
    for (const { owner, host, publicName } of [{ owner: 'dmgr', ...deploymentManager }, ...nodes.map(ownerOfNode)])
      owners.set(`${cell}/${owner}`, { publicName, address: addresses.get(host) });
  const indexed = new Map(
    facts.cells.flatMap(({ cell, deploymentManager, nodes }) =>
      [deploymentManager, ...nodes].flatMap(({ owner, servers }) =>
        servers.flatMap(({ name, endpoints }) =>
          endpoints
            .filter((endpoint) => endpoint.name === SOAP && !NO_NAME.test(endpoint.host))
            .map(({ host }) => [`${cell}/${owner}/${name}`, host] as const),
        ),
      ),
    ),
  );
  return ({ caller, listener: { cell, owner, server, endpoint } }) => {
    const at = owners.get(`${cell}/${owner}`);
    if (caller.kind === 'population') {
      const { publicName, address = '' } = at ?? {};
      return publicName ?? (address === '' || isIpAddress(address) ? undefined : address);
    }
    if (endpoint !== SOAP || caller.kind === 'overlay' || caller.kind === 'recording') return undefined;
    return indexed.get(`${cell}/${owner}/${server}`) ?? at?.address;
  };
}

const ownerOfNode = ({ name: owner, host, publicName }: Inventory['cells'][number]['nodes'][number]) => ({
  owner,
  host,
  publicName,
});
