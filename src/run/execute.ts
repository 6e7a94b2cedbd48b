// Executes a plan, or goes on with one that was started: the same function. Every step is read before it is written and
// read back afterwards; the journal line that announces a change is on disk before the change is sent.
import { mapBounded } from '../core/bounded.ts';
import { OperatorError } from '../core/errors.ts';
import type { ReadContext } from '../core/operation.ts';
import type { HealthCheck } from '../health/types.ts';
import type { Journal } from '../journal/journal.ts';
import { stepsOf } from '../journal/replay.ts';
import { availabilityGroups } from '../plan/availability-groups.ts';
import type { Plan, Step } from '../plan/types.ts';
import type { ControlRequest } from './control.ts';
import type { RunEvent } from './events.ts';
import type { RunContext } from './context.ts';
import { executePhase } from './execute-phase.ts';
import { leftToDo } from './step.ts';

export type RunPorts = {
  readonly context: RunContext;
  readonly journal: Journal;
  readonly now: () => Date;
  readonly emit: (event: RunEvent) => void;
  readonly isHoldRequested: () => boolean;
  /** what another terminal asks for; absent: nobody can */
  readonly request?: () => Promise<ControlRequest | undefined>;
  /** steps that were taken back after the journal was read */
  readonly redo?: ReadonlySet<string>;
  /** Rehearsal: health cancels no dead man's revert; it waits so many seconds more. */
  readonly deadManStaysFor?: number;
  /** Rehearsal: what this check says is written down and ends nothing. */
  readonly isOnlyRecorded?: (check: HealthCheck) => boolean;
  /** what the end is verified with; absent: `context` */
  readonly atEnd?: ReadContext;
  /** availability groups at the same time; absent: 1, one step after the other in the order of the plan */
  readonly parallelGroups?: number;
};

export type RunOutcome = {
  readonly status: 'done' | 'held';
  readonly applied: number;
  readonly already: number;
  /** steps that an earlier start of the same run had finished */
  readonly skipped: number;
};

/** @throws OperatorError DRIFT, HEALTH_FAILED, INCONCLUSIVE, STEP_FAILED or what an operation throws; journalled first */
export async function executePlan(plan: Plan, ports: RunPorts): Promise<RunOutcome> {
  const { journal, now, context, parallelGroups = 1 } = ports;
  const records = stepsOf(journal.events);
  const isFinished = (id: string): boolean => records.get(id) === 'finished' && ports.redo?.has(id) !== true;
  const sideBySide = parallelGroups === 1 ? {} : { parallelGroups };
  await journal.append('run-started', null, { plan: plan.hash, resumed: records.size > 0, ...sideBySide }, now());
  const groups = parallelGroups === 1 ? [{ name: '', steps: plan.steps }] : availabilityGroups(plan);
  const count = { applied: 0, already: 0, skipped: 0 };
  for (const phase of phasesOf(plan.steps)) {
    const heldAt = await executePhase(groups, phase, { ...ports, parallelGroups, isFinished, count });
    if (heldAt !== undefined) {
      await journal.append('run-held', heldAt.id, {}, now());
      return { status: 'held', ...count };
    }
    await context.endAllWsadmin();
  }
  await verifyEnd(plan, context, ports.atEnd ?? context);
  await eachHost(
    plan.steps,
    async ({ operation, params }) => await context.operation(operation).tidy?.(context, params),
  );
  await journal.append('run-finished', null, count, now());
  return { status: 'done', ...count };
}

/** Steps of one phase stand together. */
function phasesOf(steps: readonly Step[]): readonly ReadonlySet<Step>[] {
  const phases: Set<Step>[] = [];
  let last: string | undefined;
  for (const step of steps) {
    if (step.phase !== last) phases.push(new Set());
    phases.at(-1)?.add(step);
    last = step.phase;
  }
  return phases;
}

/** A finished run is believed only when the last step of every object still reads as wanted. */
async function verifyEnd(plan: Plan, context: RunContext, reader: ReadContext): Promise<void> {
  const steps = plan.steps.filter((step) => context.operation(step.operation).isFollowUp !== true);
  const last = new Map(steps.map((step) => [context.operation(step.operation).subject(step.params), step]));
  await eachHost([...last.values()], async (step) => {
    const operation = context.operation(step.operation);
    const left = leftToDo(step, await operation.read(reader, step.params), operation);
    if (left.length === 0) return;
    const [first] = left;
    const what = `${step.host}: ${first?.object ?? step.title} is ${first?.before ?? 'absent'} again, wanted ${first?.after ?? 'absent'}`;
    const hint = 'Somebody else changed it during the run; make a new plan and look at its differences.';
    throw new OperatorError('DRIFT', what, { hint });
  });
}

/** Hosts side by side, the steps of one host one after the other. */
const eachHost = async (steps: readonly Step[], visit: (step: Step) => Promise<void>): Promise<void> => {
  await mapBounded([...Map.groupBy(steps, ({ host }) => host).values()], async (own) => {
    for (const step of own) await visit(step);
  });
};
