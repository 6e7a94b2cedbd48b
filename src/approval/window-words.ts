// What the window says to people.
import { OperatorError } from '../core/errors.ts';
import type { ChangeWindow } from './types.ts';
import { lastSafeStart, type WindowNeed } from '../plan/window.ts';
import type { WindowState } from './window.ts';

export const iso = (ms: number): string => new Date(ms).toISOString();

/** One line for the output of plans and approvals; undefined: no window with an end */
export function windowLine(window: ChangeWindow, need: WindowNeed): string | undefined {
  const last = lastSafeStart(window, need);
  if (last === undefined)
    return window.from === undefined ? undefined : `window: from ${iso(window.from)}, without an end`;
  const from = window.from === undefined ? '' : `from ${iso(window.from)} `;
  return `window: ${from}until ${iso(window.until ?? last)}; last safe start ${iso(last)} (${needText(need)})`;
}

export const needText = ({ remainingSeconds, rollbackSeconds }: WindowNeed): string =>
  `${remainingSeconds} s of work left, then at worst ${rollbackSeconds} s to undo all of it`;

type Closed = Extract<WindowState, { readonly isOpen: false }>;

export function windowError(window: ChangeWindow, need: WindowNeed, { because }: Closed, nowMs: number): OperatorError {
  const from = iso(window.from ?? nowMs);
  const until = iso(window.until ?? nowMs);
  const last = iso(lastSafeStart(window, need) ?? nowMs);
  const [message, hint] = {
    early: [`the window opens at ${from}, now it is ${iso(nowMs)}`, `Start it between ${from} and ${last}.`],
    late: [
      `the last safe start was ${last}, now it is ${iso(nowMs)}: ${needText(need)} do not fit before ${until}`,
      'Ask for a window that ends later, or for another one; nothing was changed by this start.',
    ],
    'too-short': [
      `the window from ${from} until ${until} is too short: ${needText(need)}`,
      `Ask for a window of at least ${need.remainingSeconds + need.rollbackSeconds} s, or split the playbook.`,
    ],
  }[because];
  return new OperatorError('WINDOW_CLOSED', message ?? '', hint === undefined ? {} : { hint });
}
