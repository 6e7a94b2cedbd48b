// Times as they are written on the command line.
import { OperatorError } from '../core/errors.ts';
import { lifetimeOf, msOfInstant } from '../core/instant.ts';
import { isInstant } from '../core/is-instant.ts';
import type { ChangeWindow } from './types.ts';

/** `90s`, `15m`, `12h`, `7d` -> milliseconds
 * @throws OperatorError USAGE */
export function parseLifetime(text: string): number {
  const ms = lifetimeOf(text);
  if (ms !== undefined) return ms;
  const hint = 'Write a whole number up to 999 with a unit: 15m, 12h or 7d.';
  throw new OperatorError('USAGE', `--expires: ${JSON.stringify(text)} is not a lifetime`, { hint });
}

function parseInstant(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  if (isInstant(text)) return msOfInstant(text);
  const hint = 'Write date, time and offset: 2026-03-01T22:00:00+01:00 or 2026-03-01T21:00Z.';
  throw new OperatorError('USAGE', `${flag}: ${JSON.stringify(text)} is not a time with its offset`, { hint });
}

/** @throws OperatorError USAGE */
export function parseWindow(flags: { readonly windowFrom?: string; readonly windowUntil?: string }): ChangeWindow {
  const from = parseInstant(flags.windowFrom, '--window-from');
  const until = parseInstant(flags.windowUntil, '--window-until');
  if (from === undefined || until === undefined || from < until) return { from, until };
  const message = `--window-until ${flags.windowUntil ?? ''} is not later than --window-from ${flags.windowFrom ?? ''}`;
  throw new OperatorError('USAGE', message, { hint: 'Give the begin and the end of one window.' });
}
