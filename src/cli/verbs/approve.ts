// strictstep approve: sign exactly this plan, or say who has. Contacts no host.
import {
  approvalsFolder,
  iso,
  judgeApprovals,
  missingApprovals,
  parseLifetime,
  parseWindow,
  renderVerdict,
  windowLine,
  writeApproval,
} from '../../approval/index.ts';
import type { ChangeWindow } from '../../approval/types.ts';
import { OperatorError } from '../../core/errors.ts';
import { renderLifetime } from '../../core/instant.ts';
import { loadPlan } from '../../plan/load.ts';
import type { Plan } from '../../plan/types.ts';
import { lastSafeStart, needOf } from '../../plan/window.ts';
import { requiredApprovals, withPlanned, type ApprovalFlags, type WindowFlags } from '../gates.ts';
import { exitStatusOf, writeError, writeJson, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';

export type ApproveFlags = GlobalFlags &
  ApprovalFlags &
  WindowFlags & {
    readonly verify: boolean;
    readonly key?: string;
    readonly identity?: string;
    /** default: as long as the inventory lets it count, else 7 days */
    readonly expires?: string;
  };

export async function approve(file: string, flags: ApproveFlags): Promise<void> {
  parseWindow(flags);
  return await (flags.verify ? verify(file, flags) : sign(file, flags));
}

const WEEK_MS = 7 * 86_400_000;

/** @throws OperatorError USAGE: it would not count for so long */
function lifetimeFor({ approval }: Plan, asked: number | undefined): number {
  const longest = approval?.expiresMs;
  if (asked === undefined || longest === undefined || asked <= longest) return asked ?? longest ?? WEEK_MS;
  const message = `--expires: an approval of this plan counts for at most ${renderLifetime(longest)}`;
  throw new OperatorError('USAGE', message, {
    hint: 'Leave it out, or give a shorter time; the inventory sets the limit.',
  });
}

async function sign(file: string, flags: ApproveFlags): Promise<void> {
  const keyFile = given(flags.key, '--key');
  const identity = given(flags.identity, '--identity');
  const asked = flags.expires === undefined ? undefined : parseLifetime(flags.expires);
  const plan = await loadPlan(file);
  const lifetimeMs = lifetimeFor(plan, asked);
  const window = parseWindow(withPlanned(flags, plan));
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

async function verify(file: string, flags: ApproveFlags): Promise<void> {
  const plan = await loadPlan(file);
  const all = withPlanned(flags, plan);
  const window = parseWindow(all);
  const { count, allowedSigners, planner } = requiredApprovals({
    ...all,
    allowedSigners: given(all.allowedSigners, '--allowed-signers'),
  }) ?? { count: 1, allowedSigners: '', planner: undefined };
  const longestMs = plan.approval?.expiresMs;
  const verdict = await judgeApprovals({ plan, planFile: file, allowedSigners, planner, longestMs, now: new Date() });
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
