// Lays the folder of a community lab: certificates and settings once, what depends on paths and ports at every start.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SUDO, script, writeScript, writeShim } from '../bin-scripts.ts';
import { layHostKeys } from '../lay.ts';
import type { HostKeys } from '../lay.ts';
import { DOMAIN } from '../material/certificates.ts';
import { layWildCertificate, placeFile } from '../material/wild-certificate.ts';
import { hostRoot } from '../site.ts';
import { renderCommunityInventory } from './inventory-file.ts';
import { renderServers } from './peers-file.ts';
import { renderProgramSettings } from './program-settings.ts';
import type { CommunitySite } from './site.ts';
import { clientPort, dataFolder, iniFile, programFolder, serverPort, settingsFile, updateSite } from './site.ts';

export const inventoryFile = (dir: string): string => path.join(dir, 'inventory.yaml');
export const ldapCertificate = (site: CommunitySite): string => path.join(site.dir, 'certificates/ldap.pem');

export async function layCommunity(site: CommunitySite, now: Date): Promise<void> {
  await layCertificates(site, now);
  const { members, applications } = site.scenario;
  for (const member of members) {
    await placeFile(iniFile(site, member), renderIni(site, member), 0o640);
    await mkdir(path.join(dataFolder(site, member), 'trace'), { recursive: true });
    await placeFile(path.join(dataFolder(site, member), 'servers.txt'), renderServers(knownServers(site)));
  }
  for (const application of applications) {
    const files = { trust: 'roots.pem', certificate: 'own.pem' };
    await placeFile(settingsFile(site, application), renderProgramSettings('legacy', files));
    await placeFile(path.join(programFolder(site, application), 'servers.txt'), renderServers(knownServers(site)));
  }
  await mkdir(updateSite(site), { recursive: true });
  await mkdir(path.join(site.dir, 'clients'), { recursive: true });
}

const knownServers = (site: CommunitySite) =>
  site.scenario.members
    .filter(({ kind }) => kind === 'server')
    .map((member) => ({ name: member.name, address: member.address, port: serverPort(site, member) }));

/** As an administrator would find it: sections in no order, comments, and nothing of TLS. */
function renderIni(site: CommunitySite, member: CommunitySite['scenario']['members'][number]): string {
  const { community } = site.scenario;
  const ports = member.kind === 'server' ? [`VPS_PORT=${serverPort(site, member)}`] : [];
  const lines = [
    `; Sametime configuration of ${member.name}`,
    '[Config]',
    `ST_COMMUNITY_ID=${community}`,
    'VPMX_CAPACITY=20000',
    'VP_SECURITY_LEVEL=7000',
    '',
    '[Connectivity]',
    ...ports,
    'VPS_HOST=',
    '',
    '[Debug]',
    '# ports of the multiplexer are kept here, not in stconfig.nsf',
    'VPMX_DISABLE_CONFIGURATION_UPDATE=1',
    `VPMX_PORT=${clientPort(site, member)}`,
    'ST_TRACEFILE_SIZE=20',
    '',
  ];
  return lines.join('\r\n');
}

async function layCertificates(site: CommunitySite, now: Date): Promise<void> {
  const { rootPem, issuePem } = await layWildCertificate(site.dir, now);
  // The directory is another department's: its name is none of the community's.
  await placeFile(ldapCertificate(site), issuePem('ldap1.directory.example', [site.scenario.ldap.address]));
  for (const application of site.scenario.applications) {
    const folder = programFolder(site, application);
    const own = issuePem(`${application.name}.${DOMAIN}`, [application.address]);
    await placeFile(path.join(folder, 'own.pem'), own);
    await placeFile(path.join(folder, 'web.pem'), own);
    await placeFile(path.join(folder, 'roots.pem'), rootPem, 0o644);
  }
}

/** Writes scripts, keys of hosts and the inventory. */
export async function dressCommunity(site: CommunitySite): Promise<HostKeys> {
  const shim = await writeShim(site);
  for (const member of site.scenario.members) {
    const folder = dataFolder(site, member);
    await writeScript(path.join(folder, 'ststart'), script(shim, site.dir, 'ststart', member.name));
  }
  for (const { name } of site.scenario.hosts) {
    const bin = path.join(hostRoot(site, name), 'bin');
    for (const tool of ['ss', 'netstat']) await writeScript(path.join(bin, tool), script(shim, site.dir, tool, name));
    await writeScript(path.join(bin, 'sudo'), SUDO);
  }
  await writeFile(inventoryFile(site.dir), renderCommunityInventory(site));
  return await layHostKeys(site, site.scenario.hosts);
}

/** A folder that was copied or moved, or that gets other ports. */
export async function moveCommunity(
  site: CommunitySite,
  from: { readonly dir: string; readonly basePort: number },
): Promise<void> {
  const moved = (port: string): string => {
    const offset = Number(port) - from.basePort;
    return offset >= 0 && offset < site.scenario.ports ? String(site.basePort + offset) : port;
  };
  const entries = await readdir(path.join(site.dir, 'hosts'), { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile() && /\.(ini|txt|lab|properties)$/.test(one.name))) {
    const file = path.join(entry.parentPath, entry.name);
    const before = await readFile(file, 'latin1');
    const after = before
      .replaceAll(from.dir, () => site.dir)
      .replaceAll(/(_PORT=|^\S+ \S+ )(\d+)(?=\r?$)/gm, (_all, head: string, port: string) => head + moved(port));
    if (after !== before) await writeFile(file, after, 'latin1');
  }
}
