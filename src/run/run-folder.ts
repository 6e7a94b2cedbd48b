// Where a run keeps what it leaves: <state>/<run id>/ with plan.json, journal.jsonl, facts.json, evidence.json,
// report.html, closure.md, SHA256SUMS.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { prettyJson } from '../core/json.ts';
import type { Facts } from '../facts/types.ts';
import type { Plan } from '../plan/types.ts';

export type RunFolder = {
  readonly runId: string;
  readonly folder: string;
  readonly planFile: string;
  readonly journalFile: string;
  /** what the run found before its first step: the way back is planned from it */
  readonly factsFile: string;
  readonly evidenceFile: string;
  readonly reportFile: string;
  /** the packet with the result, as text for a ticket */
  readonly closureFile: string;
  readonly digestsFile: string;
  readonly lockFile: string;
};

/** One plan has one run: the same plan finds its journal again, whatever file it is read from. */
export const runIdOf = (plan: Plan): string => `run-${plan.hash.slice(0, 12)}`;

export function runFolderOf(state: string, runId: string): RunFolder {
  const folder = join(state, runId);
  return {
    runId,
    folder,
    planFile: join(folder, 'plan.json'),
    journalFile: join(folder, 'journal.jsonl'),
    factsFile: join(folder, 'facts.json'),
    evidenceFile: join(folder, 'evidence.json'),
    reportFile: join(folder, 'report.html'),
    closureFile: join(folder, 'closure.md'),
    digestsFile: join(folder, 'SHA256SUMS'),
    lockFile: join(state, 'lock.json'),
  };
}

export async function makeRunFolder(state: string, plan: Plan): Promise<RunFolder> {
  const folder = runFolderOf(state, runIdOf(plan));
  await mkdir(folder.folder, { recursive: true, mode: 0o700 });
  await writePrivate(folder.planFile, prettyJson(plan));
  return folder;
}

export const writePrivate = (file: string, text: string): Promise<void> => writeFile(file, text, { mode: 0o600 });

export const writeEvidence = (folder: RunFolder, evidence: Json): Promise<void> =>
  writePrivate(folder.evidenceFile, prettyJson(evidence));

/** @throws OperatorError INPUT_UNREADABLE when no step of the run was begun */
export async function readFactsBefore(folder: RunFolder): Promise<Facts> {
  const text = await readIfThere(folder.factsFile);
  if (text !== undefined) return JSON.parse(text) as Facts;
  const hint =
    'A run that has begun a step keeps facts.json beside its journal; without it there is nothing to compare with.';
  throw new OperatorError('INPUT_UNREADABLE', `run ${folder.runId} has no ${folder.factsFile}`, { hint });
}

/** undefined: there is none */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Run ids below a state folder, sorted. */
export async function listRuns(state: string): Promise<readonly string[]> {
  const names = await readdir(state).catch(() => []);
  return names.filter((name) => name.startsWith('run-')).toSorted((a, b) => (a < b ? -1 : 1));
}
