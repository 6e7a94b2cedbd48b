// strictstep status: where the runs stand, from their journals; contacts no host.
import { EXIT, OperatorError } from '../../core/errors.ts';
import { overdueOf, overdueText, type Overdue } from '../../report/overdue.ts';
import type { RunReport } from '../../report/types.ts';
import { renderRunText } from '../../report/run-text.ts';
import { listRuns, runFolderOf } from '../../run/run-folder.ts';
import { writeJson, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { loadReport } from '../reports.ts';

export type StatusFlags = GlobalFlags & {
  readonly state: string;
  readonly inventory?: string;
  readonly baseline?: string;
  readonly links: boolean;
};

export async function status(run: string | undefined, flags: StatusFlags): Promise<void> {
  const { inventory, baseline, links } = flags;
  if (inventory !== undefined && run === undefined)
    return await (await import('./status-ports.ts')).statusOfPorts(inventory, flags);
  if (inventory !== undefined || baseline !== undefined || links)
    throw new OperatorError('USAGE', '--inventory, --baseline and --links are about ports, not about a run', {
      hint: 'Write strictstep status --inventory FILE, with --baseline FILE if you have one.',
    });
  if (run !== undefined) {
    const report = await loadReport(runFolderOf(flags.state, run));
    if (flags.json) writeJson(summaryOf(run, report));
    else writeResult(renderRunText(report));
    return expectNothingOverdue(
      await overdueIn(flags.state).then((all) => all.filter((item) => item.run === run)),
      flags,
    );
  }
  const reports = await loadReports(flags.state);
  const overdue = overdueOf(reports, new Date());
  const runs = reports.map((report) => summaryOf(report.run, report));
  if (flags.json) writeJson({ schema: 1, runs, overdue: overdue.map((item) => ({ ...item })) });
  else writeList(runs, flags.state);
  expectNothingOverdue(overdue, flags);
}

type Named = RunReport & { readonly run: string };

const loadReports = async (state: string): Promise<readonly Named[]> =>
  Promise.all((await listRuns(state)).map(async (run) => ({ run, ...(await loadReport(runFolderOf(state, run))) })));

/** What one run made dynamic may be strict by another one of the same folder. */
const overdueIn = async (state: string): Promise<readonly Overdue[]> => overdueOf(await loadReports(state), new Date());

/** @throws OperatorError DYNAMIC_EXPIRED */
function expectNothingOverdue(overdue: readonly Overdue[], { json }: GlobalFlags): void {
  if (overdue.length === 0) return;
  if (json) {
    process.exitCode = EXIT.gate;
    return;
  }
  throw new OperatorError('DYNAMIC_EXPIRED', overdue.map(overdueText).join('; '), {
    hint: 'Go on with the playbook that ends the dynamic mode, or plan its dynamic phase anew with another expiry.',
  });
}

function writeList(runs: readonly ReturnType<typeof summaryOf>[], state: string): void {
  if (runs.length === 0) return writeResult(`no runs in ${state}`);
  writeResult(
    runs
      .map((item) => `${item.run}  ${item.status.padEnd(11)} ${item.finished}/${item.steps} steps  ${item.playbook}`)
      .join('\n'),
  );
}

const summaryOf = (run: string, { status: state, events, plan }: RunReport) => ({
  run,
  status: state,
  playbook: plan.playbook.name,
  confirm: plan.confirm,
  steps: plan.steps.length,
  finished: new Set(events.filter(({ type }) => type === 'step-finished').map(({ step }) => step)).size,
  since: events[0]?.at ?? null,
  last: events.at(-1)?.at ?? null,
});
