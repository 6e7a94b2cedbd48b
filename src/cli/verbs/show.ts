// strictstep show: a plan, or the report of a run, in the form asked for.
import { existsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { OperatorError } from '../../core/errors.ts';
import { prettyJson } from '../../core/json.ts';
import { loadPlan } from '../../plan/load.ts';
import type { Plan } from '../../plan/types.ts';
import { renderReportHtml } from '../../report/html.ts';
import { renderPlanMarkdown } from '../../report/plan-markdown.ts';
import { renderPlanText } from '../../report/plan-text.ts';
import { renderRunText } from '../../report/run-text.ts';
import { renderStepsCsv, renderWsadminScript } from '../../report/scripts.ts';
import type { RunReport } from '../../report/types.ts';
import { runFolderOf } from '../../run/run-folder.ts';
import { writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { loadReport } from '../reports.ts';

export async function show(file: string, flags: GlobalFlags & { readonly format: string }): Promise<void> {
  const format = flags.json ? 'json' : flags.format;
  if (existsSync(file) && statSync(file).isDirectory()) {
    const report = await loadReport(runFolderOf(dirname(file), basename(file)));
    return writeResult(renderRun(report, format));
  }
  return writeResult(renderPlan(await loadPlan(file), format));
}

function renderPlan(plan: Plan, format: string): string {
  switch (format) {
    case 'json':
      return prettyJson(plan);
    case 'md':
      return renderPlanMarkdown(plan);
    case 'html':
      return renderReportHtml({ plan, events: [], status: 'not-started', evidence: undefined });
    case 'wsadmin':
      return renderWsadminScript(plan);
    case 'csv':
      return renderStepsCsv(plan);
    default:
      return renderPlanText(plan);
  }
}

function renderRun(report: RunReport, format: string): string {
  switch (format) {
    case 'json':
      return prettyJson({
        status: report.status,
        events: report.events,
        evidence: report.evidence ?? null,
        plan: report.plan.hash,
      });
    case 'html':
      return renderReportHtml(report);
    case 'text':
      return renderRunText(report);
    default:
      throw new OperatorError('USAGE', `a run has no form ${format}`, {
        hint: 'A run is shown as text, html or json; the others are for plans.',
      });
  }
}
