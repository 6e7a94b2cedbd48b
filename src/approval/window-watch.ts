// The window while a run goes on: it follows which steps are finished and says when the next one would no longer fit.
import type { Plan } from '../plan/types.ts';
import type { ChangeWindow } from './types.ts';
import { needOf, type WindowNeed } from '../plan/window.ts';
import { windowState } from './window.ts';
import { windowError } from './window-words.ts';

export interface WindowWatch {
  stepFinished(id: string): void;
  /** Asked before each step: true when what is left no longer fits. */
  isHoldRequested(): boolean;
  /** why it held; undefined: it did not */
  heldBecause(): string | undefined;
}

/** @param finished steps that an earlier start of the same run has finished
 * @throws OperatorError WINDOW_CLOSED when the run may not even begin */
export function openWindowWatch(
  plan: Plan,
  window: ChangeWindow,
  finished: Iterable<string>,
  now: () => Date,
): WindowWatch {
  const done = new Set(finished);
  const need = (): WindowNeed => needOf(plan, (id) => done.has(id));
  const closedNow = (): Error | undefined => {
    const nowMs = now().getTime();
    const state = windowState(window, need(), nowMs);
    return state.isOpen ? undefined : windowError(window, need(), state, nowMs);
  };
  const refused = closedNow();
  if (refused !== undefined) throw refused;
  let held: string | undefined;
  return {
    stepFinished: (id) => void done.add(id),
    isHoldRequested() {
      held = closedNow()?.message;
      return held !== undefined;
    },
    heldBecause: () => held,
  };
}
