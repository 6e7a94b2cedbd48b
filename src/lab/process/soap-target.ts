// What a process's SOAP connector gives access to: the process itself and, at the deployment manager, the cell's master
// repository. Message ids are from memory or ours, not verified on real WebSphere.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Json, JsonObject } from '../../core/json.ts';
import type { Repository } from '../repository/repository.ts';
import { cellRoot, processName, profileRoot } from '../site.ts';
import type { Site } from '../site.ts';
import { openStoreFile } from '../stores.ts';
import type { ServerType } from '../types.ts';
import type { SoapTarget } from './soap-service.ts';
import { readSecurity, storeFile } from './tls-settings.ts';
import type { WasProcess } from './was-process.ts';

// As WASX7209I names them.
const TYPES: Readonly<Record<ServerType, string>> = {
  DEPLOYMENT_MANAGER: 'DeploymentManager',
  NODE_AGENT: 'NodeAgent',
  APPLICATION_SERVER: 'ManagedProcess',
  PROXY_SERVER: 'ManagedProcess',
};

export type TargetParts = {
  readonly site: Site;
  readonly self: WasProcess;
  readonly repository: Repository;
  readonly isLogin: (user: string, password: string) => boolean;
};

export function soapTarget({ site, self, repository, isLogin }: TargetParts): SoapTarget {
  const { profile, server } = self.place;
  const isManager = server.type === 'DEPLOYMENT_MANAGER';
  return {
    process: server.name,
    node: profile.node,
    type: TYPES[server.type],
    isLogin,
    stop: () => {
      self
        .stop()
        .catch((error: unknown) => self.log('E', 'WsServerImpl', `${processName(self.place)}: ${String(error)}`));
    },
    manager: isManager
      ? {
          openWorkspace: () => repository.openWorkspace(),
          documentsFor: (node) => documentsFor(site, cellRoot(site, profile), node),
          signers: (store) => signersOfCell(site, path.join(profileRoot(site, profile), 'config'), store),
        }
      : null,
  };
}

/** Everything below the cell's folder but the other nodes' own folders; of those only the port table goes out. */
async function documentsFor(site: Site, root: string, node: string): Promise<JsonObject> {
  if (!site.scenario.profiles.some((profile) => profile.node === node)) {
    throw new Error(`ADMU0107E: node ${node} is not part of the cell`);
  }
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  const documents: Record<string, Json> = {};
  for (const file of files) {
    const name = path.relative(root, path.join(file.parentPath, file.name));
    const owner = /^nodes\/([^/]+)\//.exec(name)?.[1] ?? node;
    if (!file.isFile() || name.endsWith('.tmp') || (owner !== node && path.basename(name) !== 'serverindex.xml'))
      continue;
    documents[name] = (await readFile(path.join(root, name))).toString('base64');
  }
  return documents;
}

async function signersOfCell(site: Site, configRoot: string, store: string): Promise<Json> {
  const security = await readSecurity(configRoot, site.scenario.cell);
  const ofCell = security.model.keyStores.filter(({ scope }) => scope === `(cell):${site.scenario.cell}`);
  if (store === '') return ofCell.map(({ name }) => name);
  const found = ofCell.find(({ name }) => name === store);
  if (found === undefined) throw new Error(`CWPKI0678E: key store ${store} is not in the cell`);
  const { personal, signers } = await openStoreFile(storeFile(security, found), security.passwordOf(found));
  return [
    ...signers.map(({ alias, certificate }) => ({ alias, pem: certificate.pem })),
    // A key store holds no signers: its certificates' own roots are what a client has to trust.
    ...personal.map(({ alias, chain }) => ({ alias, pem: chain.at(-1)?.pem ?? '' })),
  ];
}
