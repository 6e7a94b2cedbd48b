// The written form of a journal: one event a line, canonical JSON with a digest of its own, chained by the digest of the
// line before. Whoever can write the file can write a new chain: it shows accidents and careless edits, not a forger.
import { z } from 'zod';
import { canonicalJson, digestOf, sha256Hex } from '../core/json.ts';
import type { Json } from '../core/json.ts';
import { STEP_RECORDS } from './replay.ts';
import type { JournalEvent, JournalEventType } from './types.ts';

export const FIRST_PREV = '0'.repeat(64);

const Digest = z.string().regex(/^[0-9a-f]{64}$/u);
const Line = z.strictObject({
  seq: z.int().positive(),
  at: z.iso.datetime(),
  type: z.custom<JournalEventType>((value) => typeof value === 'string' && Object.hasOwn(STEP_RECORDS, value)),
  step: z.string().nullable(),
  data: z.custom<Json>((value) => value !== undefined),
  prev: Digest,
  hash: Digest,
});

export type JournalProblem = {
  /** counts from 1 */
  readonly line: number;
  readonly what: string;
  /** incomplete-line: the end of the file is not a whole line, as after a crash; broken: anything else */
  readonly kind: 'incomplete-line' | 'broken' | 'ends-early';
};

export type JournalReading = {
  /** every event before the problem */
  readonly events: readonly JournalEvent[];
  readonly problem?: JournalProblem;
};

/** Without line end. */
export const renderLine = (event: JournalEvent): string => canonicalJson({ ...event, hash: digestOf(event) });

export const prevOf = (line: string | undefined): string => (line === undefined ? FIRST_PREV : sha256Hex(line));

/** Checks the whole chain and says where it breaks first. Events that were cut off the end leave no trace in the rest:
 * that is seen only by `expectedEvents`, or by a last event that is not `run-finished`. */
export function readJournal(text: string, expectedEvents?: number): JournalReading {
  const lines = text.split('\n');
  const tail = lines.pop() ?? '';
  const events: JournalEvent[] = [];
  for (const [index, line] of lines.entries()) {
    const number = index + 1;
    const parsed = parseLine(line);
    const what =
      typeof parsed === 'string' ? parsed : (orderProblem(parsed, number) ?? chainProblem(parsed, lines[index - 1]));
    if (typeof parsed === 'string' || what !== undefined)
      return { events, problem: { line: number, what: what ?? '', kind: 'broken' } };
    events.push(parsed);
  }
  const next = lines.length + 1;
  if (tail !== '')
    return { events, problem: { line: next, what: 'the last line is not complete', kind: 'incomplete-line' } };
  if (expectedEvents !== undefined && events.length < expectedEvents) {
    const what = `the journal ends after ${events.length} of ${expectedEvents} events`;
    return { events, problem: { line: next, what, kind: 'ends-early' } };
  }
  return { events };
}

/** The event, or what is wrong with the line. */
function parseLine(line: string): JournalEvent | string {
  const json = parseJson(line);
  const parsed = Line.safeParse(json);
  if (!parsed.success) return 'the line is not a journal event';
  const { hash, ...event } = parsed.data;
  if (digestOf(event) !== hash || canonicalJson(parsed.data) !== line)
    return `event ${event.seq} was changed after it was written`;
  return event;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function orderProblem({ seq }: JournalEvent, expected: number): string | undefined {
  if (seq === expected) return undefined;
  return seq > expected ? `event ${expected} is missing, event ${seq} stands here` : `event ${seq} stands here again`;
}

const chainProblem = ({ seq, prev }: JournalEvent, before: string | undefined): string | undefined =>
  prev === prevOf(before) ? undefined : `event ${seq} does not follow the line before it`;
