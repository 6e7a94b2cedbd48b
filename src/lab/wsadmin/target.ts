// Where wsadmin connects when it is not told: the SOAP connector that the profile's own serverindex.xml names. A
// deployment manager's profile gives the deployment manager, a node's profile its node agent.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseServerIndex } from '../../products/websphere/serverindex.ts';
import type { WsadminArguments } from './arguments.ts';

export type Target = { readonly host: string; readonly port: number };

const TYPES = ['DEPLOYMENT_MANAGER', 'NODE_AGENT'];

/** What -host and -port name; the profile's own connector stands in for what they do not. */
export async function targetOf(profile: string, { connection, host, port }: WsadminArguments): Promise<Target> {
  if (connection === 'NONE') return { host: '', port: 0 };
  if (host !== undefined && port !== undefined) return { host, port };
  const own = await defaultTarget(profile);
  return { host: host ?? own.host, port: port ?? own.port };
}

async function defaultTarget(profile: string): Promise<Target> {
  const cells = path.join(profile, 'config/cells');
  const found = (await readdir(cells, { recursive: true })).filter((name) => name.endsWith('serverindex.xml'));
  const servers = await Promise.all(
    found.map(async (name) => {
      const file = path.join(cells, name);
      return parseServerIndex(await readFile(file, 'utf8'), { host: 'localhost', path: file });
    }),
  );
  for (const type of TYPES) {
    const server = servers.flat().find((one) => one.type === type);
    const soap = server?.endpoints.find(({ name }) => name === 'SOAP_CONNECTOR_ADDRESS');
    if (soap !== undefined) return { host: soap.host === '*' ? 'localhost' : soap.host, port: soap.port };
  }
  throw new Error(`profile ${profile}: no SOAP connector in its serverindex.xml`);
}
