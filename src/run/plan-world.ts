// From files and hosts to a plan: read, resolve, read each object once, compute. Used by `plan`, and by `apply` to see
// whether the world is still the one the plan was made from.
import { mapBounded } from '../core/bounded.ts';
import { OperatorError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { ReadContext } from '../core/operation.ts';
import type { CertificateFacts } from '../core/certificate.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { Facts } from '../facts/types.ts';
import type { Inventory } from '../inventory/types.ts';
import { readOwed } from './owed.ts';
import { readOnce } from './read-once.ts';
import { operationNamed } from '../operations/index.ts';
import { establishedBy } from '../plan/input.ts';
import { makePlan } from '../plan/make.ts';
import { resolveTasks, withPlace, type ResolvedTask } from '../plan/resolve.ts';
import type { Plan } from '../plan/types.ts';
import type { Playbook } from '../playbook/types.ts';
import { makeTopology } from '../topology/make-topology.ts';
import type { TopologyState } from '../topology/state.ts';

export type PlannedWorld = { readonly plan: Plan; readonly facts: Facts };

/** @param state folder of the runs: what unfinished ones owe is planned, too */
export async function planWorld(
  inventory: Inventory,
  playbook: Playbook,
  certificates: readonly CertificateFacts[],
  context: ReadContext,
  state?: string,
): Promise<PlannedWorld> {
  const look = readOnce(context);
  const facts = await gatherFacts(inventory, look, certificates);
  expectHealthy(facts);
  const tasks = resolveTasks(playbook, inventory, facts, operationNamed);
  const read = await readTasks(tasks, look);
  const states = new Map<string, Json>();
  for (const [index, { operation, params }] of tasks.entries()) {
    const subject = operation.subject(params);
    if (!states.has(subject)) states.set(subject, read[index] ?? null);
  }
  const owed = state === undefined ? [] : await readOwed(state, facts);
  return { plan: makePlan({ playbook, inventory, facts, tasks, states, operations: operationNamed, owed }), facts };
}

/** Hosts side by side, the tasks of one host one after the other. Read for every task, also for a second one on the same
 * object: reading is also where a wish that this host cannot fulfil is refused.
 * @returns the states, in the order of the tasks */
async function readTasks(tasks: readonly ResolvedTask[], context: ReadContext): Promise<readonly Json[]> {
  const states: Json[] = [];
  const failures: { readonly index: number; readonly error: unknown }[] = [];
  const byHost = Map.groupBy(tasks.entries(), ([, { host }]) => host);
  await mapBounded([...byHost.values()], async (own) => {
    for (const [index, { operation, params, place }] of own) {
      try {
        states[index] = await operation.read(context, params);
      } catch (error) {
        failures.push({ index, error: withPlace(error, place) });
        return;
      }
    }
  });
  const [first] = failures.toSorted((a, b) => a.index - b.index);
  if (first !== undefined) throw first.error;
  return states;
}

/** The model of what the facts tell, and of what people have done as far as the playbook's tasks see it. */
export async function knownTopology(
  inventory: Inventory,
  playbook: Playbook,
  facts: Facts,
  context: ReadContext,
): Promise<TopologyState> {
  const all = resolveTasks(playbook, inventory, facts, operationNamed);
  const tasks = all.filter(({ operation }) => operation.establishes !== undefined);
  const states = new Map<string, Json>();
  for (const { operation, params } of tasks)
    states.set(operation.subject(params), await operation.read(context, params));
  return establishedBy({ tasks, states }, makeTopology(inventory, facts));
}

/** The positive control before any change: a port that does not answer now proves nothing later. */
function expectHealthy({ cells, listeners, components = [] }: Facts): void {
  for (const { cell, deploymentManager, nodes } of cells) {
    for (const { owner, host, processes } of [deploymentManager, ...nodes]) {
      const stopped = Object.entries(processes).find(([, { pid }]) => pid === null);
      if (stopped === undefined) continue;
      const hint = 'Start it, see that it is healthy, and plan again: a migration begins from a deployment that works.';
      const message = `host ${host}: ${owner}/${stopped[0]} of cell ${cell} is not running (${stopped[1].pidFile})`;
      throw new OperatorError('HEALTH_FAILED', message, { hint });
    }
  }
  for (const { component, host, modes } of components) {
    const [port] = Object.entries(modes).find(([name, mode]) => name !== 'ldap' && mode === 'inconclusive') ?? [];
    if (port === undefined) continue;
    const hint = 'Start it if it is down, and look at the network between here and the port; then plan again.';
    const message = `host ${host}: the ${port} port of ${component} gives no clear answer now, so nothing could be proved about it later`;
    throw new OperatorError('HEALTH_FAILED', message, { hint });
  }
  const silent = listeners.find(({ protocols }) => !Object.values(protocols).includes('accepted'));
  if (silent === undefined) return;
  const { owner, server, endpoint, address, port } = silent;
  const hint = 'Look at the SystemOut.log of the server and at the network between here and the port.';
  const message = `${owner}/${server} ${endpoint} at ${address}:${port} accepts no TLS version now, so nothing could be proved about it later`;
  throw new OperatorError('HEALTH_FAILED', message, { hint });
}
