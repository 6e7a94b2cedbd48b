// Moments and lifetimes as people write them in files and flags. A moment carries its offset: "02:00" alone is another one
// on every machine. Pure: text and milliseconds since 1970, no clock.

/** @param text one that is-instant.ts has accepted */
export const msOfInstant = (text: string): number => Date.parse(text);

/** The moment with the offset of `like`: what a person reads beside the times of the same window. */
export function renderInstant(ms: number, like: string): string {
  const [offset = 'Z', sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(like) ?? [];
  const shift = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -60_000 : 60_000);
  return `${new Date(ms + shift).toISOString().slice(0, 19)}${offset}`;
}

/** "2026-03-02T01:12:00+01:00" -> "01:12" */
export const clockTime = (instant: string): string => instant.slice(11, 16);

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `15m`, `12h`, `7d` -> milliseconds; undefined: another text */
export function lifetimeOf(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,2})([smhd])$/.exec(text) ?? [];
  const factor = UNITS[unit ?? ''];
  return count === undefined || factor === undefined ? undefined : Number(count) * factor;
}

/** 604800000 -> "7d": the largest unit that fits */
export function renderLifetime(ms: number): string {
  const [unit = 's', factor = 1000] = Object.entries(UNITS).findLast(([, size]) => ms % size === 0) ?? [];
  return `${ms / factor}${unit}`;
}
