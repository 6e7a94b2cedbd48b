// Text of a journal -> its events, and where its chain breaks. Whoever can write the file can write a whole new chain:
// this shows accidents and careless edits, not a forger.
import { parseLine, prevOf } from './event-line.ts';
import type { JournalEvent } from './types.ts';

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

function orderProblem({ seq }: JournalEvent, expected: number): string | undefined {
  if (seq === expected) return undefined;
  return seq > expected ? `event ${expected} is missing, event ${seq} stands here` : `event ${seq} stands here again`;
}

const chainProblem = ({ seq, prev }: JournalEvent, before: string | undefined): string | undefined =>
  prev === prevOf(before) ? undefined : `event ${seq} does not follow the line before it`;
