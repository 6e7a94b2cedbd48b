// strictstep approve: sign exactly this plan, or say who has. Contacts no host.
import {
  approvalsFolder,
  iso,
  judgeApprovals,
  lastSafeStart,
  missingApprovals,
  needOf,
  parseLifetime,
  parseWindow,
  renderVerdict,
  windowLine,
  writeApproval,
} from '../../approval/index.ts';
import type { ChangeWindow } from '../../approval/types.ts';
import { OperatorError } from '../../core/errors.ts';
import { loadPlan } from '../../plan/load.ts';
import type { Plan } from '../../plan/types.ts';
import { requiredApprovals, type ApprovalFlags, type WindowFlags } from '../gates.ts';
import { exitStatusOf, writeError, writeJson, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';

export type ApproveFlags = GlobalFlags &
  ApprovalFlags &
  WindowFlags & {
    readonly verify: boolean;
    readonly key?: string;
    readonly identity?: string;
    readonly expires: string;
  };

export async function approve(file: string, flags: ApproveFlags): Promise<void> {
  const window = parseWindow(flags);
  return await (flags.verify ? verify(file, flags, window) : sign(file, flags, window));
}

async function sign(file: string, flags: ApproveFlags, window: ChangeWindow): Promise<void> {
  const keyFile = given(flags.key, '--key');
  const identity = given(flags.identity, '--identity');
  const lifetimeMs = parseLifetime(flags.expires);
  const plan = await loadPlan(file);
  const approval = await writeApproval({ plan, planFile: file, keyFile, identity, now: new Date(), lifetimeMs });
  const path = `${approvalsFolder(file)}/${approval.file}`;
  if (flags.json) {
    writeJson({ schema: 1, plan: plan.hash, ...approval, file: path, lastSafeStart: safeStart(plan, window) });
    return;
  }
  const lines = [
    `${identity} approves the plan for ${plan.confirm || 'nothing'}: ${plan.summary.steps} steps, ${plan.summary.changes} changes`,
    `  plan ${plan.hash}`,
    `  until ${approval.expires}, key ${approval.key}`,
    `  ${path}`,
    ...windowLines(plan, window),
  ];
  writeResult(lines.join('\n'));
  writeNote(`next: npx strictstep approve --verify ${file} --allowed-signers FILE`);
}

async function verify(file: string, flags: ApproveFlags, window: ChangeWindow): Promise<void> {
  const { count, allowedSigners, planner } = requiredApprovals({
    ...flags,
    allowedSigners: given(flags.allowedSigners, '--allowed-signers'),
  }) ?? { count: 1, allowedSigners: '', planner: undefined };
  const plan = await loadPlan(file);
  const verdict = await judgeApprovals({ plan, planFile: file, allowedSigners, planner, now: new Date() });
  const missing = missingApprovals(verdict, count, file);
  if (flags.json) {
    const lastStart = safeStart(plan, window);
    writeJson({ schema: 1, ...verdict, required: count, enough: missing === undefined, lastSafeStart: lastStart });
  } else writeResult([renderVerdict(verdict, count).trimEnd(), ...windowLines(plan, window)].join('\n'));
  if (missing === undefined) return;
  // The result is on standard output already, and with --json it must stay the only document there.
  writeError(missing, false);
  process.exitCode = exitStatusOf(missing);
}

/** Of a run that has not begun. */
const windowLines = (plan: Plan, window: ChangeWindow): readonly string[] =>
  [
    windowLine(
      window,
      needOf(plan, () => false),
    ),
  ].flatMap((line) => (line === undefined ? [] : [line]));

function safeStart(plan: Plan, window: ChangeWindow): string | null {
  const last = lastSafeStart(
    window,
    needOf(plan, () => false),
  );
  return last === undefined ? null : iso(last);
}

function given(value: string | undefined, flag: string): string {
  if (value !== undefined && value !== '') return value;
  throw new OperatorError('USAGE', `missing answer: ${flag}`, { hint: `Give ${flag} on the command line.` });
}
