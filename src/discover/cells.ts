// From profiles on hosts to cells: the manager's profile tells the nodes, the nodes' own profiles tell where they are.
// A cell whose manager was not found is told by what the replicas of its nodes know.
import type { Discovery, FoundNode, FoundProfile } from './types.ts';

export type FoundCell = {
  readonly name: string;
  /** null: on none of the hosts that were read */
  readonly manager: FoundProfile | null;
  /** as the cell's own files name them, also when its profile was not found; null: no file tells */
  readonly managerNode: FoundNode | null;
  readonly nodes: readonly CellNode[];
};

export type CellNode = FoundNode & {
  /** false: there is no node agent, so nothing can be synchronized (a web server, for instance) */
  readonly hasAgent: boolean;
  /** null: on none of the hosts that were read */
  readonly profile: FoundProfile | null;
};

export type FoundCells = {
  readonly cells: readonly FoundCell[];
  /** profiles without a deployment manager */
  readonly standalone: readonly FoundProfile[];
  /** a second cell of a name that is taken: an inventory cannot have both */
  readonly doubles: readonly FoundCell[];
};

export function cellsOf({ hosts }: Pick<Discovery, 'hosts'>): FoundCells {
  const profiles = hosts.flatMap((host) => host.profiles);
  const members = profiles.filter(({ kind, cell }) => cell !== null && (kind === 'manager' || kind === 'managed'));
  const managers = members.filter(({ kind }) => kind === 'manager');
  const cells = managers.map((manager) => makeCell(manager.cell ?? '', manager, members));
  const orphans = members.filter((one) => !cells.some((cell) => holds(cell, one)));
  for (const name of new Set(orphans.map(({ cell }) => cell ?? ''))) cells.push(makeCell(name, null, orphans));
  const isFirst = (cell: FoundCell, at: number): boolean => cells.findIndex(({ name }) => name === cell.name) === at;
  return {
    cells: cells.filter(isFirst).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    doubles: cells.filter((cell, at) => !isFirst(cell, at)),
    standalone: profiles.filter(({ kind }) => kind === 'standalone'),
  };
}

const holds = ({ manager, nodes }: FoundCell, one: FoundProfile): boolean =>
  one === manager || nodes.some(({ profile }) => profile === one);

function makeCell(name: string, manager: FoundProfile | null, members: readonly FoundProfile[]): FoundCell {
  const own = members.filter((one) => one.cell === name && one !== manager && one.kind === 'managed');
  // Without the manager: every replica knows its own node for certain, and the other nodes by their port tables.
  const known = manager === null ? own.flatMap(({ nodes }) => nodes) : manager.nodes;
  const nodes = [...new Map(known.map((node) => [node.node, node])).values()];
  const managerNode = nodes.find(isManagers) ?? null;
  return {
    name,
    manager,
    managerNode,
    nodes: nodes
      .filter((node) => !isManagers(node))
      .map((node) => ({
        ...node,
        hasAgent: node.servers.some(({ type }) => type === 'NODE_AGENT'),
        profile: own.find((one) => one.node === node.node) ?? null,
      }))
      .toSorted((a, b) => (a.node < b.node ? -1 : 1)),
  };
}

const isManagers = ({ servers }: FoundNode): boolean => servers.some(({ type }) => type === 'DEPLOYMENT_MANAGER');
