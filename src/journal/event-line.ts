// The written form of an event: one line of canonical JSON, with a digest of its own and the digest of the line before.
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

/** Without line end. */
export const renderLine = (event: JournalEvent): string => canonicalJson({ ...event, hash: digestOf(event) });

export const prevOf = (line: string | undefined): string => (line === undefined ? FIRST_PREV : sha256Hex(line));

/** The event, or what is wrong with the line. */
export function parseLine(line: string): JournalEvent | string {
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
