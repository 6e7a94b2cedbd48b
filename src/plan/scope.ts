// One cell at one moment of a plan that is being arranged, and its servers in the order in which they are taken.
import type { CellFacts } from '../facts/types.ts';
import type { CellEntry } from '../inventory/types.ts';
import type { TopologyState } from '../topology/state.ts';
import type { PlanBasis } from './input.ts';
import type { ProcessRef } from './processes.ts';
import type { ResolvedTask } from './resolve.ts';

/** What a phase has done so far. */
export type Stage = {
  readonly phase: string;
  /** the first phase also repairs what an earlier run left: old copies on nodes */
  readonly isFirst: boolean;
  /** in a rollback: a process that does not run is started too */
  readonly isRepair?: boolean;
  readonly changing: readonly ResolvedTask[];
  /** tasks whose restarts are due; not given: those that change something */
  readonly asking?: readonly ResolvedTask[];
  readonly topology: TopologyState;
};

export type Scope = Stage & {
  readonly cell: CellEntry;
  readonly facts: CellFacts;
  readonly input: PlanBasis;
  /** processes that an earlier phase starts anew: their process id is not known when the plan is made */
  readonly seen: Set<string>;
};

export const scopesOf = (stage: Stage, input: PlanBasis, seen: Set<string>): readonly Scope[] =>
  input.inventory.cells.flatMap((cell) => {
    const facts = input.facts.cells.find((candidate) => candidate.cell === cell.name);
    return facts === undefined ? [] : [{ ...stage, cell, facts, input, seen }];
  });

/** Application servers before proxies, in the order of the inventory. */
export function serversOf({ cell, facts }: Scope): readonly ProcessRef[] {
  const ofType = (type: string): readonly ProcessRef[] =>
    cell.nodes.flatMap(({ name: owner }) =>
      (facts.nodes.find((node) => node.owner === owner)?.servers ?? [])
        .filter((server) => server.type === type)
        .map(({ name }) => ({ cell: cell.name, owner, server: name })),
    );
  return [...ofType('APPLICATION_SERVER'), ...ofType('PROXY_SERVER')];
}
