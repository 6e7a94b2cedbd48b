// What a census has seen, line by line, each chained to the line before by its digest: a line that was changed or taken out
// afterwards is noticed. The file is appended to, and a line is on the disk before the census goes on.
import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../core/errors.ts';
import { canonicalJson, sha256Hex, type Json } from '../core/json.ts';
import { parseRecord, type CensusRecord } from './records.ts';

const START = '0'.repeat(64);

export interface RecordFile extends AsyncDisposable {
  readonly file: string;
  readonly records: readonly CensusRecord[];
  append(record: CensusRecord): Promise<void>;
}

/** Goes on with a census that was interrupted, else begins a new file.
 * @throws OperatorError JOURNAL_BROKEN when its chain is broken */
export async function openRecords(folder: string, community: string, now: Date): Promise<RecordFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const last = await lastFile(folder, community);
  const found = last === undefined ? undefined : await readRecords(last);
  const isOpen = found !== undefined && found.at(-1)?.type !== 'verdict';
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/gu, '');
  const file = isOpen && last !== undefined ? last : join(folder, `${community}-${stamp}.jsonl`);
  const records: CensusRecord[] = isOpen ? [...found] : [];
  const handle = await open(file, 'a', 0o600);
  let previous = isOpen ? await digestOfLast(file) : START;
  return {
    file,
    records,
    async append(record) {
      const line = canonicalJson({ previous, record: record as Json });
      await handle.appendFile(`${line}\n`);
      await handle.sync();
      previous = sha256Hex(line);
      records.push(record);
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** The newest file of a community; undefined: there is none */
export async function lastFile(folder: string, community: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const form = /^\d{8}T\d{6}Z\.jsonl$/u;
  const own = names.filter((name) => name.startsWith(`${community}-`) && form.test(name.slice(community.length + 1)));
  const name = own.toSorted().at(-1);
  return name === undefined ? undefined : join(folder, name);
}

/** A last line without its end was cut off when the process ended, and does not count.
 * @throws OperatorError JOURNAL_BROKEN */
export async function readRecords(file: string): Promise<readonly CensusRecord[]> {
  let previous = START;
  return (await wholeLines(file)).map((line, index) => {
    const found = parseRecord(line);
    if (found === undefined || found.previous !== previous) {
      const hint = 'Keep the file as evidence and make the census again; this one counts for nothing.';
      throw new OperatorError('JOURNAL_BROKEN', `census ${file}: line ${index + 1} was changed after it was written`, {
        hint,
      });
    }
    previous = sha256Hex(line);
    return found.record;
  });
}

async function wholeLines(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
}

const digestOfLast = async (file: string): Promise<string> => {
  const last = (await wholeLines(file)).at(-1);
  return last === undefined ? START : sha256Hex(last);
};
