// Executes a plan, or goes on with one that was started: the same function. Every step is read before it is written and
// read back afterwards; the journal line that announces a change is on disk before the change is sent.
import { OperatorError } from '../core/errors.ts';
import type { DeadMan } from '../core/operation.ts';
import type { HealthCheck } from '../health/types.ts';
import type { Journal } from '../journal/journal.ts';
import { stepsOf } from '../journal/replay.ts';
import type { Plan, Step } from '../plan/types.ts';
import type { ControlRequest } from './control.ts';
import type { RunEvent } from './events.ts';
import type { RunContext } from './context.ts';
import { executeStep, leftToDo } from './step.ts';

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
  const records = stepsOf(ports.journal.events);
  const isFinished = (id: string): boolean => records.get(id) === 'finished' && ports.redo?.has(id) !== true;
  await ports.journal.append('run-started', null, { plan: plan.hash, resumed: records.size > 0 }, ports.now());
  const count = { applied: 0, already: 0, skipped: 0 };
  let phase: string | undefined;
  for (const step of plan.steps) {
    if (isFinished(step.id)) {
      count.skipped += 1;
      ports.emit({ type: 'step-finished', step, outcome: 'earlier', seconds: 0 });
      continue;
    }
    if (watchOver(plan, step) === undefined && !(await mayGoOn(step, ports))) {
      await ports.journal.append('run-held', step.id, {}, ports.now());
      return { status: 'held', ...count };
    }
    if (phase !== undefined && phase !== step.phase) await ports.context.endAllWsadmin();
    phase = step.phase;
    count[await executeStep(step, ports)] += 1;
  }
  await ports.context.endAllWsadmin();
  await verifyEnd(plan, ports.context);
  for (const { operation, params } of plan.steps)
    await ports.context.operation(operation).tidy?.(ports.context, params);
  await ports.journal.append('run-finished', null, count, ports.now());
  return { status: 'done', ...count };
}

/** The dead man's revert that waits for the proof of this step or of one after it: a run that rested here would be taken
 * back. */
export function watchOver({ steps }: Plan, step: Step): DeadMan | undefined {
  const before = steps.slice(0, steps.indexOf(step));
  const last = before.findLastIndex(({ deadMan, undoes }) => deadMan !== undefined && undoes === undefined);
  const deadMan = before[last]?.deadMan;
  return before.slice(last).some(({ proves }) => proves === deadMan?.id) ? undefined : deadMan;
}

const LOOK_AGAIN_MS = 300;

/** Waits while the run is paused. false: it is to be held. */
async function mayGoOn(step: Step, ports: RunPorts): Promise<boolean> {
  let isPaused = false;
  for (;;) {
    const request = await ports.request?.();
    if (ports.isHoldRequested() || request?.wish === 'hold') return false;
    if (request === undefined) break;
    if (!isPaused) {
      const { who, reason } = request;
      await ports.journal.append('run-paused', step.id, { who, reason }, ports.now());
      ports.emit({ type: 'paused', step, who, reason });
    }
    isPaused = true;
    await ports.context.pause(LOOK_AGAIN_MS);
  }
  if (isPaused) await ports.journal.append('run-continued', step.id, {}, ports.now());
  return true;
}

/** A finished run is believed only when the last step of every object still reads as wanted. */
async function verifyEnd(plan: Plan, context: RunContext): Promise<void> {
  const steps = plan.steps.filter((step) => context.operation(step.operation).isFollowUp !== true);
  const last = new Map(steps.map((step) => [context.operation(step.operation).subject(step.params), step]));
  for (const step of last.values()) {
    const operation = context.operation(step.operation);
    const left = leftToDo(step, await operation.read(context, step.params), operation);
    if (left.length > 0) {
      const [first] = left;
      const what = `${step.host}: ${first?.object ?? step.title} is ${first?.before ?? 'absent'} again, wanted ${first?.after ?? 'absent'}`;
      const hint = 'Somebody else changed it during the run; make a new plan and look at its differences.';
      throw new OperatorError('DRIFT', what, { hint });
    }
  }
}
