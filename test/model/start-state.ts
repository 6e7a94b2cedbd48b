// The start state of a case, written into a copy of its template.
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { replicaFiles } from '../../src/lab/material/replica-files.ts';
import { renderServerIndex } from '../../src/lab/material/serverindex-xml.ts';
import type { Repository } from '../../src/lab/repository/repository.ts';
import { ADDRESS, cellRoot, managerOf, portOf, profileRoot } from '../../src/lab/site.ts';
import type { Site } from '../../src/lab/site.ts';
import type { ProfileSpec } from '../../src/lab/types.ts';
import { setClientProtocol } from '../../src/products/websphere/client-properties.ts';
import { administer, groupCall, protocolCall } from './admin-calls.ts';
import { CELL, type ModelCase } from './case.ts';
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
  await writeFile(file, text);
  const folderOf = (at: string): string => path.join(master, at === 'cell' ? '' : `nodes/${at}`);
  for (const at of one.imported) {
    const length = one.shortChains.findLast((short) => short.at === at)?.length ?? 3;
    await cp(variant(site.dir, `${at}-key-${length}.p12`), path.join(folderOf(at), 'key.p12'));
  }
  for (const at of one.trusting) await cp(variant(site.dir, `${at}-trust.p12`), path.join(folderOf(at), 'trust.p12'));
  const calls = [
    ...one.protocols.map(({ on, protocol }) => protocolCall(on, protocol)),
    ...one.groups.map((group, at) => groupCall(group, one.groups.slice(0, at))),
  ];
  administer(repository, calls);
  for (const profile of site.scenario.profiles) {
    const owner = profile === manager ? 'dmgr' : profile.node;
    const protocol = one.clientProtocols.findLast((wish) => wish.owner === owner)?.protocol;
    const properties = path.join(profileRoot(site, profile), 'properties/ssl.client.props');
    if (protocol !== undefined) await writeFile(properties, setClientProtocol(await readFile(properties), protocol));
    if (one.clientsTrusting.includes(owner))
      await cp(variant(site.dir, `tools-${profile.node}`), path.join(profileRoot(site, profile), 'etc/trust.p12'));
    if (profile === manager || one.oldReplicas.includes(profile.node)) continue;
    for (const document of replicaFiles(CELL, profile.node, [])) {
      const root = `cells/${CELL}/`;
      await cp(
        path.join(master, document.slice(root.length)),
        path.join(cellRoot(site, profile), document.slice(root.length)),
      );
    }
  }
}
