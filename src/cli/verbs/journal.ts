// strictstep journal verify: is the record of a run whole and unchanged? Reads files here, contacts no host.
import { readFile } from 'node:fs/promises';
import { OperatorError } from '../../core/errors.ts';
import { compareHead, readHead } from '../../journal/head.ts';
import { readJournal } from '../../journal/read.ts';
import { isFinished } from '../../journal/replay.ts';
import { expectRun } from '../../run/control.ts';
import { runFolderOf } from '../../run/run-folder.ts';
import { writeJson, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';

export async function journalVerify(
  runId: string,
  { state, json }: GlobalFlags & { readonly state: string },
): Promise<void> {
  const run = runFolderOf(state, runId);
  await expectRun(run);
  const { journalFile } = run;
  const head = await readHead(journalFile);
  const { events, problem } = compareHead(readJournal(await readText(journalFile)), head);
  // What a crash cut off in the middle of a line is put aside by the next start; nothing that was announced is lost.
  const isTorn = problem?.kind === 'incomplete-line';
  if (problem !== undefined && !isTorn) {
    const hint = `The ${events.length} events before it are as they were written. Keep the file as evidence.`;
    throw new OperatorError('JOURNAL_BROKEN', `journal ${journalFile}: line ${problem.line}: ${problem.what}`, {
      hint,
    });
  }
  const last = events.at(-1);
  const result = {
    schema: 1,
    run: runId,
    events: events.length,
    last: last?.type ?? null,
    isTorn,
    hasHead: head !== undefined,
  };
  if (json) return writeJson(result);
  const end = isFinished(events) ? 'the run is finished' : `the last is ${last?.type ?? 'none'}`;
  writeResult(`${journalFile}: ${events.length} events, each follows the one before; ${end}`);
  if (isTorn) writeNote('after them stands a part of a line, as a process leaves it that is killed while it writes');
  if (head === undefined) writeNote('its length was not written down, so lines missing at its end cannot be seen');
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new OperatorError('INPUT_UNREADABLE', `${file} cannot be read`, {
      hint: 'A run that has not begun a step has no journal.',
      cause,
    });
  }
}
