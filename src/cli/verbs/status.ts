// strictstep status: where the runs stand, from their journals; contacts no host.
import type { RunReport } from '../../report/types.ts';
import { renderRunText } from '../../report/run-text.ts';
import { listRuns, runFolderOf } from '../../run/run-folder.ts';
import { writeJson, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { loadReport } from '../reports.ts';

export async function status(run: string | undefined, flags: GlobalFlags & { readonly state: string }): Promise<void> {
  if (run !== undefined) {
    const report = await loadReport(runFolderOf(flags.state, run));
    return flags.json ? writeJson(summaryOf(run, report)) : writeResult(renderRunText(report));
  }
  const names = await listRuns(flags.state);
  const runs = await Promise.all(
    names.map(async (name) => summaryOf(name, await loadReport(runFolderOf(flags.state, name)))),
  );
  if (flags.json) return writeJson({ schema: 1, runs });
  if (runs.length === 0) return writeResult(`no runs in ${flags.state}`);
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
