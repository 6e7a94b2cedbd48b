// The gates before a run: approvals of N people, and a change window. Flags ask for them, or else the inventory did when
// the plan was made.
import { join } from 'node:path';
import {
  checkIdentity,
  judgeApprovals,
  missingApprovals,
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
import { needOf } from '../plan/window.ts';
import { makeRunFolder, readIfThere, runFolderOf, runIdOf, writePrivate } from '../run/run-folder.ts';
import { writeNote } from './output.ts';

export type ApprovalFlags = {
  readonly approvals?: string;
  readonly allowedSigners?: string;
  readonly planner?: string;
};

export type WindowFlags = { readonly windowFrom?: string; readonly windowUntil?: string };

/** What the flags leave open is taken from the plan, which has it from its inventory. */
export function withPlanned<Flags extends ApprovalFlags & WindowFlags>(flags: Flags, plan: Plan): Flags {
  const { approval, window } = plan;
  return {
    ...(approval === undefined
      ? {}
      : { approvals: String(approval.required), allowedSigners: approval.allowedSigners }),
    ...(window === undefined ? {} : { windowFrom: window.start, windowUntil: window.end }),
    ...given(flags),
  };
}

/** A flag that was not given would otherwise hide the plan's value. */
const given = <Flags extends object>(flags: Flags): Flags =>
  Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)) as Flags;

/** Asking for less than the inventory does is allowed, but never silent. */
function noteOverrides({ approval, window }: Plan, flags: ApprovalFlags & WindowFlags): void {
  const pairs = [
    ['--approvals', flags.approvals, approval?.required.toString()],
    ['--allowed-signers', flags.allowedSigners, approval?.allowedSigners],
    ['--window-from', flags.windowFrom, window?.start],
    ['--window-until', flags.windowUntil, window?.end],
  ] as const;
  for (const [flag, value, planned] of pairs)
    if (value !== undefined && planned !== undefined && value !== planned)
      writeNote(`${flag} ${value} replaces ${planned} of the inventory`);
}

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
  flags: ApprovalFlags & WindowFlags,
): Promise<Verdict | undefined> {
  noteOverrides(plan, flags);
  const required = requiredApprovals(withPlanned(flags, plan));
  if (required === undefined) return undefined;
  const { count, allowedSigners, planner } = required;
  const longestMs = plan.approval?.expiresMs;
  const verdict = await judgeApprovals({ plan, planFile, allowedSigners, planner, longestMs, now: new Date() });
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
  const window = parseWindow(withPlanned(flags, plan));
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
