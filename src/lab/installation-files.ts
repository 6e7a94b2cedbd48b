// What an installer leaves on a host and strictstep's search starts from: profileRegistry.xml, WAS.product, setupCmdLine.sh,
// node-metadata.properties, resources.xml. They hold paths, so every start writes them anew. Forms as in public copies; not
// verified on real WebSphere.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renderServerIndex } from './material/serverindex-xml.ts';
import { hostRoot, logFolder, managerOf, placeNamed, profileRoot } from './site.ts';
import type { Site } from './site.ts';
import { DOMAIN } from './material/certificates.ts';
import type { ProfileSpec } from './types.ts';

const VERSION = '8.5.5.13';

async function place(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

export async function writeInstallationFiles(site: Site): Promise<void> {
  const { profiles, hosts, odd = {} } = site.scenario;
  for (const { name } of hosts) {
    const own = profiles.filter(({ host }) => host === name);
    const others = [...(odd.standalone ?? []), ...(odd.gone ?? [])].filter(({ host }) => host === name);
    if (own.length + others.length > 0) await layInstallation(site, name, [...own, ...others]);
  }
  for (const profile of profiles) await layIdentity(site, profile);
  for (const one of odd.standalone ?? []) {
    const root = path.join(installation(site, one.host), 'profiles', one.profile);
    await place(
      path.join(root, 'bin/setupCmdLine.sh'),
      setupCommandLine(one.cell, one.node, installation(site, one.host)),
    );
    const servers = [{ name: one.server, type: 'APPLICATION_SERVER', endpoints: [] }];
    await place(
      path.join(root, 'config/cells', one.cell, 'nodes', one.node, 'serverindex.xml'),
      renderServerIndex('${LOCALHOST_NAME}', servers),
    );
  }
  for (const name of odd.hpel ?? []) {
    await mkdir(path.join(logFolder(site, placeNamed(site.scenario, name)), 'logdata'), { recursive: true });
  }
  await layDataSource(site);
}

const installation = (site: Site, host: string): string =>
  path.join(hostRoot(site, host), 'opt/IBM/WebSphere/AppServer');

async function layInstallation(
  site: Site,
  host: string,
  profiles: readonly { readonly profile: string }[],
): Promise<void> {
  const root = installation(site, host);
  const lines = profiles.map(
    ({ profile }, at) =>
      `    <profile isAReservationTicket="false" isDefault="${at === 0}" name="${profile}" path="${path.join(root, 'profiles', profile)}" template="${root}/profileTemplates/default"/>\n`,
  );
  const registry = `<?xml version="1.0" encoding="UTF-8"?>\n<profiles>\n${lines.join('')}</profiles>\n`;
  await place(path.join(root, 'properties/profileRegistry.xml'), registry);
  const product = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE product SYSTEM "product.dtd">
<product name="IBM WebSphere Application Server Network Deployment">
  <id>ND</id>
  <version>${VERSION}</version>
</product>
`;
  await place(path.join(root, 'properties/version/WAS.product'), product);
}

async function layIdentity(site: Site, profile: ProfileSpec): Promise<void> {
  const { cell } = site.scenario;
  const root = profileRoot(site, profile);
  await place(
    path.join(root, 'bin/setupCmdLine.sh'),
    setupCommandLine(cell, profile.node, installation(site, profile.host)),
  );
  const metadata = `com.ibm.websphere.nodeOperatingSystem=linux\ncom.ibm.websphere.baseProductVersion=${VERSION}\n`;
  const manager = profileRoot(site, managerOf(site.scenario).profile);
  for (const one of new Set([manager, root])) {
    await place(path.join(one, 'config/cells', cell, 'nodes', profile.node, 'node-metadata.properties'), metadata);
  }
}

const setupCommandLine = (cell: string, node: string, home: string): string =>
  [
    '#!/bin/sh',
    `WAS_HOME=${home}`,
    `WAS_CELL=${cell}`,
    `WAS_NODE=${node}`,
    'export WAS_HOME WAS_CELL WAS_NODE',
    '',
  ].join('\n');

/** Where the servers that read the recording row have their data source. */
async function layDataSource(site: Site): Promise<void> {
  const { cell, database, profiles } = site.scenario;
  const manager = profileRoot(site, managerOf(site.scenario).profile);
  const nodes = new Set(database.readBy.map((name) => name.split('/')[0] ?? ''));
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmi:version="2.0" xmlns:xmi="http://www.omg.org/XMI" xmlns:resources.jdbc="http://www.ibm.com/websphere/appserver/schemas/5.0/resources.jdbc.xmi">
  <resources.jdbc:JDBCProvider xmi:id="JDBCProvider_1" name="DB2 Universal JDBC Driver Provider">
    <factories xmi:type="resources.jdbc:DataSource" xmi:id="DataSource_1" name="Meetings" jndiName="jdbc/Meetings">
      <propertySet xmi:id="J2EEResourcePropertySet_1">
        <resourceProperties xmi:id="J2EEResourceProperty_1" name="databaseName" type="java.lang.String" value="${database.name}"/>
        <resourceProperties xmi:id="J2EEResourceProperty_2" name="serverName" type="java.lang.String" value="${database.host}.${DOMAIN}"/>
      </propertySet>
    </factories>
  </resources.jdbc:JDBCProvider>
</xmi:XMI>
`;
  for (const { node, ...profile } of profiles.filter((one) => nodes.has(one.node))) {
    for (const root of new Set([manager, profileRoot(site, { node, ...profile })])) {
      await place(path.join(root, 'config/cells', cell, 'nodes', node, 'resources.xml'), text);
    }
  }
}
