// strictstep journal verify, as a user calls it.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournal } from '../../src/journal/journal.ts';
import { runFolderOf } from '../../src/run/run-folder.ts';
import { strictstep } from '../helpers/cli.ts';

const NOW = new Date('2026-11-21T02:00:00Z');

async function openRun() {
  const state = await mkdtemp(join(tmpdir(), 'strictstep-verify-'));
  const { journalFile, planFile } = runFolderOf(state, 'run-a');
  {
    await using journal = await openJournal(journalFile);
    for (const step of ['s001', 's002', 's003']) await journal.append('step-intended', step, {}, NOW);
    await journal.append('run-finished', null, {}, NOW);
  }
  await writeFile(planFile, '{}');
  return {
    journalFile,
    verify: (...more: readonly string[]) => strictstep('journal', 'verify', 'run-a', '--state', state, ...more),
    [Symbol.asyncDispose]: () => rm(state, { recursive: true }),
  };
}

test('a whole journal is said to be whole', async () => {
  await using run = await openRun();
  const text = await run.verify();
  expect(text).toMatchObject({ exitCode: 0, stderr: '' });
  expect(text.stdout).toContain('4 events, each follows the one before; the run is finished');
  const json = await run.verify('--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ events: 4, last: 'run-finished', isTorn: false, hasHead: true });
});

test('a changed line, and lines cut off the end, are named, and the status is 8', async () => {
  await using run = await openRun();
  const text = await readFile(run.journalFile, 'utf8');
  await writeFile(run.journalFile, text.replace('s002', 's009'));
  const edited = await run.verify();
  expect(edited.exitCode).toBe(8);
  expect(edited.stderr).toContain('line 2: event 2 was changed after it was written');
  await writeFile(run.journalFile, text.split('\n').slice(0, 3).join('\n').concat('\n'));
  const cut = await run.verify();
  expect(cut.exitCode).toBe(8);
  expect(cut.stderr).toContain('line 4: the journal ends after 3 of 4 events');
});

test('a part of a line that a killed process left is no damage; a run that does not exist is status 65', async () => {
  await using run = await openRun();
  await writeFile(run.journalFile, '{"seq":5', { flag: 'a' });
  const torn = await run.verify();
  expect(torn.exitCode).toBe(0);
  expect(torn.stderr).toContain('a part of a line');
  expect((await strictstep('journal', 'verify', 'run-b', '--state', 'nowhere')).exitCode).toBe(65);
});
