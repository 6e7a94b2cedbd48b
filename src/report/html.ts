// The report of a plan or a run as one self-contained page: no script, no network, prints to paper.
import { readFileSync } from 'node:fs';
import type { Plan } from '../plan/types.ts';
import { countsOf } from './counts.ts';
import { renderDuration } from './duration.ts';
import { textOf } from './event-data.ts';
import { evidenceSections } from './html-evidence.ts';
import { stepsSection } from './html-steps.ts';
import { html, type Markup } from './html-text.ts';
import type { RunReport } from './types.ts';

const STYLE = readFileSync(new URL('../../templates/report/report.css', import.meta.url), 'utf8');

export function renderReportHtml(report: RunReport): string {
  const { plan, evidence } = report;
  const title = `${report.status === 'not-started' ? 'Plan' : 'Run'}: ${plan.playbook.name} on ${plan.confirm || 'nothing'}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${{ markup: STYLE }}
        </style>
      </head>
      <body>
        <main>
          <h1>${title} ${statusBadge(report)}</h1>
          <p class="soft">${period(report)}Plan hash <code>${plan.hash}</code></p>
          ${cards(report)} ${failure(report)} ${proofSection(plan)}
          ${evidence === undefined ? html`` : evidenceSections(evidence)} ${stepsSection(report)}
          <h2>What this page does not say</h2>
          <p>
            Times are expected times until a run has measured them. The links are computed from files, key stores and
            hellos that were read; what a program does beyond TLS is not part of it. Facts about WebSphere that were not
            verified on a real installation are listed in the documentation.
          </p>
        </main>
      </body>
    </html> `;
  return page.markup;
}

const STATUS = {
  done: ['good', 'done'],
  held: ['wait', 'held'],
  failed: ['bad', 'stopped by a failure'],
  running: ['wait', 'not finished'],
  'not-started': ['wait', 'not started'],
} as const;

function statusBadge({ status }: RunReport): Markup {
  const [tone, word] = STATUS[status];
  return html`<span class="badge ${tone}">${word}</span>`;
}

function period({ events }: RunReport): Markup {
  const [first, last] = [events[0], events.at(-1)];
  return first === undefined || last === undefined ? html`` : html`${first.at} to ${last.at} (UTC). `;
}

function cards(report: RunReport): Markup {
  const { plan } = report;
  const counts = countsOf(report);
  const start = plan.states[0]?.links.length ?? 0;
  const isRun = report.status !== 'not-started';
  const items: readonly (readonly [string, string])[] = [
    [
      isRun ? `${counts.applied + counts.already} of ${plan.steps.length}` : String(plan.steps.length),
      isRun ? 'steps done' : 'steps',
    ],
    [String(plan.summary.changes), 'changes'],
    [String(plan.summary.restarts.reduce((sum, { times }) => sum + times, 0)), 'server restarts, one at a time'],
    [`${start} x ${plan.states.length}`, 'links x states proved'],
    ...(isRun
      ? [[`${counts.healthPassed} of ${counts.healthPassed + counts.healthOther}`, 'health checks passed'] as const]
      : []),
    [renderDuration(plan.summary.outageSeconds), 'expected to be noticed by users'],
  ];
  return html`<div class="cards">
    ${items.map(([value, label]) => html`<div class="card"><b>${value}</b>${label}</div>`)}
  </div>`;
}

function failure({ events, status }: RunReport): Markup {
  const failed = status === 'failed' ? events.findLast(({ type }) => type === 'step-failed') : undefined;
  if (failed === undefined) return html``;
  return html`<p><span class="badge bad">stopped at ${failed.step ?? ''}</span> ${textOf(failed.data, 'message')}</p>`;
}

function proofSection({ proof, states }: Plan): Markup {
  if (proof.safe) {
    return html`<h2>Connectivity proof</h2>
      <p>
        <span class="badge good">safe</span> Every required link keeps a protocol and a trusted certificate in common in
        each of the ${states.length} states between the steps, or one of its ends is stopped as planned.
      </p>`;
  }
  return html`<h2>Connectivity proof</h2>
    <p><span class="badge bad">not safe</span></p>
    <ul>
      ${proof.counterexamples.map(({ explanation }) => html`<li>${explanation}</li>`)}
    </ul>`;
}
