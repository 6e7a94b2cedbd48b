// strictstep show: a plan, or the report of a run, in the form asked for.
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { loadPlan } from '../../plan/load.ts';
import { renderChangeRequest } from '../../report/change-request.ts';
import { renderReportHtml } from '../../report/html.ts';
import { renderPacketMarkdown } from '../../report/plan-markdown.ts';
import { renderPlanText } from '../../report/plan-text.ts';
import { renderRunText } from '../../report/run-text.ts';
import { renderStepsCsv, renderWsadminScript } from '../../report/scripts.ts';
import type { RunReport } from '../../report/types.ts';
import { runFolderOf } from '../../run/run-folder.ts';
import { writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { loadReport } from '../reports.ts';

export async function show(file: string, flags: GlobalFlags & { readonly format: string }): Promise<void> {
  writeResult(render(await load(file), flags.json ? 'json' : flags.format));
}

/** A folder is a run, a file is a plan. */
async function load(file: string): Promise<RunReport> {
  if (existsSync(file) && statSync(file).isDirectory()) {
    const folder = resolve(file);
    return await loadReport(runFolderOf(dirname(folder), basename(folder)));
  }
  return { plan: await loadPlan(file), events: [], status: 'not-started', evidence: undefined };
}

function render(report: RunReport, format: string): string {
  switch (format) {
    case 'json':
      return renderChangeRequest(report);
    case 'md':
      return renderPacketMarkdown(report);
    case 'html':
      return renderReportHtml(report);
    case 'wsadmin':
      return renderWsadminScript(report.plan);
    case 'csv':
      return renderStepsCsv(report);
    default:
      return report.status === 'not-started' ? renderPlanText(report.plan) : renderRunText(report);
  }
}
