// The stop-all strategy, as the vendors describe it: certificates first, then everything down, the configuration, and
// everything up again. Links are down as planned in between; the playbook must declare the outage.
import { startDraft, subjectOf, type Draft } from './draft.ts';
import { managerTask, nodeTask, scopesOf, serversOf, switchTask } from './follow-ups.ts';
import type { PlanBasis } from './input.ts';
import type { ResolvedTask } from './resolve.ts';
import { withoutReached } from './rolling.ts';
import { addInSafeOrder } from './safe-order.ts';

const PHASES = { prepare: 'prepare', down: 'outage', up: 'start' } as const;

/** Changes that no listener and no caller follows before a restart or a synchronization. */
const HARMLESS = new Set(['signers-added', 'certificate-added', 'recording-row']);

export function arrangeStopAll(input: PlanBasis): Draft {
  const draft = startDraft(input);
  const wishes = lastWishes(withoutReached(input.tasks, input.states));
  const isHarmless = ({ operation, params }: ResolvedTask): boolean =>
    operation
      .effect(params, input.states.get(operation.subject(params)) ?? null)
      .every(({ kind }) => HARMLESS.has(kind));
  const prepared = addInSafeOrder(inPhase(PHASES.prepare, wishes.filter(isHarmless)), draft, input);
  const rest = wishes.filter((task) => !isHarmless(task));
  const touched = new Set([...prepared, ...rest].flatMap(({ target }) => ('cell' in target ? [target.cell] : [])));
  const scopes = scopesOf(
    { phase: PHASES.down, isFirst: true, changing: [], topology: draft.proof.topology },
    input,
    new Set(),
  ).filter(({ cell }) => touched.has(cell.name));

  for (const scope of scopes) {
    const servers = serversOf(scope);
    addInSafeOrder(
      servers.map((process) => switchTask(scope, process, 'server-stop', 'Stop server')),
      draft,
      input,
    );
    const agents = scope.cell.nodes.map(({ name }) => ({ cell: scope.cell.name, owner: name, server: 'nodeagent' }));
    addInSafeOrder(
      agents.map((process) => switchTask(scope, process, 'node-agent-stop', 'Stop node agent')),
      draft,
      input,
    );
  }
  addInSafeOrder(inPhase(PHASES.down, rest), draft, input);
  for (const scope of scopes) {
    const up = { ...scope, phase: PHASES.up };
    addInSafeOrder([managerTask(up, { cell: up.cell.name, owner: 'dmgr', server: 'dmgr' })], draft, input);
    for (const node of up.cell.nodes) addInSafeOrder([nodeTask(up, node)], draft, input);
    for (const process of serversOf(up))
      addInSafeOrder([switchTask(up, process, 'server-start', 'Start server')], draft, input);
  }
  return draft;
}

const inPhase = (phase: string, tasks: readonly ResolvedTask[]): readonly ResolvedTask[] =>
  tasks.map((task) => ({ ...task, phase }));

/** With everything down there is no need for stepping stones: only the last wish for each object counts. */
function lastWishes(tasks: readonly ResolvedTask[]): readonly ResolvedTask[] {
  const last = new Map(tasks.map((task) => [subjectOf(task), task]));
  return tasks.filter((task) => last.get(subjectOf(task)) === task);
}
