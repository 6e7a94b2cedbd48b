// How far a journal had come, beside it: lines cut off its end leave no trace in the rest, but here. Written after the line
// is on the disk, so after a crash the journal may be longer than this says, never shorter.
import { open, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { prevOf, renderLine } from './event-line.ts';
import type { JournalReading } from './read.ts';
import type { JournalEvent } from './types.ts';

export type Head = { readonly seq: number; readonly hash: string };

export const headFileOf = (journal: string): string => journal.replace(/(\.jsonl)?$/, '.head');

const hashOf = (event: JournalEvent): string => prevOf(renderLine(event));

/** Always of one length, so that it is replaced in one write. */
const render = ({ seq, hash }: Head): string => `${String(seq).padStart(12, '0')} ${hash}\n`;
const HEAD = /^(\d{12}) ([0-9a-f]{64})\n$/;

export async function openHead(journal: string): Promise<FileHandle> {
  const file = headFileOf(journal);
  return await open(file, 'r+').catch(() => open(file, 'w+', 0o600));
}

export async function writeHead(handle: FileHandle, last: JournalEvent): Promise<void> {
  const bytes = Buffer.from(render({ seq: last.seq, hash: hashOf(last) }));
  await handle.write(bytes, 0, bytes.length, 0);
}

/** undefined: there is none, as before the first event. */
export async function readHead(journal: string): Promise<Head | 'unreadable' | undefined> {
  let text: string;
  try {
    text = await readFile(headFileOf(journal), 'utf8');
  } catch {
    return undefined;
  }
  if (text === '') return undefined;
  const [, seq, hash] = HEAD.exec(text) ?? [];
  return seq === undefined || hash === undefined ? 'unreadable' : { seq: Number(seq), hash };
}

/** The reading with what its head says of it. A problem that the lines show themselves comes first. */
export function compareHead(reading: JournalReading, head: Head | 'unreadable' | undefined): JournalReading {
  const { events, problem } = reading;
  if (head === undefined || (problem !== undefined && problem.kind !== 'incomplete-line')) return reading;
  const next = events.length + 1;
  if (head === 'unreadable')
    return { events, problem: { line: next, what: 'the file that tells its length cannot be read', kind: 'broken' } };
  if (head.seq > events.length) {
    const what = `the journal ends after ${events.length} of ${head.seq} events`;
    return { events, problem: { line: next, what, kind: 'ends-early' } };
  }
  const last = events[head.seq - 1];
  if (last !== undefined && hashOf(last) === head.hash) return reading;
  const what = `event ${head.seq} is not the one that was written`;
  return { events: events.slice(0, head.seq - 1), problem: { line: head.seq, what, kind: 'broken' } };
}
