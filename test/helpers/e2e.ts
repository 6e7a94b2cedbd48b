// A lab with a small inventory and a playbook, planned and applied by the code paths of the command line. A test can plant
// a cause just before a step: the run waits for it at its next use of a host. Folders are laid once per test file.
import { appendFile, cp, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { loadInputs } from '../../src/cli/inputs.ts';
import { OperatorError } from '../../src/core/errors.ts';
import { openLab } from '../../src/lab/index.ts';
import type { Lab } from '../../src/lab/index.ts';
import type { Delays } from '../../src/lab/types.ts';
import { targetName } from '../../src/plan/step-name.ts';
import type { Plan, Step } from '../../src/plan/types.ts';
import { applyPlan } from '../../src/run/apply.ts';
import type { ApplyOutcome } from '../../src/run/apply.ts';
import { openWorld } from '../../src/run/context.ts';
import type { RunContext } from '../../src/run/context.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { planWorld } from '../../src/run/plan-world.ts';
import { administer, CELL, edit, nodeScope, qop, rootOf, temporaryFolder } from './lab.ts';
import type { AdminCall } from './lab.ts';

/** tls10: SSL_TLS everywhere, as laid. wide: SSL_TLSv2 everywhere. In both, was_stpProxy and STSIPProxyRegistrar are on the
 * NodeDefaultSSLSettings of their nodes, so that one server can be changed alone. */
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
  /** operation and target of a step, as `server-restart sipNode/STSIPProxyRegistrar` -> done before it touches anything */
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

const onNodeSettings = (node: string, server: string): readonly AdminCall[] =>
  ['inbound', 'outbound'].map((direction): AdminCall => [
    'createSSLConfigGroup',
    ...['-name', server, '-direction', direction, '-certificateAlias', 'default'],
    ...['-scopeName', `${nodeScope(node)}:(server):${server}`],
    ...['-sslConfigAliasName', 'NodeDefaultSSLSettings', '-sslConfigScopeName', nodeScope(node)],
  ]);

async function makeTemplate(start: Start): Promise<string> {
  const dir = path.join(await temporaryFolder(), start);
  await using lab = await openLab({ dir, delays: { startMs: 0 } });
  administer(lab, ...onNodeSettings('stpNode', 'was_stpProxy'), ...onNodeSettings('sipNode', 'STSIPProxyRegistrar'));
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

/** The QoP of every SSL configuration of that name in the document of one profile, as an editor would change it. */
export async function setQop(lab: Lab, node: string, alias: string, protocol: string): Promise<void> {
  const file = path.join(replicaOf(lab, node), 'security.xml');
  const text = await readFile(file, 'utf8');
  const setting = new RegExp(`(alias="${alias}"[^>]*>\\s*<setting[^>]*sslProtocol=")[^"]*`, 'gu');
  const changed = text.replaceAll(setting, (_all, head: string) => head + protocol);
  if (changed === text) throw new Error(`${file}: nothing to change at ${alias}`);
  await writeFile(file, changed);
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
  await writeFile(
    playbookFile,
    `apiVersion: strictstep/v1\nplaybook: mechanics\ntitle: Mechanics\n${options.playbook}`,
  );
  const load = () => loadInputs(inventoryFile, playbookFile, new Date());
  let events: RunEvent[] = [];

  const apply = async (plan: Plan, hooks: Hooks = {}): Promise<ApplyOutcome> => {
    const { inventory, playbook, certificates, logins } = await load();
    await using world = openWorld({ inventory, certificates, logins, signal: new AbortController().signal });
    const told: RunEvent[] = [];
    events = told;
    let planted = Promise.resolve();
    const emit = (event: RunEvent): void => {
      told.push(event);
      if (event.type !== 'step-started') return;
      const plant = hooks.before?.[stepKey(event.step)];
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
        told.some((event) => event.type === 'step-finished' && stepKey(event.step) === hooks.holdAfter),
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
    pids: () => Object.fromEntries(lab.processes().map(({ process, pid }) => [process, pid])),
    [Symbol.asyncDispose]: () => lab.close(),
  };
}

const stepKey = ({ operation, target }: Step): string => `${operation} ${targetName(target)}`;

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
  for (const [name, host] of Object.entries(inventory.hosts)) {
    const port = (await sshPort?.(name, host.port)) ?? host.port;
    if (port !== host.port) await knowAt(path.join(lab.dir, 'known_hosts'), host.port, port);
    host.port = port;
  }
  const file = path.join(lab.dir, 'bench.yaml');
  await writeFile(file, stringify(inventory));
  return file;
}

/** The key of a host under another port. */
async function knowAt(file: string, port: number, other: number): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const line = lines.find((text) => text.startsWith(`[127.0.0.1]:${port} `)) ?? '';
  await appendFile(file, `${line.replace(`:${port} `, `:${other} `)}\n`);
}

/** node/server of every process that is another one, or none, in `after`. */
export const changedProcesses = (
  before: Readonly<Record<string, number | null>>,
  after: Readonly<Record<string, number | null>>,
): readonly string[] => Object.keys(before).filter((name) => before[name] !== after[name]);

/** The phases of a playbook with tasks of the operation quality-of-protection, one phase for each.
 * @param on `{ target: node, nodes: stpNode }` */
export const qopPlaybook = (
  ...tasks: readonly (readonly [on: string, configuration: string, protocol: string])[]
): string =>
  `phases:\n${tasks
    .map(
      ([on, configuration, protocol], at) =>
        `  - phase: p${at + 1}
    title: Phase ${at + 1}
    tasks:
      - { task: ${configuration} ${protocol}, operation: quality-of-protection, on: ${on}, with: { configuration: ${configuration}, protocol: ${protocol} } }
`,
    )
    .join('')}`;

/** A door to a port that can be shut: what goes through it is cut off at once. */
export interface Door extends AsyncDisposable {
  readonly port: number;
  shut(): void;
  open(): void;
}

export async function openDoor(to: number): Promise<Door> {
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer({ noDelay: true }, (socket) => {
    const behind = connect({ port: to, host: '127.0.0.1', noDelay: true });
    for (const end of [socket, behind]) {
      sockets.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        sockets.delete(end);
        (end === socket ? behind : socket).destroy();
      });
    }
    if (!isOpen) socket.destroy();
    socket.pipe(behind).pipe(socket);
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen({ port: 0, host: '127.0.0.1' }, () => listening.resolve());
  await listening.promise;
  const address = server.address();
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    shut: () => {
      isOpen = false;
      drop();
    },
    open: () => {
      isOpen = true;
    },
    [Symbol.asyncDispose]: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      drop();
      return promise;
    },
  };
}
