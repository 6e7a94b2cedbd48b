// A lab with a small inventory and a playbook, planned and applied by the code paths of the command line. A test can plant
// a cause just before a step: the run waits for it at its next use of a host. Folders are laid once per test file.
import { copyFile, cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { loadInputs } from '../../src/cli/inputs.ts';
import { OperatorError } from '../../src/core/errors.ts';
import { openLab } from '../../src/lab/index.ts';
import type { Lab } from '../../src/lab/index.ts';
import type { Delays, ProcessState } from '../../src/lab/types.ts';
import { targetName } from '../../src/plan/step-name.ts';
import type { Plan, Step } from '../../src/plan/types.ts';
import { applyPlan } from '../../src/run/apply.ts';
import type { ApplyOutcome } from '../../src/run/apply.ts';
import { openWorld } from '../../src/run/context.ts';
import type { RunContext } from '../../src/run/context.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { planWorld } from '../../src/run/plan-world.ts';
import { administer, CELL, edit, nodeScope, qop, rootOf, stateOf, temporaryFolder } from './lab.ts';
import type { AdminCall } from './lab.ts';
import { writeInventory } from './small-inventory.ts';
import type { InventoryOptions } from './small-inventory.ts';

/** tls10: SSL_TLS everywhere, as laid. wide: SSL_TLSv2 everywhere. In both, was_stpProxy and STSIPProxyRegistrar are on the
 * NodeDefaultSSLSettings of their nodes, so that one server can be changed alone. */
export type Start = 'tls10' | 'wide';

export type BenchOptions = InventoryOptions & {
  readonly start: Start;
  readonly playbook: string;
  readonly delays?: Partial<Delays>;
  /** further changes of the master, copied to every node before the processes start */
  readonly administered?: readonly AdminCall[];
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
  await Promise.all(nodes.map((node) => copyWhole(master, replicaOf(lab, node))));
}

/** Each file at once, as synchronization does: a process that starts meanwhile may read it. */
async function copyWhole(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = path.join(entry.parentPath, entry.name);
    const file = path.join(to, path.relative(from, source));
    await mkdir(path.dirname(file), { recursive: true });
    await copyFile(source, `${file}.new`);
    await rename(`${file}.new`, file);
  }
}

export const onNodeSettings = (node: string, server: string): readonly AdminCall[] =>
  ['inbound', 'outbound'].map((direction): AdminCall => [
    'createSSLConfigGroup',
    '-name',
    server,
    '-direction',
    direction,
    '-certificateAlias',
    'default',
    '-scopeName',
    `${nodeScope(node)}:(server):${server}`,
    '-sslConfigAliasName',
    'NodeDefaultSSLSettings',
    '-sslConfigScopeName',
    nodeScope(node),
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

/** Resolves when the lab's process has come to the state: between two tools of one step there is no event to wait for. */
export async function whenState(lab: Lab, name: string, state: ProcessState['state']): Promise<void> {
  await expect.poll(() => stateOf(lab, name), { interval: 1, timeout: 30_000 }).toBe(state);
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
