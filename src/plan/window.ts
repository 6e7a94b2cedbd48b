// Window arithmetic, pure: how much time the work needs and, at worst, the undoing of all of it, and so when it must have
// begun. The window comes from the inventory or from flags as data; nothing here looks at a clock.
import { msOfInstant, renderInstant } from '../core/instant.ts';
import type { ChangeWindowEntry } from '../inventory/types.ts';
import type { PlannedWindow, Step } from './types.ts';

export type WindowNeed = {
  /** expected seconds of the steps that are not finished */
  readonly remainingSeconds: number;
  /** expected seconds to undo every step, finished or not: the worst case is a failure of the very last one */
  readonly rollbackSeconds: number;
};

export function needOf(
  { steps }: { readonly steps: readonly Step[] },
  isFinished: (stepId: string) => boolean,
): WindowNeed {
  return { remainingSeconds: secondsOf(steps.filter(({ id }) => !isFinished(id))), rollbackSeconds: secondsOf(steps) };
}

const secondsOf = (steps: readonly Step[]): number =>
  steps.reduce((seconds, { expectedSeconds }) => seconds + expectedSeconds, 0);

/** The last moment at which the work may begin or go on. */
const latestStart = (until: number, { remainingSeconds, rollbackSeconds }: WindowNeed): number =>
  until - (remainingSeconds + rollbackSeconds) * 1000;

/** undefined: the window has no end. */
export const lastSafeStart = (
  { until }: { readonly until: number | undefined },
  need: WindowNeed,
): number | undefined => (until === undefined ? undefined : latestStart(until, need));

/** The window of the inventory with the arithmetic for a plan that has not begun. */
export function plannedWindow({ start, end }: ChangeWindowEntry, steps: readonly Step[]): PlannedWindow {
  const need = needOf({ steps }, () => false);
  const latest = latestStart(msOfInstant(end), need);
  return {
    start,
    end,
    workSeconds: need.remainingSeconds,
    rollbackSeconds: need.rollbackSeconds,
    lastSafeStart: renderInstant(latest, end),
    fits: latest >= msOfInstant(start),
  };
}
