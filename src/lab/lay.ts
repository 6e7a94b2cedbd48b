// Lays the folder of a lab. What costs time (keys, stores, the configuration) is made once; what depends on the folder's
// path, its ports or the running Node is written anew at every start.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renderSoapClientProperties, renderSslClientProperties } from './client-properties.ts';
import { writeBinScripts } from './bin-scripts.ts';
import { writeInstallationFiles } from './installation-files.ts';
import { renderInventory } from './inventory-file.ts';
import { layMaterial } from './material/lay-material.ts';
import { openMeetingsDatabase } from './database/meetings-database.ts';
import {
  ADDRESS,
  addressOf,
  adminPasswordFile,
  databaseFile,
  databasePasswordFile,
  managerOf,
  profileRoot,
  soapPort,
} from './site.ts';
import type { Site } from './site.ts';
import { loadSshKey } from './ssh-host.ts';

export type HostKeys = { readonly client: string; readonly hosts: ReadonlyMap<string, string> };

export const inventoryFile = (dir: string): string => path.join(dir, 'inventory.yaml');

/** Makes what a new lab needs: everything that later belongs to the deployment's administrators. */
export async function layLab(site: Site, now: Date): Promise<void> {
  await mkdir(path.join(site.dir, 'secrets'), { recursive: true, mode: 0o700 });
  await writePassword(adminPasswordFile(site));
  await writePassword(databasePasswordFile(site));
  await layMaterial(site, { now });
  for (const profile of site.scenario.profiles) {
    const properties = path.join(profileRoot(site, profile), 'properties');
    await mkdir(properties, { recursive: true });
    const ssl = renderSslClientProperties(profileRoot(site, profile), 'SSL_TLS');
    await writeFile(path.join(properties, 'ssl.client.props'), ssl);
    await writeFile(path.join(properties, 'soap.client.props'), renderSoapClientProperties(), { mode: 0o600 });
    await writeFile(path.join(properties, 'wsadmin.properties'), wsadminProperties(site));
  }
  await mkdir(path.dirname(databaseFile(site)), { recursive: true });
  openMeetingsDatabase(databaseFile(site)).close();
}

/** Hexadecimal: a db2 command line takes no password with two hyphens, which other forms have once in two hundred labs. */
const writePassword = (file: string): Promise<void> =>
  writeFile(file, `${randomBytes(15).toString('hex')}\n`, { mode: 0o600 });

const wsadminProperties = (site: Site): string =>
  [
    'com.ibm.ws.scripting.connectionType=SOAP',
    `com.ibm.ws.scripting.port=${soapPort(site, managerOf(site.scenario).server)}`,
    `com.ibm.ws.scripting.host=${addressOf(site, managerOf(site.scenario).profile.host)}`,
    'com.ibm.ws.scripting.defaultLang=jython',
    'com.ibm.ws.scripting.echoparams=false',
    '',
  ].join('\n');

/** Writes scripts, known_hosts and the inventory; gives the SSH keys. */
export async function dressLab(site: Site): Promise<HostKeys> {
  await writeBinScripts(site);
  await writeInstallationFiles(site);
  const keys = await layHostKeys(site, site.scenario.hosts);
  const files = {
    certificate: 'certificates/wild_acme_com.p12',
    certificatePassword: 'secrets/wild_acme_com.password',
    clientRoots: 'certificates/client-roots.pem',
  };
  await writeFile(inventoryFile(site.dir), renderInventory(site, files));
  return keys;
}

/** The keys of the hosts and of the one who logs in, with known_hosts. */
export async function layHostKeys(
  site: Pick<Site, 'dir' | 'basePort'>,
  named: Site['scenario']['hosts'],
): Promise<HostKeys> {
  const client = await loadSshKey(path.join(site.dir, 'id_ed25519'));
  const hosts = new Map<string, string>();
  const known: string[] = [];
  for (const { name, offset } of named) {
    const key = await loadSshKey(path.join(site.dir, 'ssh', `${name}_ed25519`));
    hosts.set(name, key.privateKey);
    known.push(`[${ADDRESS}]:${site.basePort + offset} ${key.publicLine}\n`);
  }
  await writeFile(path.join(site.dir, 'known_hosts'), known.join(''));
  return { client: client.privateKey, hosts };
}

/** A folder that was copied or moved, or that gets other ports: the texts that hold paths and ports follow. */
export async function moveLab(site: Site, from: { readonly dir: string; readonly basePort: number }): Promise<void> {
  const move = (port: number): number => {
    const offset = port - from.basePort;
    return offset >= 0 && offset < site.scenario.ports ? site.basePort + offset : port;
  };
  for (const file of await textFiles(path.join(site.dir, 'hosts'))) {
    const text = await readFile(file, 'latin1');
    const moved = text
      .replaceAll(from.dir, () => site.dir)
      .replaceAll(/(\bport="|scripting\.port=)(\d+)/g, (_all, head: string, port: string) => head + move(Number(port)));
    if (moved !== text) await writeFile(file, moved, 'latin1');
  }
}

const textFiles = async (root: string): Promise<readonly string[]> =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(xml|props|properties)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
