// The real side of a case: a lab with true files, listeners and tools in this process, without SSH servers and without an
// operating system process per server. Keys and stores are made once for each number of nodes.
import { X509Certificate } from 'node:crypto';
import { cpSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import type { CertificateFile } from '../../src/core/certificate.ts';
import { exposeSecret, Secret } from '../../src/core/secret.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import type { ClientEntry, Inventory } from '../../src/inventory/types.ts';
import { readClientProperties } from '../../src/lab/client-properties.ts';
import { renderInventory } from '../../src/lab/inventory-file.ts';
import { layLab } from '../../src/lab/lay.ts';
import { replicaFiles } from '../../src/lab/material/replica-files.ts';
import { renderServerIndex } from '../../src/lab/material/serverindex-xml.ts';
import type { Anchor } from '../../src/lab/process/anchor.ts';
import { makeDeployment } from '../../src/lab/process/deployment.ts';
import type { Deployment } from '../../src/lab/process/deployment.ts';
import { openRepository } from '../../src/lab/repository/repository.ts';
import type { Repository } from '../../src/lab/repository/repository.ts';
import {
  ADDRESS,
  adminPasswordFile,
  cellRoot,
  managerOf,
  places,
  portOf,
  processName,
  profileRoot,
} from '../../src/lab/site.ts';
import type { Site } from '../../src/lab/site.ts';
import { claimBlock } from '../../src/lab/state.ts';
import { addSigner } from '../../src/lab/stores.ts';
import { runTool } from '../../src/lab/tool/run-tool.ts';
import type { ProfileSpec } from '../../src/lab/types.ts';
import { setClientProtocol } from '../../src/products/websphere/client-properties.ts';
import { loadCertificateFile } from '../../src/tls/load-certificate.ts';
import { extractKey } from '../../src/tls/open-pkcs12.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';
import { CELL, CELL_SCOPE, MANAGER_NODE, nodeScope, PORTS, scenarioOf } from './case.ts';
import type { Client, Group, ModelCase, SslName } from './case.ts';

export type ToolResult = { readonly exitCode: number; readonly output: string };

export interface ModelWorld extends AsyncDisposable {
  readonly site: Site;
  readonly deployment: Deployment;
  readonly repository: Repository;
  readonly inventory: Inventory;
  readonly certificate: CertificateFile;
  readonly login: { readonly user: string; readonly password: Secret };
  /** a tool of the profile that holds `node`, run in this process; `input` is its standard input */
  tool(node: string, name: string, argv: readonly string[], input: string): Promise<ToolResult>;
  profile(node: string): string;
}

export const scopeOf = (at: string): string => (at === 'cell' ? CELL_SCOPE : nodeScope(at));
/** 'dmgr' or a node -> the WebSphere node */
export const nodeOf = (owner: string): string => (owner === 'dmgr' ? MANAGER_NODE : owner);

/** Folder and ports of all cases of a test file, one after another. */
export interface ModelGround extends AsyncDisposable {
  open(one: ModelCase): Promise<ModelWorld>;
}

export async function openGround(): Promise<ModelGround> {
  const root = await mkdtemp(path.join(tmpdir(), 'strictstep-model-'));
  const { basePort, control } = await claimBlock(PORTS);
  const dir = path.join(root, 'case');
  const templates = new Map<number, Promise<Template>>();
  return {
    async open(one) {
      const count = one.nodes.length;
      const template = templates.get(count) ?? makeTemplate(dir, path.join(root, `template-${count}`), basePort, one);
      templates.set(count, template);
      return await openWorld({ dir, scenario: scenarioOf(one), basePort }, await template, one);
    },
    async [Symbol.asyncDispose]() {
      control.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

const variant = (folder: string, name: string): string => path.join(folder, 'variants', name);

/** Every store once more as it is with the new certificate or its signers: made once, copied by the cases. */
async function layVariants(site: Site, certificate: CertificateFile): Promise<void> {
  const { profiles } = site.scenario;
  const manager = managerOf(site.scenario).profile;
  const root = path.join(profileRoot(site, manager), 'config');
  const master = cellRoot(site, manager);
  const kept = `${site.dir}.kept`;
  await cp(root, kept, { recursive: true });
  const pems = await writeSigners(site, certificate);
  const scopes = ['cell', ...profiles.map(({ node }) => node)];
  await mkdir(path.join(site.dir, 'variants'));
  const folderOf = (at: string): string => path.join(master, at === 'cell' ? '' : `nodes/${at}`);
  const nodes = profiles.map(({ node }) => node);
  for (const length of [1, 2, 3]) {
    const file = await writeChain(site, certificate, length);
    administer(
      openRepository({ root, cell: CELL, nodes }),
      scopes.map((at) => importCall(at, file, certificate)),
    );
    for (const at of scopes) await cp(path.join(folderOf(at), 'key.p12'), variant(site.dir, `${at}-key-${length}.p12`));
    await cp(kept, root, { recursive: true });
  }
  administer(
    openRepository({ root, cell: CELL, nodes }),
    scopes.flatMap((at) => pems.map((pem, index) => signerCall(at, pem, `acme-${index}`))),
  );
  for (const at of scopes) await cp(path.join(folderOf(at), 'trust.p12'), variant(site.dir, `${at}-trust.p12`));
  for (const profile of profiles) {
    // Named after the cases' folder, where it will lie: its passwords are the same.
    const { trustStorePassword } = await readClientProperties(profileRoot(site, profile));
    const file = variant(site.dir, `tools-${profile.node}`);
    await cp(path.join(profileRoot(site, profile), 'etc/trust.p12'), file);
    for (const { pem } of certificate.facts.chain.slice(1)) {
      await addSigner(file, trustStorePassword, 'acme', new X509Certificate(pem));
    }
  }
  await rm(root, { recursive: true });
  await rename(kept, root);
}

type Template = { readonly dir: string; readonly certificate: CertificateFile; readonly password: string };

/** Laid in the folder of the cases, since the paths inside are absolute, and moved away. */
async function makeTemplate(dir: string, kept: string, basePort: number, { nodes }: ModelCase): Promise<Template> {
  const site = { dir, scenario: scenarioOf({ nodes, clients: [] }), basePort };
  await rm(dir, { recursive: true, force: true });
  await layLab(site, new Date());
  await rename(dir, kept);
  const file = path.join(kept, 'certificates/wild_acme_com.p12');
  const passwordFile = path.join(kept, 'secrets/wild_acme_com.password');
  const place = { file, line: 1, column: 1 };
  const entry = {
    name: 'messaging',
    file,
    passwordFile,
    alias: site.scenario.certificateAlias,
    aliasInFile: undefined,
    place,
  };
  const secret = new Secret((await readFile(passwordFile, 'utf8')).trim(), 'password');
  const certificate = await loadCertificateFile(entry, secret, new Date());
  await layVariants({ ...site, dir: kept }, certificate);
  const password = (await readFile(path.join(kept, path.relative(dir, adminPasswordFile(site))), 'utf8')).trim();
  return { dir: kept, certificate, password };
}

async function openWorld(site: Site, template: Template, one: ModelCase): Promise<ModelWorld> {
  const { scenario, dir } = site;
  rmSync(dir, { recursive: true, force: true });
  cpSync(template.dir, dir, { recursive: true });
  const manager = managerOf(scenario).profile;
  const repository = openRepository({
    root: path.join(profileRoot(site, manager), 'config'),
    cell: CELL,
    nodes: scenario.profiles.map(({ node }) => node),
  });
  await writePorts(site, manager);
  await setStart(site, repository, one);
  const deployment = makeDeployment({
    site,
    // The rounds of the node agents would restart them; the test looks at their overlay links itself.
    delays: { startMs: 0, overlayMs: 2 ** 31 - 1 },
    isLogin: (user, password) => user === scenario.user && password === template.password,
    onRunning: () => undefined,
    openAnchor,
  });
  await deployment.start(places(scenario).map(processName));
  const text = renderInventory(site, {
    certificate: 'certificates/wild_acme_com.p12',
    certificatePassword: 'secrets/wild_acme_com.password',
    clientRoots: 'certificates/client-roots.pem',
  });
  const inventory = parseInventory(text, path.join(dir, 'inventory.yaml'), '');
  const profile = (node: string): string => {
    const found = scenario.profiles.find((spec) => spec.node === node);
    if (found === undefined) throw new Error(`no node ${node}`);
    return profileRoot(site, found);
  };
  return {
    site,
    deployment,
    repository,
    inventory: {
      ...inventory,
      databases: [],
      clients: inventory.clients.map((client, at) => withTrust(dir, client, one.clients[at])),
    },
    certificate: template.certificate,
    login: { user: scenario.user, password: new Secret(template.password, 'password') },
    profile,
    tool: async (node, name, argv, given) => {
      let output = '';
      const out = (text_: string): void => {
        output += text_;
      };
      const input = new PassThrough();
      input.end(given);
      const ended = new AbortController();
      const run = { tool: name, profile: profile(node), argv, cwd: dir, input, out, err: out, signal: ended.signal };
      const exitCode = await runTool(site, deployment, run);
      ended.abort();
      return { exitCode, output };
    },
    [Symbol.asyncDispose]: () => deployment.close(),
  };
}

const ROOTS = { old: 'cell-root.pem', new: 'new-root.pem', both: 'client-roots.pem' } as const;

function withTrust(dir: string, entry: ClientEntry, client: Client | undefined): ClientEntry {
  const trusts = client?.trusts ?? null;
  return { ...entry, trustFile: trusts === null ? undefined : path.join(dir, 'certificates', ROOTS[trusts]) };
}

/** Stands for the process without being one: this process, which lives. */
function openAnchor(): Promise<Anchor> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  return Promise.resolve({ pid: process.pid, ended, end, kill: end });
}

async function writePorts(site: Site, manager: ProfileSpec): Promise<void> {
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
async function setStart(site: Site, repository: Repository, one: ModelCase): Promise<void> {
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

async function writeSigners(site: Site, { facts }: CertificateFile): Promise<readonly string[]> {
  const files = facts.chain.slice(1).map(({ pem }, at) => ({ pem, file: path.join(site.dir, `acme-${at}.pem`) }));
  for (const { pem, file } of files) await writeFile(file, pem);
  return files.map(({ file }) => file);
}

/** A file as a careless export makes it: the certificate with the first of its chain only. */
async function writeChain(site: Site, { facts, bytes, password }: CertificateFile, length: number): Promise<string> {
  const file = path.join(site.dir, `chain-${length}.p12`);
  const { key, chain } = extractKey(bytes, password, facts.aliasInFile);
  const entries = [{ alias: facts.aliasInFile, key, chain: chain.slice(0, length) }];
  await writeFile(file, writePkcs12({ entries, signers: [], password, legacy: false }));
  return file;
}

const importCall = (at: string, file: string, { facts, password }: CertificateFile): AdminCall => [
  'importCertificate',
  ...['-keyStoreName', at === 'cell' ? 'CellDefaultKeyStore' : 'NodeDefaultKeyStore', '-keyStoreScope', scopeOf(at)],
  ...['-keyFilePath', file, '-keyFileType', 'PKCS12'],
  ...['-keyFilePassword', exposeSecret(password), '-certificateAliasFromKeyFile', facts.aliasInFile],
  ...['-certificateAlias', facts.alias],
];

export const signerCall = (at: string, file: string, alias: string): AdminCall => [
  'addSignerCertificate',
  ...['-keyStoreName', at === 'cell' ? 'CellDefaultTrustStore' : 'NodeDefaultTrustStore'],
  ...['-keyStoreScope', scopeOf(at), '-certificateFilePath', file, '-certificateAlias', alias],
  ...['-base64Encoded', 'true'],
];

export type AdminCall = readonly [method: string, ...options: string[]];

export function administer(repository: Repository, calls: readonly AdminCall[]): void {
  const workspace = repository.openWorkspace();
  for (const [method, ...options] of calls) workspace.call('AdminTask', method, [options]);
  workspace.call('AdminConfig', 'save', []);
}

export const protocolCall = ({ alias, at }: SslName, protocol: string): AdminCall => [
  'modifySSLConfig',
  ...['-alias', alias, '-scopeName', scopeOf(at), '-sslProtocol', protocol],
];

/** @param existing groups that were made before, beside those of the cell */
export function groupCall(
  { scope, direction, uses, certificateAlias }: Group,
  existing: readonly { readonly scope: string; readonly direction: string }[],
): AdminCall {
  const exists =
    scope === CELL_SCOPE || existing.some((group) => group.scope === scope && group.direction === direction);
  return [
    exists ? 'modifySSLConfigGroup' : 'createSSLConfigGroup',
    ...['-name', scope.slice(scope.lastIndexOf('):') + 2), '-direction', direction, '-scopeName', scope],
    ...['-certificateAlias', certificateAlias],
    ...['-sslConfigAliasName', uses.alias, '-sslConfigScopeName', scopeOf(uses.at)],
  ];
}
