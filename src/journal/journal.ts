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

function journalOn(
  { file, handle, head }: Files,
  events: readonly JournalEvent[],
  startBytes: number,
  torn: Journal['torn'],
): Journal {
  let last = events.at(-1);
  let sizeBytes = startBytes;
  let queue: Promise<unknown> = Promise.resolve();

  const write = async (type: JournalEventType, step: string | null, data: Json, now: Date): Promise<JournalEvent> => {
    if ((await handle.stat()).size !== sizeBytes) throw broken(file, 'another process wrote to it');
    const prev = prevOf(last === undefined ? undefined : renderLine(last));
    const event = { seq: (last?.seq ?? 0) + 1, at: now.toISOString(), type, step, data, prev };
    const line = Buffer.from(`${renderLine(event)}\n`);
    await handle.appendFile(line);
    await handle.sync();
    await writeHead(head, event);
    last = event;
    sizeBytes += line.length;
    return event;
  };

  return {
    file,
    events,
    torn,
    append(type, step, data, now) {
      // A failed write leaves the end of the file unknown, so the rejection stays in the queue and ends every later call.
      const written = queue.then(async () => await write(type, step, data, now));
      queue = written;
      return written;
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([queue]);
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
