// Where wsadmin connects when it is not told: the deployment manager's SOAP connector, from the port tables that every
// profile of the cell holds.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { attributeOf, childElements, findElement, parseXml } from '../repository/xml-tree.ts';
import type { WsadminArguments } from './arguments.ts';

/** Values of serverindex.xml that stand for the node's own host. */
const NAMELESS = new Set(['*', '${LOCALHOST_NAME}']);

export type Target = { readonly host: string; readonly port: number };

/** What -host and -port name; the cell's own connector stands in for what they do not. */
export async function targetOf(profile: string, { connection, host, port }: WsadminArguments): Promise<Target> {
  if (connection === 'NONE') return { host: '', port: 0 };
  if (host !== undefined && port !== undefined) return { host, port };
  const own = await defaultTarget(profile);
  return { host: host ?? own.host, port: port ?? own.port };
}

async function defaultTarget(profile: string): Promise<Target> {
  const cells = path.join(profile, 'config/cells');
  const found = (await readdir(cells, { recursive: true })).filter((name) => name.endsWith('serverindex.xml'));
  for (const name of found) {
    const index = parseXml(await readFile(path.join(cells, name), 'utf8'));
    const manager = findElement(index, 'serverType', 'DEPLOYMENT_MANAGER');
    const soap = findElement(manager?.children ?? [], 'endPointName', 'SOAP_CONNECTOR_ADDRESS');
    const [address] = soap === undefined ? [] : childElements(soap, 'endPoint');
    if (address === undefined) continue;
    const host = attributeOf(address, 'host') ?? '*';
    return { host: NAMELESS.has(host) ? 'localhost' : host, port: Number(attributeOf(address, 'port')) };
  }
  throw new Error(`profile ${profile}: no serverindex.xml names a deployment manager`);
}
