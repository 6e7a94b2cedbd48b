// The stop-all strategy, as the vendors describe it: certificates first, then everything down, the configuration, and
// everything up again. Links are down as planned in between; the playbook must declare the outage.
import { applyChange } from '../topology/apply-change.ts';
import { lastWishes, withoutReached } from './detours.ts';
import { addOutsideCells, isOutsideCells } from './community-units.ts';
import { startDraft, stateBefore, type Draft } from './draft.ts';
import { followUpTasks } from './follow-ups.ts';
import type { PlanBasis } from './input.ts';
import { managerTask, nodeTask, switchTask } from './process-tasks.ts';
import type { ResolvedTask } from './resolve.ts';
import { addInSafeOrder } from './safe-order.ts';
import { scopesOf, serversOf } from './scope.ts';

const PHASES = { prepare: 'prepare', down: 'outage', up: 'start' } as const;

/** Changes that no listener and no caller follows before a restart or a synchronization. */
const HARMLESS = new Set(['signers-added', 'certificate-added', 'recording-row']);

export function arrangeStopAll(basis: PlanBasis): Draft {
  const draft = startDraft(basis);
  const open = withoutReached(basis.tasks, basis.states);
  const wishes = lastWishes(
    open.filter((task) => !isOutsideCells(task)),
    basis.states,
  );
  const down = cellsToStop(wishes, draft, basis);
  const isEarly = (task: ResolvedTask): boolean =>
    effectOf(task, draft).every(({ kind }) => HARMLESS.has(kind)) ||
    ('cell' in task.target && !down.has(task.target.cell));
  const early = wishes.filter(isEarly);
  const late = wishes.filter((task) => !early.includes(task));
  addInSafeOrder(inPhase(PHASES.prepare, early), draft, basis);

  const stage = { phase: PHASES.down, isFirst: true, changing: [], topology: draft.proof.topology };
  const scopes = scopesOf(stage, basis, new Set()).filter(({ cell }) => down.has(cell.name));
  for (const scope of scopes) {
    const servers = serversOf(scope).map((process) => switchTask(scope, process, 'server-stop', 'Stop server'));
    addInSafeOrder(servers, draft, basis);
    const agents = scope.cell.nodes
      .map(({ name }) => ({ cell: scope.cell.name, owner: name, server: 'nodeagent' }))
      .map((process) => switchTask(scope, process, 'node-agent-stop', 'Stop node agent'));
    addInSafeOrder(agents, draft, basis);
  }
  addInSafeOrder(inPhase(PHASES.down, late), draft, basis);
  for (const scope of scopes) {
    const up = { ...scope, phase: PHASES.up };
    const servers = serversOf(up).map((process) => switchTask(up, process, 'server-start', 'Start server'));
    const manager = managerTask(up, { cell: up.cell.name, owner: 'dmgr', server: 'dmgr' });
    const nodes = up.cell.nodes.map((node) => nodeTask(up, node));
    for (const task of [manager, ...nodes, ...servers]) addInSafeOrder([task], draft, basis);
  }
  // Communities never need everything down: their servers are taken one at a time under either strategy.
  const seen = new Set<string>();
  for (const { name } of basis.playbook.phases)
    addOutsideCells(
      name,
      open.filter((task) => isOutsideCells(task) && task.phase === name),
      draft,
      basis,
      seen,
    );
  return draft;
}

/** Cells in which a synchronization or a restart would follow the wishes, or is owed already. */
function cellsToStop(wishes: readonly ResolvedTask[], draft: Draft, basis: PlanBasis): ReadonlySet<string> {
  const changing = wishes.filter((task) => task.operation.diff(stateBefore(task, draft), task.params).length > 0);
  const topology = changing.flatMap((task) => effectOf(task, draft)).reduce(applyChange, draft.proof.topology);
  const owed = followUpTasks({ phase: PHASES.up, isFirst: true, changing, topology }, basis, new Set()).flat();
  return new Set(owed.flatMap(({ target }) => ('cell' in target ? [target.cell] : [])));
}

const effectOf = (task: ResolvedTask, draft: Draft) => task.operation.effect(task.params, stateBefore(task, draft));

const inPhase = (phase: string, tasks: readonly ResolvedTask[]): readonly ResolvedTask[] =>
  tasks.map((task) => ({ ...task, phase }));
