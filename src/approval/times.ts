// Times as they are written on the command line.
import { z } from 'zod';
import { OperatorError } from '../core/errors.ts';
import type { ChangeWindow } from './types.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `15m`, `12h`, `7d` -> milliseconds
 * @throws OperatorError USAGE */
export function parseLifetime(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,2})([smhd])$/.exec(text) ?? [];
  const factor = UNITS[unit ?? ''];
  if (count !== undefined && factor !== undefined) return Number(count) * factor;
  const hint = 'Write a whole number up to 999 with a unit: 15m, 12h or 7d.';
  throw new OperatorError('USAGE', `--expires: ${JSON.stringify(text)} is not a lifetime`, { hint });
}

/** A time of a night shift needs its offset: "02:00" alone is another moment on every machine. */
const Instant = z.union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })]);

function parseInstant(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  if (Instant.safeParse(text).success) return Date.parse(text);
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
