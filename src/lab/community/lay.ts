// Lays the folder of a community lab: certificates and settings once, what depends on paths and ports at every start.
import { generateKeyPair, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Secret, exposeSecret } from '../../core/secret.ts';
import { issueCertificate, makeCertificateAuthority } from '../../tls/issue-certificate.ts';
import type { IssuedCertificate } from '../../tls/issue-certificate.ts';
import { writePkcs12 } from '../../tls/write-pkcs12.ts';
import { script, writeScript, writeShim } from '../bin-scripts.ts';
import { layHostKeys } from '../lay.ts';
import type { HostKeys } from '../lay.ts';
import { DOMAIN } from '../material/certificates.ts';
import { hostRoot } from '../site.ts';
import { renderCommunityInventory } from './inventory-file.ts';
import { renderServers } from './peers-file.ts';
import { renderProgramSettings } from './program-settings.ts';
import type { CommunitySite } from './site.ts';
import {
  clientPort,
  dataFolder,
  iniFile,
  programFolder,
  rootsFile,
  serverPort,
  settingsFile,
  updateSite,
} from './site.ts';

export const inventoryFile = (dir: string): string => path.join(dir, 'inventory.yaml');
export const ldapCertificate = (site: CommunitySite): string => path.join(site.dir, 'certificates/ldap.pem');

const DAY_MS = 86_400_000;

async function place(file: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content, { mode });
}

export async function layCommunity(site: CommunitySite, now: Date): Promise<void> {
  await layCertificates(site, now);
  const { members, applications } = site.scenario;
  for (const member of members) {
    await place(iniFile(site, member), renderIni(site, member), 0o640);
    await mkdir(path.join(dataFolder(site, member), 'trace'), { recursive: true });
    await place(path.join(dataFolder(site, member), 'servers.txt'), renderServers(knownServers(site)));
  }
  for (const application of applications) {
    const files = { trust: 'roots.pem', certificate: 'own.pem' };
    await place(settingsFile(site, application), renderProgramSettings('legacy', files));
    await place(path.join(programFolder(site, application), 'servers.txt'), renderServers(knownServers(site)));
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
  const generate = promisify(generateKeyPair);
  const pairs = await Promise.all(Array.from({ length: 4 }, () => generate('rsa', { modulusLength: 2048 })));
  const [rootKey, middleKey, leafKey, otherKey] = pairs.map(({ privateKey }) => privateKey);
  const from = (days: number): Date => new Date(now.getTime() + days * DAY_MS);
  const [notBefore, notAfter] = [from(-10), from(380)];
  const withKey = (key: typeof rootKey) => (key === undefined ? {} : { key });
  const root = makeCertificateAuthority({
    subject: 'Example Trust Root R1',
    notBefore: from(-1500),
    notAfter: from(3900),
    ...withKey(rootKey),
  });
  const middle = makeCertificateAuthority({
    subject: 'Example Trust Issuing CA E7',
    notBefore: from(-700),
    notAfter: from(1800),
    issuer: root,
    ...withKey(middleKey),
  });
  const issue = (name: string, names: readonly string[], key = otherKey): IssuedCertificate =>
    issueCertificate({ subject: name, names: [name, ...names], issuer: middle, notBefore, notAfter, ...withKey(key) });
  const pemOf = ({ key, certificate }: IssuedCertificate): string =>
    `${key.export({ type: 'pkcs8', format: 'pem' }).toString()}${certificate.pem}${middle.certificate.pem}`;

  const leaf = issue(`*.${DOMAIN}`, [DOMAIN], leafKey);
  const password = new Secret(randomBytes(12).toString('base64url'), 'password of wild_acme_com.p12');
  const chain = [leaf, middle, root].map(({ certificate }) => certificate);
  const entries = [{ alias: 'acme-wild-2026', key: leaf.key, chain }];
  const store = writePkcs12({ entries, signers: [], password, legacy: true });
  await place(path.join(site.dir, 'certificates/wild_acme_com.p12'), store);
  await place(path.join(site.dir, 'secrets/wild_acme_com.password'), `${exposeSecret(password)}\n`);
  await place(rootsFile(site), root.certificate.pem, 0o644);
  // The directory is another department's: its name is none of the community's.
  await place(ldapCertificate(site), pemOf(issue('ldap1.directory.example', [site.scenario.ldap.address])));
  for (const application of site.scenario.applications) {
    const folder = programFolder(site, application);
    const own = issue(`${application.name}.${DOMAIN}`, [application.address]);
    await place(path.join(folder, 'own.pem'), pemOf(own));
    await place(path.join(folder, 'web.pem'), pemOf(own));
    await place(path.join(folder, 'roots.pem'), root.certificate.pem, 0o644);
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

/** All hosts run as one account: sudo changes nothing but must be there. */
const SUDO = `#!/bin/sh
# Written by the lab at every start.
while [ $# -gt 0 ]; do
  case "$1" in
    -n|-H|-i|-E) shift ;;
    -u) shift 2 ;;
    --) shift; break ;;
    *) break ;;
  esac
done
exec "$@"
`;

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
