// The gates before a run that its flags ask for: approvals of N people, and a change window.
import { join } from 'node:path';
import {
  checkIdentity,
  judgeApprovals,
  missingApprovals,
  needOf,
  openWindowWatch,
  parseWindow,
  windowLine,
  type WindowWatch,
} from '../approval/index.ts';
import type { Verdict } from '../approval/types.ts';
import { OperatorError } from '../core/errors.ts';
import { prettyJson } from '../core/json.ts';
import { readJournal } from '../journal/read.ts';
import { stepsOf } from '../journal/replay.ts';
import type { Plan } from '../plan/types.ts';
import { makeRunFolder, readIfThere, runFolderOf, runIdOf, writePrivate } from '../run/run-folder.ts';
import { writeNote } from './output.ts';

export type ApprovalFlags = {
  readonly approvals?: string;
  readonly allowedSigners?: string;
  readonly planner?: string;
};

export type WindowFlags = { readonly windowFrom?: string; readonly windowUntil?: string };

type Required = { readonly count: number; readonly allowedSigners: string; readonly planner: string | undefined };

/** undefined: no approvals are asked for. `--allowed-signers` alone asks for one.
 * @throws OperatorError USAGE */
export function requiredApprovals({ approvals, allowedSigners, planner }: ApprovalFlags): Required | undefined {
  if (approvals === undefined && allowedSigners === undefined && planner === undefined) return undefined;
  if (allowedSigners === undefined) {
    const hint = 'Give --allowed-signers FILE: who may approve, in the form of ssh-keygen -Y verify.';
    throw new OperatorError('USAGE', 'missing answer: --allowed-signers', { hint });
  }
  const count = approvals ?? '1';
  if (!/^[1-9]\d?$/.test(count)) {
    const hint = 'Give the number of people who must have approved, 1 to 99.';
    throw new OperatorError('USAGE', `--approvals: ${JSON.stringify(count)} is not a number of people`, { hint });
  }
  if (planner !== undefined) checkIdentity(planner, '--planner');
  return { count: Number(count), allowedSigners, planner };
}

/** undefined: none were asked for
 * @throws OperatorError APPROVAL_MISSING, APPROVAL_INVALID and what judgeApprovals throws */
export async function expectApprovals(
  plan: Plan,
  planFile: string,
  flags: ApprovalFlags,
): Promise<Verdict | undefined> {
  const required = requiredApprovals(flags);
  if (required === undefined) return undefined;
  const { count, allowedSigners, planner } = required;
  const verdict = await judgeApprovals({ plan, planFile, allowedSigners, planner, now: new Date() });
  const missing = missingApprovals(verdict, count, planFile);
  if (missing !== undefined) throw missing;
  writeNote(
    `approved by ${verdict.approvals.map(({ identity, expires }) => `${identity} (until ${expires})`).join(', ')}`,
  );
  if (planner === undefined) writeNote('no --planner was given, so nobody was left out as the planner');
  return verdict;
}

/** What a run was allowed by, beside its journal. */
export async function keepApprovals(state: string, plan: Plan, verdict: Verdict | undefined): Promise<void> {
  if (verdict === undefined) return;
  const run = await makeRunFolder(state, plan);
  await writePrivate(join(run.folder, 'approvals.json'), prettyJson({ schema: 1, ...verdict }));
}

/** undefined: no window was given
 * @throws OperatorError USAGE, WINDOW_CLOSED */
export async function expectWindow(plan: Plan, state: string, flags: WindowFlags): Promise<WindowWatch | undefined> {
  const window = parseWindow(flags);
  if (window.from === undefined && window.until === undefined) return undefined;
  const { events } = readJournal((await readIfThere(runFolderOf(state, runIdOf(plan)).journalFile)) ?? '');
  const finished = [...stepsOf(events)].flatMap(([id, record]) => (record === 'finished' ? [id] : []));
  const watch = openWindowWatch(plan, window, finished, () => new Date());
  const line = windowLine(
    window,
    needOf(plan, (id) => finished.includes(id)),
  );
  if (line !== undefined) writeNote(line);
  return watch;
}

/** The same flags once more, for the command that goes on.
 * @param isSameWindow false: another window is needed */
export function repeatedFlags(flags: ApprovalFlags & WindowFlags, isSameWindow: boolean): string {
  const { approvals, allowedSigners, planner, windowFrom, windowUntil } = flags;
  const given = {
    '--approvals': approvals,
    '--allowed-signers': allowedSigners,
    '--planner': planner,
    ...(isSameWindow ? { '--window-from': windowFrom, '--window-until': windowUntil } : {}),
  };
  return Object.entries(given)
    .map(([flag, value]) => (value === undefined ? '' : ` ${flag} ${value}`))
    .join('');
}
