// The start state of a case, written into a copy of its template.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { JAVA_SECURITY, renderServerXml } from '../../src/lab/material/java-files.ts';
import { replicaFiles } from '../../src/lab/material/replica-files.ts';
import { renderServerIndex } from '../../src/lab/material/serverindex-xml.ts';
import { javaSecurityFile } from '../../src/lab/process/java-machine.ts';
import type { Repository } from '../../src/lab/repository/repository.ts';
import { ADDRESS, cellRoot, managerOf, portOf, profileRoot } from '../../src/lab/site.ts';
import type { Site } from '../../src/lab/site.ts';
import type { ProfileSpec } from '../../src/lab/types.ts';
import { setClientProtocol } from '../../src/products/websphere/client-properties.ts';
import { administer, asksCall, groupCall, protocolCall } from './admin-calls.ts';
import { CELL, type ModelCase, type Surroundings } from './case.ts';
import { variant } from './template.ts';

export async function writePorts(site: Site, manager: ProfileSpec): Promise<void> {
  const { profiles } = site.scenario;
  for (const { node, servers } of profiles) {
    const indexed = servers.map(({ name, type, endpoints }) => ({
      name,
      type,
      endpoints: endpoints.map((endpoint) => ({ name: endpoint.name, port: portOf(site, endpoint) })),
    }));
    await writeFile(
      path.join(cellRoot(site, manager), 'nodes', node, 'serverindex.xml'),
      renderServerIndex(ADDRESS, indexed),
    );
    // The template has the servers of another case.
    for (const { name } of servers) {
      const folder = path.join(cellRoot(site, manager), 'nodes', node, 'servers', name);
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, 'server.xml'), renderServerXml(name));
    }
  }
}

/** The start state of the case: into the master, then from there to the nodes whose replica is not old. */
export async function setStart(site: Site, repository: Repository, one: ModelCase): Promise<void> {
  const manager = managerOf(site.scenario).profile;
  const master = cellRoot(site, manager);
  const file = path.join(master, 'security.xml');
  let text = await readFile(file, 'utf8');
  if (!one.hasXda) text = text.replace(/ *<repertoire [^>]*alias="XDADefaultSSLSettings"[\s\S]*?<\/repertoire>\n/, '');
  if (!one.dynamicUpdate)
    text = text.replace('dynamicallyUpdateSSLConfig="true"', 'dynamicallyUpdateSSLConfig="false"');
  text = withProperties(text, one.surroundings);
  await writeFile(file, text);
  const folderOf = (at: string): string => path.join(master, at === 'cell' ? '' : `nodes/${at}`);
  for (const at of one.imported) {
    const length = one.shortChains.findLast((short) => short.at === at)?.length ?? 3;
    await cp(variant(site.dir, `${at}-key-${length}.p12`), path.join(folderOf(at), 'key.p12'));
  }
  for (const at of one.trusting) await cp(variant(site.dir, `${at}-trust.p12`), path.join(folderOf(at), 'trust.p12'));
  const calls = [
    ...one.surroundings.asks.map(({ on, kind }) => asksCall(on, kind)),
    ...one.protocols.map(({ on, protocol }) => protocolCall(on, protocol)),
    ...one.groups.map((group, at) => groupCall(group, one.groups.slice(0, at))),
  ];
  administer(repository, calls);
  for (const { process, value } of one.surroundings.javaArguments) {
    const [node = '', server = ''] = process.split('/');
    await writeFile(path.join(master, 'nodes', node, 'servers', server, 'server.xml'), renderServerXml(server, value));
  }
  for (const profile of site.scenario.profiles) {
    const owner = profile === manager ? 'dmgr' : profile.node;
    const protocol = one.clientProtocols.findLast((wish) => wish.owner === owner)?.protocol;
    const properties = path.join(profileRoot(site, profile), 'properties/ssl.client.props');
    await setMachine(profileRoot(site, profile), owner, one.surroundings);
    if (protocol !== undefined) await writeFile(properties, setClientProtocol(await readFile(properties), protocol));
    if (one.clientsTrusting.includes(owner))
      await cp(variant(site.dir, `tools-${profile.node}`), path.join(profileRoot(site, profile), 'etc/trust.p12'));
    if (profile === manager || one.oldReplicas.includes(profile.node)) continue;
    const servers = profile.servers.map(({ name }) => name);
    for (const document of replicaFiles(CELL, profile.node, [], servers)) {
      const root = `cells/${CELL}/`;
      await cp(
        path.join(master, document.slice(root.length)),
        path.join(cellRoot(site, profile), document.slice(root.length)),
      );
    }
  }
}

/** Custom properties of security.xml. */
function withProperties(text: string, { property, fips, processesCompare }: Surroundings): string {
  const properties = [
    ...(property === null ? [] : [['com.ibm.websphere.tls.disabledAlgorithms', property]]),
    ...(fips === null ? [] : [['com.ibm.websphere.security.FIPSLevel', fips]]),
    ...(processesCompare ? [['com.ibm.ssl.performURLHostNameVerification', 'true']] : []),
  ];
  const lines = properties.map(
    ([name = '', value = ''], at) => `  <properties xmi:id="Property_9${at}" name="${name}" value="${value}"/>\n`,
  );
  const isOn = fips === null ? text : text.replace('useFIPS" value="false"', 'useFIPS" value="true"');
  return isOn.replace('</security:Security>', `${lines.join('')}</security:Security>`);
}

/** The Java of the machine, and what the tools compare. */
async function setMachine(root: string, owner: string, { disabled, toolsCompare }: Surroundings): Promise<void> {
  const versions = disabled.findLast((one) => one.owner === owner)?.versions;
  if (versions !== undefined)
    await writeFile(javaSecurityFile(root), JAVA_SECURITY.replace('anon, NULL', `anon, \\\n    ${versions}`));
  if (!toolsCompare.includes(owner)) return;
  const file = path.join(root, 'properties/ssl.client.props');
  const text = await readFile(file, 'latin1');
  await writeFile(file, text.replace('HostNameVerification=false', 'HostNameVerification=true'), 'latin1');
}
