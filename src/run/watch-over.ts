// Which step of a plan must not be the last one for now: a change that the host takes back by itself waits for its proof.
import type { DeadMan } from '../core/operation.ts';
import type { Plan, Step } from '../plan/types.ts';

/** The dead man's revert that waits for the proof of this step or of one after it: a run that rested here would be taken
 * back. */
export function watchOver({ steps }: Pick<Plan, 'steps'>, step: Step): DeadMan | undefined {
  const before = steps.slice(0, steps.indexOf(step));
  const last = before.findLastIndex(({ deadMan, undoes }) => deadMan !== undefined && undoes === undefined);
  const deadMan = before[last]?.deadMan;
  return before.slice(last).some(({ proves }) => proves === deadMan?.id) ? undefined : deadMan;
}
