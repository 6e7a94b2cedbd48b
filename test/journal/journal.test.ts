import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJournal } from '../../src/journal/journal.ts';
import { readJournal } from '../../src/journal/read.ts';

let folder = '';
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strictstep-journal-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const newFile = (): string => join(folder, `run-${(count += 1)}`, 'journal.jsonl');
const NOW = new Date('2026-11-21T02:00:00Z');

async function writeThree(file: string): Promise<void> {
  await using journal = await openJournal(file);
  await journal.append('run-started', null, { plan: 'abc' }, NOW);
  await journal.append('step-intended', 's001', {}, NOW);
  await journal.append('step-applied', 's001', {}, NOW);
}

test('events are on the disk in the order of the calls, numbered and chained', async () => {
  const file = newFile();
  await using journal = await openJournal(file);
  const appended = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => await journal.append('health', `s${index}`, { index }, NOW)),
  );
  const { events, problem } = readJournal(await readFile(file, 'utf8'), 20);
  expect(problem).toBeUndefined();
  expect(events).toEqual(appended);
  expect(events.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, index) => `s${index}`));
  expect(events[0]?.at).toBe('2026-11-21T02:00:00.000Z');
});

test('only the owner can read the journal and its folder', async () => {
  const file = newFile();
  await writeThree(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700);
});

test('an opened journal tells what it held and goes on with the chain', async () => {
  const file = newFile();
  await writeThree(file);
  {
    await using journal = await openJournal(file);
    expect(journal.events.map(({ type }) => type)).toEqual(['run-started', 'step-intended', 'step-applied']);
    expect(journal.torn).toBeUndefined();
    await journal.append('run-finished', null, null, NOW);
  }
  expect(readJournal(await readFile(file, 'utf8'), 4).problem).toBeUndefined();
});

test('an incomplete last line is kept in a side file and reported, and the journal goes on', async () => {
  const file = newFile();
  await writeThree(file);
  for (const [index, tail] of ['{"at":"2026-11', '\0\0\0'].entries()) {
    const before = await readFile(file, 'utf8');
    await appendFile(file, tail);
    await using journal = await openJournal(file);
    expect(journal.torn).toEqual({ file: `${file}.torn-${index + 1}`, sizeBytes: tail.length });
    expect(await readFile(`${file}.torn-${index + 1}`, 'utf8')).toBe(tail);
    expect(await readFile(file, 'utf8')).toBe(before);
    await journal.append('step-failed', 's002', null, NOW);
  }
  expect(readJournal(await readFile(file, 'utf8'), 5).problem).toBeUndefined();
});

test('a broken chain is not opened, and the file stays as it is', async () => {
  const file = newFile();
  await writeThree(file);
  const edited = (await readFile(file, 'utf8')).replace('s001', 's999') + '{"torn';
  await writeFile(file, edited);
  await expect(openJournal(file)).rejects.toMatchObject({
    code: 'JOURNAL_BROKEN',
    message: `journal ${file}: line 2: event 2 was changed after it was written`,
  });
  expect(await readFile(file, 'utf8')).toBe(edited);
});

test('nothing is appended once somebody else wrote to the file', async () => {
  const file = newFile();
  await using journal = await openJournal(file);
  await journal.append('run-started', null, null, NOW);
  await appendFile(file, 'x');
  await expect(journal.append('health', null, null, NOW)).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' });
  await expect(journal.append('health', null, null, NOW), 'and it stays so').rejects.toThrow('another process');
  expect((await readFile(file, 'utf8')).endsWith('\nx')).toBe(true);
});

test('every event that append() returned survives a killed process', async () => {
  const file = newFile();
  const module = new URL('../../src/journal/journal.ts', import.meta.url).href;
  const script = `
    import { openJournal } from ${JSON.stringify(module)};
    const journal = await openJournal(${JSON.stringify(file)});
    for (;;) console.log((await journal.append('health', null, { text: 'x'.repeat(500) }, new Date())).seq);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let acknowledged = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged === 25) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(acknowledged).toBeGreaterThanOrEqual(25);
  await using journal = await openJournal(file);
  expect(journal.events.length).toBeGreaterThanOrEqual(acknowledged);
});
