// The community lab's inventory in the customer format. It is written at every start, since ports and paths may have moved.
import { inventoryText } from '../inventory-text.ts';
import { ADDRESS, hostRoot } from '../site.ts';
import { DOMAIN } from '../material/certificates.ts';
import { WILD_ENTRY } from '../material/wild-certificate.ts';
import type { PopulationSpec } from '../scenario/community.ts';
import type { CommunitySite } from './site.ts';
import { clientPort, dataFolder, serverPort } from './site.ts';

export function renderCommunityInventory(site: CommunitySite): string {
  const { scenario, basePort } = site;
  const { community, user, hosts, members, applications, ldap, rich, batch } = scenario;
  const inventory = {
    apiVersion: 'strictstep/v1',
    defaults: { user, identityFile: './id_ed25519', knownHosts: './known_hosts' },
    hosts: Object.fromEntries(
      // A host of the lab is a folder: discover has to be told where its file system begins.
      hosts.map(({ name, offset }) => [
        name,
        { address: ADDRESS, port: basePort + offset, search: [hostRoot(site, name)] },
      ]),
    ),
    certificates: {
      messaging: WILD_ENTRY,
    },
    communities: {
      [community]: {
        servers: Object.fromEntries(
          members.map((member) => [
            member.name,
            {
              kind: member.kind,
              host: member.host,
              platform: 'linux',
              data: dataFolder(site, member),
              address: member.address,
              ports: {
                ...(member.kind === 'server' ? { server: serverPort(site, member) } : {}),
                client: clientPort(site, member),
              },
              publicName: `${member.name}.${DOMAIN}`,
              strictSpelling: 'empty',
              clientModeIn: 'ini',
              startTimeout: '20s',
            },
          ]),
        ),
        neighbours: {
          ...Object.fromEntries(
            applications.map(({ name, kind, owner, address, connects, web }) => [
              name,
              {
                kind,
                owner,
                address,
                offers: [],
                required: true,
                connects: connects.length === 4 ? 'all' : [...connects],
                ...(kind === 'bot' ? { cycle: '1d' } : {}),
                ...(web === undefined ? {} : { proxyInfo: `https://${address}:${basePort + web}/stwebapi/proxyinfo` }),
              },
            ]),
          ),
          [ldap.name]: {
            kind: 'ldap',
            owner: 'Directory team',
            address: ldap.address,
            port: basePort + ldap.offset,
            offers: ['TLSv1.2'],
            calledBy: members.flatMap(({ kind, name }) => (kind === 'server' ? [name] : [])),
          },
        },
      },
    },
    clients: Object.fromEntries(
      [rich, batch].map((population) => [population.name, clientEntry(community, population)]),
    ),
  };
  return inventoryText(inventory);
}

const clientEntry = (community: string, { clients, cycle, owner, required }: PopulationSpec) => ({
  offers: ['TLSv1.2'],
  connectionType: 'direct',
  cycle,
  owner,
  required,
  trusts: './certificates/client-roots.pem',
  addresses: clients.map(({ address }) => address),
  connects: clients.map(({ connects }) => `${community}/${connects}/client`),
});
