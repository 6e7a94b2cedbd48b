// Odd but real: what a scenario may have in its master configuration besides the usual. It is there to be found; the lab's
// processes do not use it, so a direct alias names what the process uses anyway.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Oddities } from '../types.ts';
import { renderServerIndex } from './serverindex-xml.ts';

/** @param folder cells/C of the master configuration */
export async function layOddities(folder: string, { unmanaged = [], directAliases = [], selections = [] }: Oddities) {
  for (const { node, server, hostName } of unmanaged) {
    const servers = [{ name: server, type: 'WEB_SERVER', endpoints: [{ name: 'WEBSERVER_ADDRESS', port: 80 }] }];
    await mkdir(path.join(folder, 'nodes', node), { recursive: true });
    await writeFile(path.join(folder, 'nodes', node, 'serverindex.xml'), renderServerIndex(hostName, servers));
  }
  for (const { node, server, channel, alias } of directAliases) {
    const element = `  <services xmi:type="channelservice:TransportChannelService" xmi:id="TransportChannelService_1">
    <transportChannels xmi:type="channelservice.channels:SSLInboundChannel" xmi:id="SSLInboundChannel_1" name="${channel}" sslConfigAlias="${alias}"/>
  </services>
`;
    await edit(path.join(folder, 'nodes', node, 'servers', server, 'server.xml'), '</process:Server>', element);
  }
  for (const [at, { name, info }] of selections.entries()) {
    const element = `  <dynamicSSLConfigSelections xmi:id="DynamicSSLConfigSelection_${at + 1}" name="${name}" dynamicSelectionInfo="${info}" certificateAlias="default" sslConfig="SSLConfig_1" managementScope="ManagementScope_1"/>\n`;
    await edit(path.join(folder, 'security.xml'), '</security:Security>', element);
  }
}

async function edit(file: string, before: string, element: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace(before, () => `${element}${before}`),
  );
}
