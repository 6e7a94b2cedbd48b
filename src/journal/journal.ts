// The run's record on disk: appended, never rewritten, and on the disk before append() returns.
// Source: open(2) O_APPEND, fsync(2) and its note that a new file needs an fsync of its folder.
import { mkdir, open, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Json } from '../core/json.ts';
import { OperatorError } from '../core/errors.ts';
import { prevOf, renderLine } from './event-line.ts';
import { compareHead, openHead, readHead, writeHead } from './head.ts';
import { readJournal } from './read.ts';
import type { JournalEvent, JournalEventType } from './types.ts';

const HINT = 'Keep the file as evidence; look at the hosts before a new run is started with a journal of its own.';

export interface Journal extends AsyncDisposable {
  readonly file: string;
  /** what it held when it was opened */
  readonly events: readonly JournalEvent[];
  /** an incomplete last line that a crash had left, and the side file that has it now */
  readonly torn: { readonly file: string; readonly sizeBytes: number } | undefined;
  /** The event is on the disk when this returns; calls are written in the order they were made.
   * @throws OperatorError JOURNAL_BROKEN when another process wrote to the file; after any error nothing more is written */
  append(type: JournalEventType, step: string | null, data: Json, now: Date): Promise<JournalEvent>;
}

/** Makes the file (0600) and its folder (0700) when there is none.
 * @throws OperatorError JOURNAL_BROKEN when its chain is broken; nothing is changed then */
export async function openJournal(file: string): Promise<Journal> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.chmod(0o600);
    const bytes = await readFile(file);
    const wholeBytes = bytes.lastIndexOf(0x0a) + 1;
    const whole = bytes.subarray(0, wholeBytes).toString('utf8');
    const { events, problem } = compareHead(readJournal(whole), await readHead(file));
    if (problem !== undefined) throw broken(file, `line ${problem.line}: ${problem.what}`);
    const torn = wholeBytes === bytes.length ? undefined : await setAside(file, bytes.subarray(wholeBytes));
    if (torn !== undefined) await handle.truncate(wholeBytes);
    await handle.sync();
    await syncFolder(folder);
    const head = await openHead(file);
    return journalOn({ file, handle, head }, events, wholeBytes, torn);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

type Files = { readonly file: string; readonly handle: FileHandle; readonly head: FileHandle };

type Waiting = {
  readonly content: Omit<JournalEvent, 'seq' | 'prev'>;
  readonly resolve: (event: JournalEvent) => void;
  readonly reject: (error: unknown) => void;
};

function journalOn(
  { file, handle, head }: Files,
  events: readonly JournalEvent[],
  startBytes: number,
  torn: Journal['torn'],
): Journal {
  let last = events.at(-1);
  let sizeBytes = startBytes;
  let queue: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;
  const waiting: Waiting[] = [];

  const write = async (batch: readonly Waiting[]): Promise<readonly JournalEvent[]> => {
    if ((await handle.stat()).size !== sizeBytes) throw broken(file, 'another process wrote to it');
    const events: JournalEvent[] = [];
    let line = last === undefined ? undefined : renderLine(last);
    let text = '';
    for (const { content } of batch) {
      const event = { seq: ((events.at(-1) ?? last)?.seq ?? 0) + 1, ...content, prev: prevOf(line) };
      events.push(event);
      line = renderLine(event);
      text += `${line}\n`;
    }
    const bytes = Buffer.from(text);
    await handle.appendFile(bytes);
    await handle.sync();
    const newest = events.at(-1);
    if (newest !== undefined) await writeHead(head, newest);
    last = newest;
    sizeBytes += bytes.length;
    return events;
  };

  /** What many steps append at the same time is one write and one wait for the disk. */
  const flush = async (): Promise<void> => {
    const batch = waiting.splice(0);
    if (batch.length === 0) return;
    try {
      // A failed write leaves the end of the file unknown, so it ends every later call.
      if (failure !== undefined) throw failure.error;
      for (const [index, event] of (await write(batch)).entries()) batch[index]?.resolve(event);
    } catch (error) {
      failure ??= { error };
      for (const { reject } of batch) reject(error);
    }
  };

  return {
    file,
    events,
    torn,
    append(type, step, data, now) {
      const { promise, resolve, reject } = Promise.withResolvers<JournalEvent>();
      waiting.push({ content: { at: now.toISOString(), type, step, data }, resolve, reject });
      queue = queue.then(flush);
      return promise;
    },
    async [Symbol.asyncDispose]() {
      await queue;
      await handle.close();
      await head.close();
    },
  };
}

/** Keeps the bytes of an incomplete line beside the journal, under the first free name. */
async function setAside(file: string, bytes: Uint8Array): Promise<Journal['torn']> {
  for (let number = 1; ; number += 1) {
    const side = `${file}.torn-${number}`;
    try {
      await using handle = await open(side, 'wx', 0o600);
      await handle.writeFile(bytes);
      await handle.sync();
      return { file: side, sizeBytes: bytes.length };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // a folder cannot be opened there
  await using handle = await open(folder, 'r');
  await handle.sync();
}

const broken = (file: string, what: string): OperatorError =>
  new OperatorError('JOURNAL_BROKEN', `journal ${file}: ${what}`, { hint: HINT });
