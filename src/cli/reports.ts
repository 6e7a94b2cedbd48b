// A run's folder -> the value that reports are rendered from, and the files beside the journal that people take away.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RunReport } from '../report/types.ts';
import { renderReportHtml } from '../report/html.ts';
import { renderPacketMarkdown } from '../report/plan-markdown.ts';
import { readJournal } from '../journal/read.ts';
import { parsePlan } from '../plan/load.ts';
import type { Plan } from '../plan/types.ts';
import { readIfThere, runFolderOf, runIdOf, writePrivate, type RunFolder } from '../run/run-folder.ts';
import { OperatorError } from '../core/errors.ts';
import type { JournalEvent } from '../journal/types.ts';

/** @throws OperatorError INPUT_UNREADABLE when there is no such run */
export async function loadReport(run: RunFolder): Promise<RunReport> {
  const planText = await readIfThere(run.planFile);
  if (planText === undefined) {
    const hint = 'List the runs with strictstep status.';
    throw new OperatorError('INPUT_UNREADABLE', `there is no run in ${run.folder}`, { hint });
  }
  const { events, problem } = readJournal((await readIfThere(run.journalFile)) ?? '');
  // A line that a crash cut off belongs to the story; a chain that does not hold makes the whole report worthless.
  if (problem?.kind === 'broken') {
    const hint = 'Keep the file as evidence; a report made from it would not be one.';
    throw new OperatorError('JOURNAL_BROKEN', `journal ${run.journalFile}, line ${problem.line}: ${problem.what}`, {
      hint,
    });
  }
  const evidence = await readIfThere(run.evidenceFile);
  return {
    plan: parsePlan(planText, run.planFile),
    events,
    status: statusOf(events),
    evidence: evidence === undefined ? undefined : (JSON.parse(evidence) as NonNullable<RunReport['evidence']>),
  };
}

const STATUS = { 'run-finished': 'done', 'run-held': 'held', 'run-failed': 'failed', 'step-failed': 'failed' } as const;

function statusOf(events: readonly JournalEvent[]): RunReport['status'] {
  const last = events.at(-1)?.type;
  if (last === undefined) return 'not-started';
  return last in STATUS ? STATUS[last as keyof typeof STATUS] : 'running';
}

/** What a change ticket is closed with, and a list of digests of all that the run left, for `sha256sum -c`.
 * @returns what they were made from; undefined when the run has not begun */
export async function writeReportFiles(state: string, plan: Plan): Promise<RunReport | undefined> {
  const run = runFolderOf(state, runIdOf(plan));
  if ((await readIfThere(run.planFile)) === undefined) return undefined;
  const report = await loadReport(run);
  await writePrivate(run.reportFile, renderReportHtml(report));
  await writePrivate(run.closureFile, renderPacketMarkdown(report));
  await writePrivate(run.digestsFile, await digestsOf(run));
  return report;
}

async function digestsOf({ folder, digestsFile }: RunFolder): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.flatMap((entry) =>
    entry.isFile() && entry.name !== basename(digestsFile) ? [entry.name] : [],
  );
  const lines = await Promise.all(
    names.toSorted().map(async (name) => {
      const digest = createHash('sha256').update(await readFile(join(folder, name)));
      return `${digest.digest('hex')}  ${name}\n`;
    }),
  );
  return lines.join('');
}
