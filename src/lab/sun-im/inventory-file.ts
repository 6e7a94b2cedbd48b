// The Sun IM lab's inventory in the customer format. It is written at every start, since ports and paths may have moved.
import { inventoryText } from '../inventory-text.ts';
import { WILD_ENTRY } from '../material/wild-certificate.ts';
import { ADDRESS, addressOf, hostRoot } from '../site.ts';
import type { SunImSite } from './site.ts';
import { binFolder, confFile, gatewayFile, portOf, runtimeFolder, sbin } from './site.ts';

/** Who strictstep logs in as to see whether a ping goes through. */
export const PROBE_USER = 'probe';

export function renderSunImInventory(site: SunImSite): string {
  const { federation, user, hosts, servers, partner, gateway, desk } = site.scenario;
  const inventory = {
    apiVersion: 'strictstep/v1',
    defaults: { user, identityFile: './id_ed25519', knownHosts: './known_hosts' },
    hosts: Object.fromEntries(
      // A host of the lab is a folder: discover has to be told where its file system begins.
      hosts.map(({ name, offset }) => [
        name,
        { address: addressOf(site, name), port: portOf(site, offset), search: [hostRoot(site, name)] },
      ]),
    ),
    certificates: { messaging: WILD_ENTRY },
    credentials: Object.fromEntries(
      servers.map(({ name }) => [
        `${PROBE_USER}-${name}`,
        { user: PROBE_USER, passwordFile: `./secrets/${PROBE_USER}@${name}.password` },
      ]),
    ),
    federations: {
      [federation]: {
        servers: Object.fromEntries(
          servers.map(({ name, host, domain, client, server, coservers }) => [
            name,
            {
              host,
              domain,
              config: confFile(site, host),
              imadmin: `${sbin(site, host)}/imadmin`,
              runtime: runtimeFolder(site, host),
              keytool: `${binFolder(site, host)}/keytool`,
              nssTools: binFolder(site, host),
              ports: { client: portOf(site, client), server: portOf(site, server) },
              offers: { server: ['TLSv1'], multiplexor: ['TLSv1'] },
              startTimeout: '20s',
              probeLogin: `${PROBE_USER}-${name}`,
              coservers: { ...coservers },
            },
          ]),
        ),
        peers: {
          [partner.name]: {
            domain: partner.domain,
            address: ADDRESS,
            port: portOf(site, partner.server),
            offers: ['TLSv1'],
            trusts: './certificates/client-roots.pem',
            presents: './certificates/partner.pem',
            owner: 'Partner company',
            required: true,
          },
        },
        gateways: {
          [gateway.name]: {
            host: gateway.host,
            config: gatewayFile(site),
            runtime: runtimeFolder(site, gateway.host),
            restart: `${sbin(site, gateway.host)}/restart-gateway`,
          },
        },
      },
    },
    clients: {
      desk: {
        offers: ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
        owner: 'Workplace team',
        required: true,
        trusts: './certificates/client-roots.pem',
        connects: desk.map((login) => `${federation}/${login.slice(login.indexOf('@') + 1)}/client`),
      },
    },
  };
  return inventoryText(inventory);
}
