// The change window as the board reads it: when the work must have begun, with the arithmetic, and each server's own last
// moment. A run asks the same question before every step; here nothing looks at a clock.
import { clockTime, msOfInstant, renderInstant } from '../../core/instant.ts';
import type { Plan } from '../../plan/types.ts';
import { stoppedBy } from '../components.ts';
import { renderDuration } from '../duration.ts';
import { stepViews } from './step-view.ts';

export type WindowView = {
  /** ISO 8601 with offset; null: none is declared, or it is too short */
  readonly lastSafeStart: string | null;
  readonly headline: string;
  readonly arithmetic: string;
  /** the step that interrupts the server first must have begun by then */
  readonly servers: readonly { readonly server: string; readonly step: string; readonly latest: string }[];
};

export function windowOf(plan: Plan): WindowView {
  const { window } = plan;
  if (window === undefined)
    return {
      lastSafeStart: null,
      headline: 'The inventory declares no change window.',
      arithmetic: 'Declare one as changeWindow, or give --window-from and --window-until to apply.',
      servers: [],
    };
  const { start, end, workSeconds, rollbackSeconds, lastSafeStart, fits } = window;
  const parts = `${renderDuration(workSeconds)} of work and, at worst, ${renderDuration(rollbackSeconds)} to undo all of it`;
  if (!fits)
    return {
      lastSafeStart: null,
      headline: `The window from ${start} until ${end} is too short, so apply refuses to start.`,
      arithmetic: `It lasts ${renderDuration((msOfInstant(end) - msOfInstant(start)) / 1000)}, the plan needs ${parts}.`,
      servers: [],
    };
  return {
    lastSafeStart,
    headline: `Start no later than ${clockTime(lastSafeStart)} (${lastSafeStart}), not before ${start}.`,
    arithmetic: `The window ends at ${clockTime(end)} (${end}); ${parts} must fit before.`,
    servers: latestByServer(plan, msOfInstant(lastSafeStart), end),
  };
}

/** By then this step must have begun, else the run holds before it. */
function latestByServer(plan: Plan, latestMs: number, like: string): WindowView['servers'] {
  const views = stepViews(plan);
  return plan.summary.restarts.flatMap(({ component, server }) => {
    const first = views.find(({ step }) => stoppedBy(step) === component);
    if (first === undefined) return [];
    return [{ server, step: first.step.id, latest: renderInstant(latestMs + first.startsAt * 1000, like) }];
  });
}
