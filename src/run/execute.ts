// Executes a plan, or goes on with one that was started: the same function. Every step is read before it is written and
// read back afterwards; the journal line that announces a change is on disk before the change is sent.
import { OperatorError } from '../core/errors.ts';
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
  const isFinished = (id: string): boolean => records.get(id) === 'finished';
  await ports.journal.append('run-started', null, { plan: plan.hash, resumed: records.size > 0 }, ports.now());
  const count = { applied: 0, already: 0, skipped: 0 };
  let phase: string | undefined;
  for (const step of plan.steps) {
    if (isFinished(step.id)) {
      count.skipped += 1;
      ports.emit({ type: 'step-finished', step, outcome: 'earlier', seconds: 0 });
      continue;
    }
    if (!(await mayGoOn(step, ports))) {
      await ports.journal.append('run-held', step.id, {}, ports.now());
      return { status: 'held', ...count };
    }
    if (phase !== undefined && phase !== step.phase) await ports.context.endAllWsadmin();
    phase = step.phase;
    count[await executeStep(step, ports)] += 1;
  }
  await ports.context.endAllWsadmin();
  await verifyEnd(plan, ports.context);
  await ports.journal.append('run-finished', null, count, ports.now());
  return { status: 'done', ...count };
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
