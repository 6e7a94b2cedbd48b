// One phase of a plan. The steps of an availability group are made one after the other; several groups may be worked on at
// the same time. A failure in one group, or a wish to hold, ends every group after the step that it is at.
import { OperatorError } from '../core/errors.ts';
import type { AvailabilityGroup } from '../plan/availability-groups.ts';
import type { Step } from '../plan/types.ts';
import type { RunPorts } from './execute.ts';
import { executeStep } from './step.ts';
import { watchOver } from './watch-over.ts';

type PhasePorts = RunPorts & {
  readonly parallelGroups: number;
  readonly isFinished: (id: string) => boolean;
  /** counted up here */
  readonly count: { applied: number; already: number; skipped: number };
};

/** Why no further step is begun. */
type Stop = { failure?: { readonly error: unknown }; readonly heldAt: Step[] };

/** @returns the first step that was not begun, in the order of the plan; undefined: all were made
 * @throws what a step throws, the first one in time, when every group has come to rest */
export async function executePhase(
  groups: readonly AvailabilityGroup[],
  phase: ReadonlySet<Step>,
  ports: PhasePorts,
): Promise<Step | undefined> {
  const waiting = groups.filter(({ steps }) => steps.some((step) => phase.has(step))).values();
  const stop: Stop = { heldAt: [] };
  const work = async (): Promise<void> => {
    for (const group of waiting) await executeGroup(group, phase, stop, ports);
  };
  await Promise.all(Array.from({ length: ports.parallelGroups }, work));
  if (stop.failure !== undefined) throw withStopped(stop.failure.error, stop.heldAt.length);
  const held = new Set(stop.heldAt);
  return [...phase].find((step) => held.has(step));
}

async function executeGroup(
  { name, steps }: AvailabilityGroup,
  phase: ReadonlySet<Step>,
  stop: Stop,
  ports: PhasePorts,
): Promise<void> {
  for (const step of steps) {
    if (!phase.has(step)) continue;
    if (ports.isFinished(step.id)) {
      ports.count.skipped += 1;
      ports.emit({ type: 'step-finished', step, outcome: 'earlier', seconds: 0 });
      continue;
    }
    if (watchOver({ steps }, step) === undefined && !(await mayGoOn(step, stop, ports))) {
      stop.heldAt.push(step);
      if (stop.failure !== undefined) ports.emit({ type: 'group-stopped', step, group: name });
      return;
    }
    try {
      ports.count[await executeStep(step, ports)] += 1;
    } catch (error) {
      stop.failure ??= { error };
      return;
    }
  }
}

const LOOK_AGAIN_MS = 300;

const isStopped = ({ failure, heldAt }: Stop): boolean => failure !== undefined || heldAt.length > 0;

/** Waits while the run is paused. false: it is to be held. */
async function mayGoOn(step: Step, stop: Stop, ports: PhasePorts): Promise<boolean> {
  let isPaused = false;
  for (;;) {
    const request = await ports.request?.();
    if (isStopped(stop) || ports.isHoldRequested() || request?.wish === 'hold') return false;
    if (request === undefined) break;
    if (!isPaused) {
      const { who, reason } = request;
      await ports.journal.append('run-paused', step.id, { who, reason }, ports.now());
      ports.emit({ type: 'paused', step, who, reason });
    }
    isPaused = true;
    await ports.context.pause(LOOK_AGAIN_MS);
  }
  if (!isPaused) return true;
  await ports.journal.append('run-continued', step.id, {}, ports.now());
  return !isStopped(stop);
}

/** Whoever reads of one group has to know what became of the others. */
function withStopped(error: unknown, others: number): unknown {
  if (!(error instanceof OperatorError) || others === 0) return error;
  const { code, message, hint, place, cause } = error;
  const groups = others === 1 ? '1 other group goes' : `${others} other groups go`;
  return new OperatorError(code, `${message}; ${groups} no further`, {
    cause,
    ...(hint === undefined ? {} : { hint }),
    ...(place === undefined ? {} : { place }),
  });
}
