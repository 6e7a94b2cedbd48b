// After a run: predicted against actual, measured times, and the evidence.
import { html, table, type Markup } from '../html-text.ts';
import { renderDuration } from '../duration.ts';
import { evidenceSections } from '../html-evidence.ts';
import type { Packet } from '../packet/packet.ts';
import { measuredTimeline } from '../timeline/lanes.ts';
import type { Closing } from '../packet/closing.ts';
import { timelineSvg } from '../timeline/svg.ts';
import type { RunReport } from '../types.ts';

export function resultBody(report: RunReport, { steps }: Packet, result: NonNullable<Packet['result']>): Markup {
  const { compared, deviations, notChecked } = result.comparison;
  const [first, last] = [report.events[0]?.at ?? 'unknown', report.events.at(-1)?.at ?? 'unknown'];
  const isClean = deviations.length === 0;
  return html`<p>From ${first} to ${last} (UTC).</p>
    <h3>Predicted against actual</h3>
    <p>
      <span class="badge ${isClean ? 'good' : 'wait'}"
        >${deviations.length === 1 ? '1 deviation' : `${deviations.length} deviations`}</span
      >
      Compared: ${compared.steps} steps with what was read back, ${compared.ports} ports with what their last check
      wanted, ${compared.links} links with those computed from facts that were read anew.
    </p>
    ${
      isClean
        ? html``
        : table(
            'Deviations',
            [
              { title: 'where', cell: ({ where }) => html`${where}` },
              { title: 'predicted', cell: ({ predicted }) => html`${predicted}` },
              { title: 'actual', cell: ({ actual }) => html`${actual}` },
            ],
            deviations,
          )
    }
    ${
      notChecked.length === 0
        ? html``
        : table(
            'Not checked: the prediction is unknowable from outside, so nothing here confirms it',
            [
              { title: 'where', cell: ({ where }) => html`${where}` },
              { title: 'predicted', cell: ({ predicted }) => html`${predicted}` },
              { title: 'why not', cell: ({ because }) => html`${because}` },
            ],
            notChecked,
          )
    }
    <h3>Measured times</h3>
    <div class="scroll" tabindex="0" role="region" aria-label="Timeline of the run">
      ${timelineSvg(measuredTimeline(steps, result.steps), 'Timeline of the run, as measured')}
    </div>
    <details>
      <summary>Expected and measured, step by step</summary>
      ${timesTable(result)}
    </details>
    ${
      report.evidence === undefined
        ? html`<p>No evidence was written: the run has not come to its end.</p>`
        : evidenceSections(report.evidence)
    }
    ${closingMarkup(result.closing)}`;
}

const closingMarkup = ({ closeCode, evidence, review }: Closing): Markup =>
  html`<h3>Closing</h3>
    <p>Close code: ${closeCode ?? 'none, the run has not come to its end'}.</p>
    ${table(
      'Evidence, in the folder of the run',
      [
        { title: 'file', cell: ({ file }) => html`<code>${file}</code>` },
        { title: 'what', cell: ({ what }) => html`${what}` },
      ],
      evidence,
    )}
    ${table(
      'Review',
      [
        { title: 'question', cell: ({ question }) => html`${question}` },
        { title: 'answer', cell: ({ answer }) => html`${answer === '' ? '[to be answered by people]' : answer}` },
      ],
      review,
    )}`;

const timesTable = ({ steps }: NonNullable<Packet['result']>): Markup =>
  table(
    'Times from the journal (UTC)',
    [
      { title: 'step', cell: ({ step }) => html`${step.id}` },
      { title: 'outcome', cell: ({ verdict }) => html`${verdict}` },
      { title: 'began', cell: ({ began }) => html`${began}` },
      { title: 'ended', cell: ({ ended }) => html`${ended}` },
      { title: 'expected', cell: ({ step }) => html`${renderDuration(step.expectedSeconds)}` },
      { title: 'took', cell: ({ seconds }) => html`${seconds === null ? '' : `${seconds.toFixed(1)} s`}` },
    ],
    steps,
  );
