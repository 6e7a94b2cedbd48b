// The Sun IM lab of real parts as it lies on the disk: the servers of the embedded one, each on a host with an address of its own, at
// the ports of the documents, and a gateway. There is no partner.
import { sunImScenario } from '../../../src/lab/scenario/sun-im.ts';
import type { SunImSite } from '../../../src/lab/sun-im/site.ts';
import { NETWORK } from '../site.ts';

const { gateway } = sunImScenario;
const servers = sunImScenario.servers.map((server) => ({
  ...server,
  client: 5222,
  server: 5269,
  link: 45_222,
  coservers: Object.fromEntries(Object.entries(server.coservers).filter(([, other]) => other !== 'partner')),
}));

/** The controller's end of the network. */
export const NAME_SERVER = `${NETWORK}.1`;

export const realSunImSite = (dir: string): SunImSite => ({
  dir,
  basePort: 0,
  scenario: {
    ...sunImScenario,
    // The account that the hosts of this folder have.
    user: 'wasadmin',
    hosts: [...servers.map(({ host }) => host), gateway.host].map((name) => ({ name, offset: 22 })),
    servers,
    gateway: { ...gateway, web: 8080 },
  },
  addresses: Object.fromEntries(
    [...servers.map(({ host }) => host), gateway.host].map((host, at) => [host, `${NETWORK}.${at + 11}`]),
  ),
});
