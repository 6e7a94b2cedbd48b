// Window arithmetic, pure. A run may begin, or go on to the next step, only while what is left of the work and, after it,
// the undoing of everything would still end inside the window.
import type { Plan, Step } from '../plan/types.ts';
import type { ChangeWindow } from './types.ts';

export type WindowNeed = {
  /** expected seconds of the steps that are not finished */
  readonly remainingSeconds: number;
  /** expected seconds to undo every step, finished or not: the worst case is a failure of the very last one */
  readonly rollbackSeconds: number;
};

export type WindowState =
  | { readonly isOpen: true }
  | { readonly isOpen: false; readonly because: 'early' | 'late' | 'too-short' };

export function needOf({ steps }: Plan, isFinished: (stepId: string) => boolean): WindowNeed {
  return { remainingSeconds: secondsOf(steps.filter(({ id }) => !isFinished(id))), rollbackSeconds: secondsOf(steps) };
}

const secondsOf = (steps: readonly Step[]): number =>
  steps.reduce((seconds, { expectedSeconds }) => seconds + expectedSeconds, 0);

/** The last moment at which the work may begin or go on; undefined: the window has no end. */
export const lastSafeStart = ({ until }: ChangeWindow, need: WindowNeed): number | undefined =>
  until === undefined ? undefined : until - (need.remainingSeconds + need.rollbackSeconds) * 1000;

/** Both boundaries belong to the window: exactly at `from` and exactly at the last safe start it is open. */
export function windowState(window: ChangeWindow, need: WindowNeed, nowMs: number): WindowState {
  const last = lastSafeStart(window, need);
  if (last !== undefined && window.from !== undefined && last < window.from)
    return { isOpen: false, because: 'too-short' };
  if (window.from !== undefined && nowMs < window.from) return { isOpen: false, because: 'early' };
  if (last !== undefined && nowMs > last) return { isOpen: false, because: 'late' };
  return { isOpen: true };
}
