// Which steps of a plan may be made at the same time as others: groups that no link joins. A cell or a community is never
// split; two that share a host, a caller or a listener are one group. So whatever the order between groups is, every link
// sees the steps of its own group only, in the order in which the plan was proved.
import type { HealthCheck } from '../health/types.ts';
import type { LinkOutcome } from '../topology/types.ts';
import type { Plan, Step } from './types.ts';

export type AvailabilityGroup = {
  /** its cells, communities, databases and clients, joined by " + " */
  readonly name: string;
  /** in the order of the plan */
  readonly steps: readonly Step[];
};

/** In the order of their first steps. */
export function availabilityGroups({ steps, states }: Pick<Plan, 'steps' | 'states'>): readonly AvailabilityGroup[] {
  const sets = makeSets();
  for (const { from, to } of states[0]?.links ?? []) sets.join([linkEnd(from), linkEnd(to)]);
  for (const step of steps) sets.join([...ownersOf(step), ...hostsOf(step)]);
  const groups = Map.groupBy(steps, (step) => sets.find(ownersOf(step)[0] ?? ''));
  return [...groups.values()].map((own) => ({ name: nameOf(own), steps: own }));
}

/** The ends of a link as the model names them: "client NAME", "recording of DATABASE", and everything else after its cell or
 * community. Names have no blanks and no slashes. */
function linkEnd(name: LinkOutcome['from']): string {
  const [, client] = /^client ([^ /]+)$/u.exec(name) ?? [];
  if (client !== undefined) return clientKey(client);
  const [, database] = /^recording of ([^ /]+)$/u.exec(name) ?? [];
  return database === undefined ? unitKey(name.split('/')[0] ?? name) : databaseKey(database);
}

const unitKey = (cellOrCommunity: string): string => `in ${cellOrCommunity}`;
const clientKey = (client: string): string => `client ${client}`;
const databaseKey = (database: string): string => `database ${database}`;
const hostKey = (host: string): string => `host ${host}`;

function ownersOf({ target, host, params }: Step): readonly [string, ...string[]] {
  if ('cell' in target) return [unitKey(target.cell)];
  if ('community' in target) return [unitKey(target.community)];
  if (target.kind === 'population') return [clientKey(target.client)];
  if (target.kind === 'database') return [databaseKey(target.database), ...readersOf(params).map(unitKey)];
  // Its settings decide a link to each of the cells that its tools call.
  return [hostKey(host), ...target.calls.map(unitKey)];
}

/** Cells whose servers read a row when they start: their restarts come after it. */
function readersOf(params: Step['params']): readonly string[] {
  const readBy: unknown = Object(params).readBy;
  if (!Array.isArray(readBy)) return [];
  return readBy.flatMap((reader: unknown) => {
    const cell: unknown = Object(reader).cell;
    return typeof cell === 'string' ? [cell] : [];
  });
}

const hostsOf = ({ host, healthChecks }: Step): readonly string[] =>
  [host, ...healthChecks.flatMap(checkedHosts)].map(hostKey);

function checkedHosts(check: HealthCheck): readonly string[] {
  if (check.kind === 'replica') return [check.host, check.masterHost];
  if (check.kind === 'peers') return [check.host, ...check.expects.map(({ host }) => host)];
  return 'host' in check ? [check.host] : [];
}

const nameOf = (steps: readonly Step[]): string =>
  [...new Set(steps.flatMap((step) => ownersOf(step).map((key) => key.replace(/^in /u, ''))))]
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join(' + ');

/** Disjoint sets of names, merged as they are found to belong together. */
function makeSets() {
  const above = new Map<string, string>();
  const find = (key: string): string => {
    let root = key;
    for (let next = above.get(root); next !== undefined; next = above.get(root)) root = next;
    for (let at = key; at !== root;) {
      const next = above.get(at) ?? root;
      above.set(at, root);
      at = next;
    }
    return root;
  };
  const join = ([first, ...others]: readonly string[]): void => {
    if (first === undefined) return;
    for (const other of others) {
      const [a, b] = [find(first), find(other)];
      if (a !== b) above.set(b, a);
    }
  };
  return { find, join };
}
