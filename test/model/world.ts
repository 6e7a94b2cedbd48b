// The real side of a case: a lab with true files, listeners and tools in this process, without SSH servers and without an
// operating system process per server.
import { cpSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import type { CertificateFile } from '../../src/core/certificate.ts';
import { Secret } from '../../src/core/secret.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import type { ClientEntry, Inventory } from '../../src/inventory/types.ts';
import { renderInventory } from '../../src/lab/inventory-file.ts';
import type { Anchor } from '../../src/lab/process/anchor.ts';
import { makeDeployment } from '../../src/lab/process/deployment.ts';
import type { Deployment } from '../../src/lab/process/deployment.ts';
import { openRepository } from '../../src/lab/repository/repository.ts';
import type { Repository } from '../../src/lab/repository/repository.ts';
import { managerOf, places, processName, profileRoot } from '../../src/lab/site.ts';
import type { Site } from '../../src/lab/site.ts';
import { keysOf, openStoreBytes, openStoreFile } from '../../src/lab/stores.ts';
import type { ServedKey } from '../../src/lab/stores.ts';
import { claimBlock } from '../../src/lab/state.ts';
import { runTool } from '../../src/lab/tool/run-tool.ts';
import { CELL, PORTS, scenarioOf } from './case.ts';
import type { Client, ModelCase } from './case.ts';
import { setStart, writePorts } from './start-state.ts';
import { makeTemplate, type Template } from './template.ts';

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
  client(name: string): Partial<Client>;
  /** the key that belongs to what a client presents */
  presented(which: 'old' | 'new'): Promise<readonly ServedKey[]>;
}

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
      communities: [],
      clients: inventory.clients.map((client, at) => withTrust(dir, client, one.clients[at])),
    },
    certificate: template.certificate,
    login: { user: scenario.user, password: new Secret(template.password, 'password') },
    profile,
    client: (name) => one.clients[Number(name.replace('client', '')) - 1] ?? {},
    presented: async (which) => {
      const { bytes, password } = template.certificate;
      const store =
        which === 'new'
          ? openStoreBytes(bytes, password)
          : await openStoreFile(path.join(profile(manager.node), 'etc/key.p12'), new Secret('WebAS', 'default'));
      return keysOf(store, '');
    },
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
  const presents = client?.presents ?? null;
  return {
    ...entry,
    trustFile: trusts === null ? undefined : path.join(dir, 'certificates', ROOTS[trusts]),
    certificateFile: presents === null ? undefined : path.join(dir, `presents-${presents}.pem`),
    verifiesHostName: client?.comparesNames ?? true,
  };
}

/** Stands for the process without being one: this process, which lives. */
function openAnchor(): Promise<Anchor> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  return Promise.resolve({ pid: process.pid, ended, end, kill: end });
}
