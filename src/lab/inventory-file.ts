// The lab's inventory in the customer format: what `strictstep plan --inventory D/inventory.yaml` reads. It is written at
// every start, since ports and paths may have moved with the folder.
import { inventoryText } from './inventory-text.ts';
import { addressOf, db2Command, hostRoot, managerOf, profileRoot } from './site.ts';
import type { Site } from './site.ts';
import type { ProfileSpec } from './types.ts';

/** Paths relative to the lab's folder */
export type InventoryFiles = {
  readonly certificate: string;
  readonly certificatePassword: string;
  readonly clientRoots: string;
};

const publicName = (profile: ProfileSpec): Pick<ProfileSpec, 'publicName'> =>
  profile.publicName === undefined ? {} : { publicName: profile.publicName };

export function renderInventory(site: Site, files: InventoryFiles): string {
  const { scenario, basePort } = site;
  const { cell, database } = scenario;
  const manager = managerOf(scenario).profile;
  const nodes = scenario.profiles.filter((profile) => profile !== manager);
  const inventory = {
    apiVersion: 'strictstep/v1',
    defaults: { user: scenario.user, identityFile: './id_ed25519', knownHosts: './known_hosts' },
    hosts: Object.fromEntries(
      scenario.hosts.map(({ name, offset }) => [
        name,
        // A host of the lab is a folder: discover has to be told where its file system begins.
        { address: addressOf(site, name), port: basePort + offset, search: [hostRoot(site, name)] },
      ]),
    ),
    credentials: {
      'was-admin': { user: scenario.user, passwordFile: './secrets/was-admin.password' },
      'meetings-db': { user: database.user, passwordFile: './secrets/meetings-db.password' },
    },
    certificates: {
      messaging: {
        file: `./${files.certificate}`,
        passwordFile: `./${files.certificatePassword}`,
        alias: scenario.certificateAlias,
      },
    },
    cells: {
      [cell]: {
        deploymentManager: {
          host: manager.host,
          profile: profileRoot(site, manager),
          node: manager.node,
          ...publicName(manager),
        },
        login: 'was-admin',
        nodeAgentWatch: '1s',
        serverTimeout: '60s',
        nodes: Object.fromEntries(
          nodes.map((profile) => [
            profile.node,
            { host: profile.host, profile: profileRoot(site, profile), role: profile.role, ...publicName(profile) },
          ]),
        ),
      },
    },
    databases: {
      meetings: {
        host: database.host,
        command: db2Command(site),
        database: database.name,
        login: 'meetings-db',
        serverId: database.serverId,
        readBy: database.readBy.map((name) => `${cell}/${name}`),
      },
    },
    clients: Object.fromEntries(
      scenario.clients.map(({ name, offers, connects }) => [
        name,
        {
          offers: [...offers],
          required: true,
          connects: connects.map((to) => `${cell}/${to}`),
          trusts: `./${files.clientRoots}`,
        },
      ]),
    ),
  };
  return inventoryText(inventory);
}
