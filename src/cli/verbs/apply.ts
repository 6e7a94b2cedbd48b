// strictstep apply: execute exactly this plan, or go on with it.
import type { WindowWatch } from '../../approval/index.ts';
import { CENSUS_FOLDER, censusIn } from '../../census/evidence.ts';
import { EXIT, OperatorError } from '../../core/errors.ts';
import { loadPlan } from '../../plan/load.ts';
import type { Plan } from '../../plan/types.ts';
import { renderRunText } from '../../report/run-text.ts';
import type { RunReport } from '../../report/types.ts';
import { applyPlan, type ApplyOutcome } from '../../run/apply.ts';
import type { RunEvent } from '../../run/events.ts';
import { runIdOf } from '../../run/run-folder.ts';
import { openAnnounced } from '../announced-world.ts';
import { expectConfirmation } from '../confirm.ts';
import { loadInputs, type Inputs } from '../inputs.ts';
import { openEvents } from '../events.ts';
import { expectApprovals, expectWindow, keepApprovals, repeatedFlags } from '../gates.ts';
import type { ApprovalFlags, WindowFlags } from '../gates.ts';
import { writeJson, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { loadReport, writeReportFiles } from '../reports.ts';
import { watchSignals } from '../signals.ts';

type ApplyFlags = GlobalFlags &
  ApprovalFlags &
  WindowFlags & {
    readonly state: string;
    readonly confirm?: string;
    readonly census?: string;
    readonly parallelGroups?: string;
  };

export async function apply(file: string, flags: ApplyFlags): Promise<void> {
  const parallelGroups = parseGroups(flags.parallelGroups);
  const plan = await loadPlan(file);
  if (plan.steps.length === 0) return finishEmpty(plan, flags);
  const verdict = await expectApprovals(plan, file, flags);
  const watch = await expectWindow(plan, flags.state, flags);
  await expectConfirmation(plan, flags);
  const inputs = await loadInputs(plan.inventory.file, plan.playbook.file, new Date(), flags.input);
  await keepApprovals(flags.state, plan, verdict);
  const outcome = await applyShown(plan, inputs, { ...flags, parallelGroups }, watch);
  if (outcome.status === 'held') {
    process.exitCode ??= EXIT.held; // a signal has set its own status
    const because = watch?.heldBecause();
    if (because !== undefined) writeNote(`the change window: ${because}`);
    const again = `npx strictstep apply ${file} --state ${flags.state} --confirm ${plan.confirm}${repeatedFlags(flags, because === undefined)}${parallelGroups === 1 ? '' : ` --parallel-groups ${parallelGroups}`}`;
    writeNote(`held; to go on${because === undefined ? '' : ', with the times of a later window'}: ${again}`);
    return;
  }
  if (!flags.json) writeResult(renderRunText(outcome.report ?? (await loadReport(outcome.run))));
  writeNote(`report: ${outcome.run.reportFile}`);
}

/** With progress, signals and the report at the end, whatever the end is. */
export async function applyShown(
  plan: Plan,
  inputs: Inputs,
  flags: {
    readonly json: boolean;
    readonly state: string;
    readonly census?: string;
    /** absent: 1 */
    readonly parallelGroups?: number;
  },
  watch?: WindowWatch,
): Promise<ApplyOutcome & { readonly report: RunReport | undefined }> {
  let note = writeNote;
  const signals = watchSignals((text) => note(text));
  const { inventory, playbook, certificates, logins } = inputs;
  const world = await openAnnounced('changing', {
    inventory,
    certificates,
    logins,
    signal: signals.abort,
    census: censusIn(flags.census ?? CENSUS_FOLDER, () => new Date()),
  });
  // From here on the terminal is the progress's.
  const events = openEvents(plan, flags.json, flags.parallelGroups);
  note = events.note;
  let outcome: ApplyOutcome;
  let report: RunReport | undefined;
  try {
    outcome = await applyPlan({
      plan,
      inventory,
      playbook,
      certificates: [...certificates.values()].map(({ facts }) => facts),
      world,
      state: flags.state,
      ...(flags.parallelGroups === undefined ? {} : { parallelGroups: flags.parallelGroups }),
      now: () => new Date(),
      emit(event) {
        if (event.type === 'step-finished') watch?.stepFinished(event.step.id);
        if (event.type === 'paused') events.note(pausedLine(event, plan, flags.state));
        events.emit(event);
      },
      isHoldRequested: () => signals.isHoldRequested() || watch?.isHoldRequested() === true,
    });
    await events.end({
      type: 'result',
      status: outcome.status,
      applied: outcome.applied,
      already: outcome.already,
      run: outcome.run.runId,
    });
  } catch (error) {
    await events.end({ type: 'result', status: 'failed', code: error instanceof OperatorError ? error.code : 'BUG' });
    throw error;
  } finally {
    signals.stop();
    [report] = await Promise.all([writeReportFiles(flags.state, plan), world.close()]);
  }
  return { ...outcome, report };
}

/** @throws OperatorError USAGE */
function parseGroups(text = '1'): number {
  if (/^[1-9][0-9]{0,2}$/u.test(text)) return Number(text);
  throw new OperatorError('USAGE', `--parallel-groups ${text} is not a whole number from 1 to 999`, {
    hint: 'Write for instance --parallel-groups 4; without the flag one step is made after the other.',
  });
}

const pausedLine = (
  { who, reason }: Extract<RunEvent, { readonly type: 'paused' }>,
  plan: Plan,
  state: string,
): string =>
  `paused by ${who}${reason === '' ? '' : `: ${reason}`}; strictstep resume ${runIdOf(plan)} --state ${state} lets it go on`;

function finishEmpty(plan: Plan, flags: ApplyFlags): void {
  if (flags.json) {
    writeJson({ type: 'version', schema: 1, plan: plan.hash });
    writeJson({ type: 'result', status: 'done', applied: 0, already: 0, plan: plan.hash });
  } else writeResult('no changes: everything is as the playbook wants it');
}
