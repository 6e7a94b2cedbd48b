// The packet of a plan or the report of a run as one self-contained page: no network, prints to paper, works without script.
import { matrixBody } from './html/matrix-section.ts';
import { renderPage, type Section } from './html/page.ts';
import { pictureBody } from './html/picture-section.ts';
import { resultBody } from './html/result-section.ts';
import { stepsBody } from './html/steps-section.ts';
import { summaryBody } from './html/summary-section.ts';
import { annexBody, backoutBody, communicationBody, itemsBody, limitsBody, testsBody } from './html/table-sections.ts';
import { html, type Markup } from './html-text.ts';
import { makePacket, type Packet } from './packet/packet.ts';
import { pictureOf } from './picture/picture.ts';
import { plannedTimeline } from './timeline/lanes.ts';
import { timelineSvg } from './timeline/svg.ts';
import type { RunReport } from './types.ts';

export function renderReportHtml(report: RunReport): string {
  const { plan, status } = report;
  const kind = status === 'not-started' ? 'Plan' : 'Run';
  const title = `${kind}: ${plan.playbook.name} on ${plan.confirm || 'nothing'}`;
  const [tone, word] = STATUS[status];
  const head = html`<h1>${title} <span class="badge ${tone}">${word}</span></h1>
    <p class="soft">Change packet for approval and for the record. Plan <code>${plan.hash.slice(0, 12)}</code></p>`;
  return renderPage(title, head, sectionsOf(report, makePacket(report)));
}

const STATUS = {
  done: ['good', 'done'],
  held: ['wait', 'held'],
  failed: ['bad', 'stopped by a failure'],
  running: ['wait', 'not finished'],
  'not-started': ['wait', 'not started'],
} as const;

function sectionsOf(report: RunReport, packet: Packet): readonly Section[] {
  const { plan, evidence } = report;
  const { result } = packet;
  return [
    { id: 'summary', title: 'Summary', body: summaryBody(report, packet) },
    ...(result === undefined ? [] : [{ id: 'result', title: 'Result', body: resultBody(report, packet, result) }]),
    { id: 'picture', title: 'Picture', body: pictureBody(pictureOf(plan, evidence), packet.matrix.groups) },
    { id: 'timeline', title: 'Timeline', body: timelineBody(packet) },
    { id: 'items', title: 'Configuration items', body: itemsBody(packet) },
    { id: 'steps', title: 'Steps', body: stepsBody(packet) },
    { id: 'backout', title: 'Backout', body: backoutBody() },
    { id: 'tests', title: 'Test plan', body: testsBody(packet) },
    { id: 'proof', title: 'Compatibility proof', body: matrixBody(plan, packet.matrix) },
    { id: 'communication', title: 'Communication', body: communicationBody(packet) },
    { id: 'limits', title: 'Limits and assumptions', body: limitsBody(packet) },
    { id: 'annex', title: 'Annex', body: annexBody(plan) },
  ];
}

const timelineBody = ({ steps }: Packet): Markup =>
  html`<p>
      Expected times from the start. Dark: users are without the server. Light: only administration is interrupted.
      Grey: configuration is written, no process is touched.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Timeline of restarts and interruptions">
      ${timelineSvg(plannedTimeline(steps), 'Timeline of restarts and interruptions, as expected')}
    </div>`;
