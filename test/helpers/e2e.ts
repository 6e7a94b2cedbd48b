// A lab with a small inventory and a playbook, planned and applied by the code paths of the command line. A test can plant
// a cause just before a step: the run waits for it at its next use of a host. Folders are laid once per test file.
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { loadInputs } from '../../src/cli/inputs.ts';
import { OperatorError } from '../../src/core/errors.ts';
import { openLab } from '../../src/lab/index.ts';
import type { Lab } from '../../src/lab/index.ts';
import { places, processName } from '../../src/lab/site.ts';
import type { Delays } from '../../src/lab/types.ts';
import type { Plan } from '../../src/plan/types.ts';
import { applyPlan } from '../../src/run/apply.ts';
import type { ApplyOutcome } from '../../src/run/apply.ts';
import { openWorld } from '../../src/run/context.ts';
import type { RunContext } from '../../src/run/context.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { planWorld } from '../../src/run/plan-world.ts';
import { administer, CELL, edit, nodeScope, qop, rootOf, temporaryFolder } from './lab.ts';
import type { AdminCall } from './lab.ts';

/** tls10: as laid, SSL_TLS everywhere. wide: SSL_TLSv2 everywhere. In both, was_stpProxy is on NodeDefaultSSLSettings. */
export type Start = 'tls10' | 'wide';

export type BenchOptions = {
  readonly start: Start;
  /** nodes that the inventory has and that run */
  readonly nodes: readonly string[];
  readonly playbook: string;
  readonly nodeAgentWatch?: string;
  readonly delays?: Partial<Delays>;
  /** further changes of the master, copied to every node before the processes start */
  readonly administered?: readonly AdminCall[];
  /** port of a host's SSH server -> the port that the inventory names instead */
  readonly sshPort?: (host: string, port: number) => Promise<number>;
};

export type Hooks = {
  /** title of a step, or its beginning -> done before the step touches anything */
  readonly before?: Readonly<Record<string, () => Promise<void>>>;
  /** the run is held after this step */
  readonly holdAfter?: string;
};

export interface Bench extends AsyncDisposable {
  readonly lab: Lab;
  /** what the last apply told */
  readonly events: readonly RunEvent[];
  plan(): Promise<Plan>;
  apply(plan: Plan, hooks?: Hooks): Promise<ApplyOutcome>;
  /** the error that ends the apply */
  failure(plan: Plan, hooks?: Hooks): Promise<OperatorError>;
  /** titles of the steps that finished in the last apply */
  finished(): readonly string[];
  /** node/server -> process id */
  pids(): Readonly<Record<string, number | null>>;
}

const NODES = ['stpNode', 'stmNode', 'sipNode'] as const;
const templates = new Map<Start, Promise<string>>();

export const replicaOf = (lab: Lab, node: string): string => path.join(rootOf(lab, node), 'config/cells/stCell');
export const clientProperties = (lab: Lab, node: string): string =>
  path.join(rootOf(lab, node), 'properties/ssl.client.props');

/** Replicas become the master, without a tool. */
export async function copyMaster(lab: Lab, nodes: readonly string[] = NODES): Promise<void> {
  const master = replicaOf(lab, 'stCellManager01');
  await Promise.all(nodes.map((node) => cp(master, replicaOf(lab, node), { recursive: true })));
}

const proxyOnNode = (direction: string): AdminCall => [
  'createSSLConfigGroup',
  '-name', 'was_stpProxy', '-direction', direction, '-certificateAlias', 'default',
  '-scopeName', `${nodeScope('stpNode')}:(server):was_stpProxy`,
  '-sslConfigAliasName', 'NodeDefaultSSLSettings', '-sslConfigScopeName', nodeScope('stpNode'),
];

async function makeTemplate(start: Start): Promise<string> {
  const dir = path.join(await temporaryFolder(), start);
  await using lab = await openLab({ dir, delays: { startMs: 0 } });
  administer(lab, proxyOnNode('inbound'), proxyOnNode('outbound'));
  if (start === 'wide') {
    administer(
      lab,
      qop('CellDefaultSSLSettings', CELL, 'SSL_TLSv2'),
      qop('XDADefaultSSLSettings', CELL, 'SSL_TLSv2'),
      ...NODES.map((node) => qop('NodeDefaultSSLSettings', nodeScope(node), 'SSL_TLSv2')),
    );
    for (const node of ['stCellManager01', ...NODES]) await setClientProtocol(lab, node, 'SSL_TLS', 'SSL_TLSv2');
  }
  await copyMaster(lab);
  return dir;
}

/** In the block that is in use: the commented template has another beginning of line. */
export const setClientProtocol = (lab: Lab, node: string, from: string, to: string): Promise<void> =>
  edit(lab, clientProperties(lab, node), `\ncom.ibm.ssl.protocol=${from}\n`, `\ncom.ibm.ssl.protocol=${to}\n`);

/** The QoP of one SSL configuration in the document of one profile, as an editor would change it. */
export async function setQop(lab: Lab, node: string, alias: string, protocol: string): Promise<void> {
  const file = path.join(replicaOf(lab, node), 'security.xml');
  const text = await readFile(file, 'utf8');
  const setting = new RegExp(`(alias="${alias}"[^>]*>\\s*<setting[^>]*sslProtocol=")[^"]*`, 'u');
  if (!setting.test(text)) throw new Error(`${file} has no SSL configuration ${alias}`);
  await writeFile(file, text.replace(setting, (_all, head: string) => head + protocol));
}

export async function openBench(options: BenchOptions): Promise<Bench> {
  const { start, nodes, delays = {}, administered } = options;
  const template = templates.get(start) ?? makeTemplate(start);
  templates.set(start, template);
  const dir = path.join(await temporaryFolder(), 'lab');
  await cp(await template, dir, { recursive: true });
  await keepRunning(path.join(dir, 'lab.json'), ['stCellManager01', ...nodes]);
  const lab = await openAdministered(dir, { startMs: 5, ...delays }, administered);
  const inventoryFile = await writeInventory(lab, options);
  const playbookFile = path.join(dir, 'playbook.yaml');
  await writeFile(playbookFile, `apiVersion: strictstep/v1\nplaybook: mechanics\ntitle: Mechanics\n${options.playbook}`);
  const load = () => loadInputs(inventoryFile, playbookFile, new Date());
  let events: RunEvent[] = [];

  const apply = async (plan: Plan, hooks: Hooks = {}): Promise<ApplyOutcome> => {
    const { inventory, playbook, certificates, logins } = await load();
    await using world = openWorld({ inventory, certificates, logins, signal: new AbortController().signal });
    const told: RunEvent[] = [];
    events = told;
    let planted = Promise.resolve();
    const plants = Object.entries(hooks.before ?? {});
    const emit = (event: RunEvent): void => {
      told.push(event);
      if (event.type !== 'step-started') return;
      const [, plant] = plants.find(([title]) => event.step.title.startsWith(title)) ?? [];
      if (plant !== undefined) planted = plant();
    };
    const writer = (runId: string): RunContext => {
      const context = world.writer(runId);
      return {
        ...context,
        shell: async (host) => planted.then(() => context.shell(host)),
        wsadmin: async (cell) => planted.then(() => context.wsadmin(cell)),
      };
    };
    return await applyPlan({
      plan,
      inventory,
      playbook,
      certificates: [...certificates.values()].map(({ facts }) => facts),
      world: { ...world, writer },
      state: path.join(dir, 'runs'),
      now: () => new Date(),
      emit,
      isHoldRequested: () =>
        hooks.holdAfter !== undefined && finishedIn(told).some((title) => title.startsWith(hooks.holdAfter ?? '')),
    });
  };

  return {
    lab,
    get events() {
      return events;
    },
    apply,
    plan: async () => {
      const { inventory, playbook, certificates, logins } = await load();
      await using world = openWorld({ inventory, certificates, logins, signal: new AbortController().signal });
      const facts = [...certificates.values()].map((file) => file.facts);
      return (await planWorld(inventory, playbook, facts, world.reader)).plan;
    },
    failure: async (plan, hooks) => {
      try {
        await apply(plan, hooks);
      } catch (error) {
        if (error instanceof OperatorError) return error;
        throw error;
      }
      throw new Error('the apply did not fail');
    },
    finished: () => finishedIn(events),
    pids: () => Object.fromEntries(lab.processes().map(({ process, pid }) => [process, pid])),
    [Symbol.asyncDispose]: () => lab.close(),
  };
}

const finishedIn = (events: readonly RunEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'step-finished' ? [event.step.title] : []));

async function openAdministered(
  dir: string,
  delays: Partial<Delays>,
  calls: readonly AdminCall[] | undefined,
): Promise<Lab> {
  const lab = await openLab({ dir, delays });
  if (calls === undefined) return lab;
  administer(lab, ...calls);
  await copyMaster(lab);
  await lab.close();
  return await openLab({ dir, delays });
}

/** The lab starts what lab.json says ran last. */
async function keepRunning(stateFile: string, nodes: readonly string[]): Promise<void> {
  const state: { running: string[] } = JSON.parse(await readFile(stateFile, 'utf8'));
  const running = state.running.filter((name) => nodes.includes(name.split('/')[0] ?? ''));
  await writeFile(stateFile, JSON.stringify({ ...state, running }));
}

type InventoryText = {
  hosts: Record<string, { port: number }>;
  cells: Record<string, { nodeAgentWatch: string; nodes: Record<string, unknown> }>;
  databases?: unknown;
  clients: Record<string, { connects: string[] }>;
};

/** The lab's inventory without the nodes, clients and databases that the test does not need. */
async function writeInventory(lab: Lab, { nodes, nodeAgentWatch = '100ms', sshPort }: BenchOptions): Promise<string> {
  const inventory: InventoryText = parse(await readFile(lab.inventoryFile, 'utf8'));
  const isKept = (name: string): boolean => nodes.includes(name);
  for (const cell of Object.values(inventory.cells)) {
    cell.nodeAgentWatch = nodeAgentWatch;
    cell.nodes = Object.fromEntries(Object.entries(cell.nodes).filter(([name]) => isKept(name)));
  }
  delete inventory.databases;
  inventory.clients = Object.fromEntries(
    Object.entries(inventory.clients)
      .map(([name, client]) => {
        const connects = client.connects.filter((to) => isKept(to.split('/')[1] ?? ''));
        return [name, { ...client, connects }] as const;
      })
      .filter(([, { connects }]) => connects.length > 0),
  );
  for (const [name, host] of Object.entries(inventory.hosts)) host.port = (await sshPort?.(name, host.port)) ?? host.port;
  const file = path.join(lab.dir, 'bench.yaml');
  await writeFile(file, stringify(inventory));
  return file;
}

/** node/server of every process that is another one, or none, in `after`. */
export const changedProcesses = (
  before: Readonly<Record<string, number | null>>,
  after: Readonly<Record<string, number | null>>,
): readonly string[] => Object.keys(before).filter((name) => before[name] !== after[name]);

/** Names of the processes of a node, all of them or those of the whole lab. */
export const processesOf = (lab: Lab, node: string): readonly string[] =>
  places(lab.site.scenario)
    .filter(({ profile }) => profile.node === node)
    .map(processName);
