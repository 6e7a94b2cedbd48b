// strictstep demo: the whole Sametime migration on the embedded lab, with the code paths that production uses.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { prettyJson } from '../../core/json.ts';
import { renderPlanHead } from '../../report/plan-text.ts';
import { renderReportHtml } from '../../report/html.ts';
import { renderRunText } from '../../report/run-text.ts';
import type { RunFolder } from '../../run/run-folder.ts';
import { loadInputs } from '../inputs.ts';
import { awaiting } from '../heartbeat.ts';
import { startLab, type LabProcess } from '../lab-process.ts';
import { writeJson, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { loadReport } from '../reports.ts';
import { applyShown } from './apply.ts';
import { planFrom, refusal } from '../make-plan.ts';

export async function demo({ out, json }: GlobalFlags & { readonly out: string }): Promise<void> {
  const folder = resolve(out);
  const labFolder = join(folder, 'lab');
  await mkdir(folder, { recursive: true });
  writeNote(`starting a simulated Sametime cell in ${labFolder}`);
  await using lab = await ready(labFolder);
  const inputs = await loadInputs(lab.inventoryFile, 'sametime-tls12', new Date());
  const { plan } = await planFrom(inputs);
  await writeFile(join(folder, 'plan.json'), prettyJson(plan));
  if (!plan.proof.safe) throw refusal(plan);
  if (plan.steps.length === 0) {
    if (json) {
      writeJson({ type: 'version', schema: 1, plan: plan.hash });
      writeJson({ type: 'result', status: 'done', applied: 0, changes: 0 });
    } else writeResult(`no changes: the cell in ${labFolder} is as the playbook wants it\n`);
    return;
  }
  if (!json) writeNote(renderPlanHead(plan));
  const { run } = await applyShown(plan, inputs, { json, state: join(folder, 'runs') });
  await keep(run, folder);
  if (!json)
    writeResult(
      `${renderRunText(await loadReport(run))}\nreport: ${relative(process.cwd(), join(folder, 'report.html'))}\n`,
    );
}

async function ready(labFolder: string): Promise<LabProcess> {
  using _start = awaiting('the lab to be ready');
  return await startLab(labFolder);
}

/** The latest run's papers under fixed names. */
async function keep(run: RunFolder, folder: string): Promise<void> {
  await copyFile(run.journalFile, join(folder, 'journal.jsonl'));
  await writeFile(join(folder, 'report.html'), renderReportHtml(await loadReport(run)));
}
