// Schema parts for one value each: they say in one phrase what the value must be, and hint at the correction.
import { z } from 'zod';
import { lifetimeOf } from '../instant.ts';
import { isInstant } from '../is-instant.ts';
import { didYouMean } from './did-you-mean.ts';

type Hint = string | ((value: unknown) => string);

/** What an editor may know of the form before the file is read: a part of a JSON Schema that refuses nothing that `read`
 * takes. */
export type EditorForm = {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
};

/** @param must completes "hosts.dm.port must be ..."; `read` gives undefined for a value that is not so */
export const leaf = <Value>(
  must: string,
  read: (value: unknown) => Value | undefined,
  hint: Hint,
  form: EditorForm = {},
) =>
  z
    .unknown()
    .transform((value, context): Value => {
      const result = read(value);
      if (result !== undefined) return result;
      const params = { hint: typeof hint === 'string' ? hint : hint(value) };
      context.addIssue({ code: 'custom', message: must, params });
      return z.NEVER;
    })
    .meta({ description: must, ...form });

/** A map with exactly these keys. The known ones travel in the message of the issue: see findings.ts. */
export const mapping = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
  });

const QUOTES = 'Put the value in quotes to make it a text.';

export const textThat = (must: string, isSo: (text: string) => boolean, hint: Hint) =>
  leaf(
    must,
    (value) => (typeof value === 'string' && isSo(value) ? value : undefined),
    (value) => {
      if (typeof value === 'number' || typeof value === 'boolean') return QUOTES;
      return typeof hint === 'string' ? hint : hint(value);
    },
    { type: 'string' },
  );

// oxlint-disable-next-line no-control-regex -- a line break in a name would become a second line of some command's input
const isOneLine = (text: string): boolean => /\S/.test(text) && !/[\u0000-\u001f\u007f]/.test(text);

export const oneLine = textThat('one line of text', isOneLine, 'Remove line breaks and control characters.');

export const wordName = textThat(
  'a name of letters, digits, hyphen, underscore and full stop',
  (text) => /^[A-Za-z0-9_][\w.-]*$/.test(text),
  'Begin with a letter or digit and use no blanks.',
);

export const oneOf = <const Word extends string>(words: readonly Word[]) =>
  leaf(
    `one of ${words.join(', ')}`,
    (value) => words.find((word) => word === value),
    (value) => didYouMean(String(value), words),
    { enum: words },
  );

export const wholeNumber = (least: number, most: number) =>
  leaf(
    `a whole number from ${least} to ${most}`,
    (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined,
    'Write the digits without quotes.',
    { type: 'integer', minimum: least, maximum: most },
  );

export const yesNo = leaf(
  'true or false',
  (value) => (typeof value === 'boolean' ? value : undefined),
  'Write true or false without quotes.',
  { type: 'boolean' },
);

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const LONGEST_MS = 24 * 3_600_000;

/** `500ms`, `90s`, `15m`, `2h` -> milliseconds */
export const duration = leaf(
  'a duration of more than 0 and at most 24h',
  (value) => {
    const [, count, unit] = /^(\d{1,9})(ms|s|m|h)$/.exec(typeof value === 'string' ? value : '') ?? [];
    const ms = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN);
    return ms > 0 && ms <= LONGEST_MS ? ms : undefined;
  },
  'Write a whole number with a unit: 500ms, 90s, 15m or 1h.',
  { type: 'string', pattern: String.raw`^\d{1,9}(ms|s|m|h)$` },
);

/** `15m`, `12h`, `7d` -> milliseconds */
export const lifetime = leaf(
  'a lifetime such as 12h or 7d',
  (value) => (typeof value === 'string' ? lifetimeOf(value) : undefined),
  'Write a whole number up to 999 with a unit: 15m, 12h or 7d.',
  { type: 'string', pattern: String.raw`^[1-9]\d{0,2}[smhd]$` },
);

export const instant = textThat(
  'a time with its offset',
  isInstant,
  'Write date, time and offset: 2026-03-01T22:00:00+01:00 or 2026-03-01T21:00Z.',
);

export const apiVersion = oneOf(['strictstep/v1']);
