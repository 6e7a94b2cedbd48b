// A small rollout that can be started from the same world again and again: two servers of one node and its agent. What a
// run left on the hosts is compared byte by byte; what it did is read from the servers' logs.
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { loadInputs } from '../../src/cli/inputs.ts';
import { prettyJson } from '../../src/core/json.ts';
import { readJournal } from '../../src/journal/read.ts';
import type { JournalEvent } from '../../src/journal/types.ts';
import { openLab } from '../../src/lab/index.ts';
import type { Lab } from '../../src/lab/index.ts';
import type { Plan } from '../../src/plan/types.ts';
import { applyPlan, type ApplyOutcome } from '../../src/run/apply.ts';
import { openWorld } from '../../src/run/context.ts';
import type { World } from '../../src/run/context.ts';
import type { RunOutcome } from '../../src/run/execute.ts';
import { rollBackRun } from '../../src/run/rollback.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { planWorld } from '../../src/run/plan-world.ts';
import { runFolderOf, runIdOf } from '../../src/run/run-folder.ts';
import { filesOf, mostDownIn, readLogs, startsIn, type Outcome } from './crash-outcome.ts';
import { onNodeSettings, openBench, replicaOf } from './e2e.ts';
import type { BenchOptions } from './e2e.ts';
import { temporaryFolder } from './lab.ts';
import { writeInventory } from './small-inventory.ts';

const ENTRY = path.join(import.meta.dirname, 'crash-entry.ts');

/** Both servers read the node's settings, so one change is followed by a synchronization and two restarts. */
export const REDUCED_ROLLOUT: BenchOptions = {
  start: 'tls10',
  nodes: ['stpNode'],
  administered: onNodeSettings('stpNode', 'STProxyServer'),
  playbook: `phases:
  - phase: superset
    title: All protocols
    tasks:
      - { task: Client tools, operation: client-properties, on: { target: profile, nodes: stpNode }, with: { protocol: SSL_TLSv2 } }
      - { task: Node, operation: quality-of-protection, on: { target: node, nodes: stpNode }, with: { configuration: NodeDefaultSSLSettings, protocol: SSL_TLSv2 } }
`,
};

const SHIPPED = path.join(import.meta.dirname, '../../playbooks/sametime-tls12.yaml');

/** The whole main job. */
export const fullRollout = async (): Promise<BenchOptions> => ({
  start: 'tls10',
  nodes: ['stpNode', 'stmNode', 'sipNode'],
  hasDatabases: true,
  playbook: (await readFile(SHIPPED, 'utf8')).replace(/^[^]*?(?=^phases:)/m, ''),
});

export type Ended = {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
};

/** Number of a point, or the first one of every n-th at which no process of this beginning was killed yet, or the first one whose
 * name begins so. */
export type KillAt = number | `unseen/${number}` | `first ${string}`;

export type GoOnOptions = {
  /** called before each command and file transfer of the run itself, counted from 1.
   * @param what the same for the same command of another attempt */
  readonly onCommand?: (count: number, what: string) => void;
  /** the run is held after so many finished steps */
  readonly holdAfter?: number;
  readonly emit?: (event: RunEvent) => void;
};

export interface Begun extends AsyncDisposable {
  readonly lab: Lab;
  readonly plan: Plan;
  readonly planFile: string;
  readonly state: string;
  /** `strictstep apply` in a process of its own. @param killAt 0: never */
  apply(killAt?: KillAt): Promise<Ended>;
  /** `strictstep rollback` of that run, likewise */
  takeBack(killAt?: KillAt): Promise<Ended>;
  /** the same apply, here */
  goOn(options?: GoOnOptions): Promise<ApplyOutcome>;
  /** takes the run back, here */
  rollBack(): Promise<RunOutcome>;
  /** names of the points that the last process passed */
  points(): Promise<readonly string[]>;
  events(): Promise<readonly JournalEvent[]>;
  outcome(): Promise<Outcome>;
}

export interface Rollout {
  /** the same world again, with a new plan of it, since processes have other ids */
  begin(doCommandsGoOn?: boolean): Promise<Begun>;
}

/** @param inventory port of a host's SSH server -> the port that the inventory names instead, as in small-inventory.ts */
export async function openRollout(options: BenchOptions): Promise<Rollout> {
  const bench = await openBench(options);
  const { dir } = bench.lab;
  await Promise.all(options.nodes.map((node) => removeOthers(replicaOf(bench.lab, node), node)));
  await bench.lab.close();
  const snapshot = path.join(await temporaryFolder(), 'snapshot');
  const copy = (from: string, to: string): Promise<void> => cp(from, to, { recursive: true, preserveTimestamps: true });
  await copy(dir, snapshot);
  const outside = await temporaryFolder();
  const [planFile, state] = [path.join(outside, 'plan.json'), path.join(outside, 'runs')];
  const [trace, seen] = [path.join(outside, 'points'), path.join(outside, 'seen')];
  const load = () => loadInputs(path.join(dir, 'bench.yaml'), path.join(dir, 'playbook.yaml'), new Date());

  const begin = async (doCommandsGoOn = false): Promise<Begun> => {
    await Promise.all([rm(dir, { recursive: true, force: true }), rm(state, { recursive: true, force: true })]);
    await copy(snapshot, dir);
    const lab = await openLab({ dir, delays: { startMs: 5, ...options.delays }, doCommandsGoOn });
    await writeInventory(lab, options);
    const { inventory, playbook, certificates, logins } = await load();
    const facts = [...certificates.values()].map((file) => file.facts);
    const open = () =>
      openWorld({ inventory, certificates, logins, signal: new AbortController().signal, keepAliveMs: 300 });
    const makePlan = async (): Promise<Plan> => {
      await using world = open();
      return (await planWorld(inventory, playbook, facts, world.reader)).plan;
    };
    const plan = await makePlan();
    await writeFile(planFile, prettyJson(plan));
    const logsBefore = await readLogs(lab);
    await writeFile(seen, '');
    const run = async (killAt: KillAt, ...args: readonly string[]): Promise<Ended> => {
      await writeFile(trace, '');
      const words = [ENTRY, String(killAt), trace, seen, ...args, '--state', state, '--confirm', plan.confirm];
      const env = { CI: 'true', NO_COLOR: '1' };
      const { exitCode, signal, stdout, stderr } = await execa(process.execPath, words, {
        reject: false,
        stdin: 'ignore',
        env,
      });
      return { exitCode, signal, stdout, stderr };
    };
    return {
      lab,
      plan,
      planFile,
      state,
      apply: (killAt = 0) => run(killAt, 'apply', planFile),
      takeBack: (killAt = 0) => run(killAt, 'rollback', runIdOf(plan)),
      goOn: async ({ onCommand, holdAfter = Number.POSITIVE_INFINITY, emit } = {}) => {
        await using world = open();
        let finished = 0;
        return await applyPlan({
          plan,
          inventory,
          playbook,
          certificates: facts,
          world: onCommand === undefined ? world : counted(world, onCommand),
          state,
          now: () => new Date(),
          emit(event) {
            if (event.type === 'step-finished') finished += 1;
            emit?.(event);
          },
          isHoldRequested: () => finished >= holdAfter,
        });
      },
      rollBack: async () => {
        await using hosts = open();
        const run = runFolderOf(state, runIdOf(plan));
        return await rollBackRun(
          { run, plan, inventory, playbook, certificates: facts, hosts },
          {
            now: () => new Date(),
            emit: () => undefined,
            isHoldRequested: () => false,
            isUnprovedAccepted: false,
            accept: () => Promise.resolve(),
          },
        );
      },
      points: async () => (await readFile(trace, 'utf8')).split('\n').slice(0, -1),
      events: async () => {
        const text = await readFile(runFolderOf(state, runIdOf(plan)).journalFile, 'utf8');
        const { events, problem } = readJournal(text);
        if (problem !== undefined) throw new Error(`journal, line ${problem.line}: ${problem.what}`);
        return events;
      },
      outcome: async () => {
        const since = (await readLogs(lab)).map(
          ([name, text], index) => [name, text.slice(logsBefore[index]?.[1].length ?? 0)] as const,
        );
        return { files: filesOf(lab, plan), starts: startsIn(since), mostDown: mostDownIn(since) };
      },
      [Symbol.asyncDispose]: () => lab.close(),
    };
  };
  return { begin };
}

/** The bench copies the whole master; of other nodes a synchronization leaves the table of ports only. */
async function removeOthers(replica: string, node: string): Promise<void> {
  const nodes = await readdir(path.join(replica, 'nodes'));
  const others = nodes.filter((name) => name !== node);
  const left = ['servers', 'node-metadata.properties', 'resources.xml', 'key.p12', 'trust.p12'];
  await Promise.all(
    others.flatMap((name) =>
      left.map((entry) => rm(path.join(replica, 'nodes', name, entry), { recursive: true, force: true })),
    ),
  );
}

/** The writer's commands, counted as they are sent. */
function counted(world: World, onCommand: (count: number, what: string) => void): World {
  let count = 0;
  const watch = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value !== 'function') return value;
        return (...given: readonly unknown[]): unknown => {
          count += 1;
          onCommand(count, `${String(name)} ${withoutNumbers(JSON.stringify(given[0]) ?? '')}`);
          return Reflect.apply(value, target, given);
        };
      },
    });
  const writer = (runId: string) => {
    const context = world.writer(runId);
    return {
      ...context,
      shell: async (host: string) => watch(await context.shell(host)),
      wsadmin: async (cell: string) => watch(await context.wsadmin(cell)),
    };
  };
  return { ...world, writer };
}

/** Process ids, tokens and times are others in every process. */
const withoutNumbers = (text: string): string => text.replaceAll(/[0-9a-f]{8,}|\d+/g, 'N');
