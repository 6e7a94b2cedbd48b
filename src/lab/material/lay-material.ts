// Lays the configuration of a new cell into the lab's folders: the master below the deployment manager's profile, the
// replica of every node, client stores of every profile, and the new certificate as its owner would have received it.
import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Secret, exposeSecret } from '../../core/secret.ts';
import type { IssuedCertificate } from '../../tls/issue-certificate.ts';
import { writePkcs12 } from '../../tls/write-pkcs12.ts';
import { addressOf, cellRoot, managerOf, portOf, profileRoot } from '../site.ts';
import type { Site } from '../site.ts';
import type { ProfileSpec } from '../types.ts';
import { javaSecurityFile } from '../process/java-machine.ts';
import { makeCertificates } from './certificates.ts';
import type { LabCertificates } from './certificates.ts';
import { JAVA_SECURITY, renderServerXml } from './java-files.ts';
import { layOddities } from './oddities.ts';
import { replicaFiles } from './replica-files.ts';
import { renderSecurityXml } from './security-xml.ts';
import { renderServerIndex } from './serverindex-xml.ts';

export type MaterialOptions = {
  readonly now: Date;
  /** the new certificate's file in the form old Java reads (RC2, 3DES) */
  readonly legacy?: boolean;
};

export type Material = {
  readonly certificateFile: string;
  readonly certificatePasswordFile: string;
  /** alias inside the file, as an automatic client of the authority made it up */
  readonly aliasInFile: string;
  /** PEM files: the cell's own root, the new root, and both for the clients */
  readonly oldRootFile: string;
  readonly newRootFile: string;
  readonly clientRootsFile: string;
  readonly certificates: LabCertificates;
};

/** The product's default; five characters, which keytool would refuse for a new store. */
const STORE_PASSWORD = new Secret('WebAS', 'default key store password');
const ALIAS_IN_FILE = 'le-3f2a9c1e-7b0d-4c55-9e1f-0a6d2b8c7e41';

const place = async (file: string, bytes: Uint8Array | string, mode = 0o600): Promise<void> => {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes, { mode });
  await chmod(file, mode);
};

const copy = async (from: string, to: string): Promise<void> => {
  await mkdir(path.dirname(to), { recursive: true });
  await copyFile(from, to);
};

const storeOf = (
  alias: string,
  chain: readonly IssuedCertificate[],
  password = STORE_PASSWORD,
  legacy = false,
): Uint8Array => {
  const [leaf] = chain;
  const certificates = chain.map(({ certificate }) => certificate);
  const entries = leaf === undefined ? [] : [{ alias, key: leaf.key, chain: certificates }];
  return writePkcs12({ entries, signers: [], password, legacy });
};

export async function layMaterial(site: Site, { now, legacy = false }: MaterialOptions): Promise<Material> {
  const { profiles, cell } = site.scenario;
  const manager = managerOf(site.scenario).profile;
  const ordered = [manager, ...profiles.filter((profile) => profile !== manager)];
  const certificates = await makeCertificates(ordered, cell, now);
  await layMaster(site, manager, ordered, certificates);
  await layOddities(cellRoot(site, manager), site.scenario.odd ?? {});
  for (const profile of ordered) await layProfile(site, manager, profile);
  return await layNewCertificate(site, certificates, legacy);
}

async function layMaster(
  site: Site,
  manager: ProfileSpec,
  profiles: readonly ProfileSpec[],
  { oldRoot, nodes }: LabCertificates,
): Promise<void> {
  const { cell } = site.scenario;
  const folder = path.join(profileRoot(site, manager), 'config/cells', cell);
  const signers = [{ alias: 'root', certificate: oldRoot.certificate }];
  const trust = writePkcs12({ entries: [], signers, password: STORE_PASSWORD, legacy: false });
  await place(
    path.join(folder, 'security.xml'),
    renderSecurityXml(
      cell,
      profiles.map(({ node }) => node),
    ),
  );
  for (const { node, host, servers } of profiles) {
    const issued = nodes.get(node);
    const key = storeOf('default', issued === undefined ? [] : [issued, oldRoot]);
    if (node === manager.node) {
      await place(path.join(folder, 'key.p12'), key);
      await place(path.join(folder, 'trust.p12'), trust);
    }
    const nodeFolder = path.join(folder, 'nodes', node);
    await place(path.join(nodeFolder, 'key.p12'), key);
    await place(path.join(nodeFolder, 'trust.p12'), trust);
    const indexed = servers.map(({ name, type, endpoints }) => ({
      name,
      type,
      endpoints: endpoints.map((endpoint) => ({ name: endpoint.name, port: portOf(site, endpoint) })),
    }));
    await place(path.join(nodeFolder, 'serverindex.xml'), renderServerIndex(hostNameIn(site, host), indexed));
    for (const { name } of servers) {
      await place(path.join(nodeFolder, 'servers', name, 'server.xml'), renderServerXml(name));
    }
  }
}

const hostNameIn = (site: Site, host: string): string =>
  site.scenario.odd?.isHostNameless === true ? '${LOCALHOST_NAME}' : addressOf(site, host);

/** The node's replica, which for the deployment manager is the master itself, and the stores of its client tools. */
async function layProfile(site: Site, manager: ProfileSpec, profile: ProfileSpec): Promise<void> {
  const { cell, profiles } = site.scenario;
  const nodes = profiles.map(({ node }) => node);
  const [master, own] = [manager, profile].map((one) => path.join(profileRoot(site, one), 'config'));
  if (master === undefined || own === undefined) return;
  if (own !== master) {
    const servers = profile.servers.map(({ name }) => name);
    for (const file of replicaFiles(cell, profile.node, nodes, servers))
      await copy(path.join(master, file), path.join(own, file));
  }
  await place(javaSecurityFile(profileRoot(site, profile)), JAVA_SECURITY, 0o644);
  for (const file of ['key.p12', 'trust.p12']) {
    const from = path.join(own, 'cells', cell, 'nodes', profile.node, file);
    await copy(from, path.join(profileRoot(site, profile), 'etc', file));
  }
}

async function layNewCertificate(site: Site, certificates: LabCertificates, legacy: boolean): Promise<Material> {
  const { oldRoot, newRoot, intermediate, leaf } = certificates;
  const folder = path.join(site.dir, 'certificates');
  const password = new Secret(randomBytes(12).toString('hex'), 'password of wild_acme_com.p12');
  const material = {
    certificateFile: path.join(folder, 'wild_acme_com.p12'),
    certificatePasswordFile: path.join(site.dir, 'secrets/wild_acme_com.password'),
    aliasInFile: ALIAS_IN_FILE,
    oldRootFile: path.join(folder, 'cell-root.pem'),
    newRootFile: path.join(folder, 'new-root.pem'),
    clientRootsFile: path.join(folder, 'client-roots.pem'),
    certificates,
  };
  await place(material.certificateFile, storeOf(ALIAS_IN_FILE, [leaf, intermediate, newRoot], password, legacy));
  await place(material.certificatePasswordFile, `${exposeSecret(password)}\n`);
  const [old, fresh] = [oldRoot, newRoot].map(({ certificate }) => certificate.pem);
  await place(material.oldRootFile, `${old}`, 0o644);
  await place(material.newRootFile, `${fresh}`, 0o644);
  await place(material.clientRootsFile, `${old}${fresh}`, 0o644);
  return material;
}
