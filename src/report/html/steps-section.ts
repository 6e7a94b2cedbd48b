// The numbered steps. The line of a step is always visible; what it does exactly opens below it, and is open on paper.
import type { Step } from '../../plan/types.ts';
import { renderDuration } from '../duration.ts';
import { html, type Markup } from '../html-text.ts';
import type { Packet } from '../packet/packet.ts';
import type { StepOutcome } from '../packet/outcome.ts';
import type { StepView } from '../packet/step-view.ts';
import { predictionText } from '../words.ts';

export function stepsBody({ steps, result }: Packet): Markup {
  const phases = Map.groupBy(steps, ({ step }) => step.phase);
  const outcomes = new Map((result?.steps ?? []).map((outcome) => [outcome.step.id, outcome]));
  return html`<p class="screen-only js-only">
      <button type="button" data-open="steps">Open all steps</button>
      <button type="button" data-close="steps">Close all steps</button>
    </p>
    ${[...phases].map(
      ([phase, views]) =>
        html`<h3>Phase ${phase}: ${views.length} steps</h3>
          <div class="steps">${views.map((view) => stepMarkup(view, outcomes.get(view.step.id)))}</div> `,
    )}`;
}

function stepMarkup(view: StepView, outcome: StepOutcome | undefined): Markup {
  const { step, name, commandClass, startsAt, verification, stopCondition, backout, deadMan } = view;
  const impact =
    step.userImpactSeconds === 0
      ? html``
      : html` <span class="badge wait">users: ${renderDuration(step.userImpactSeconds)}</span>`;
  return html`<details class="step" id="${step.id}">
    <summary>
      <b>${step.id}</b> <span class="step-name">${name}</span>${impact}
      <span class="soft"
        >host ${step.host}, after ${renderDuration(startsAt)}, takes ${renderDuration(step.expectedSeconds)},
        ${step.prediction}</span
      >
      ${outcomeBadge(outcome)}
    </summary>
    ${sideBySide(step)}
    <dl class="facts">
      <dt>Calls</dt>
      <dd>
        <p class="soft">${commandClass}</p>
        ${step.calls.map(({ tool, text }) => html`<p><span class="soft">${tool}</span> <code>${text}</code></p> `)}
      </dd>
      <dt>Verification</dt>
      <dd>
        <ul>
          ${verification.map((line) => html`<li>${line}</li> `)}
        </ul>
      </dd>
      <dt>Stop condition</dt>
      <dd>${stopCondition}</dd>
      <dt>Backout</dt>
      <dd>${backout}</dd>
      ${
        deadMan === undefined
          ? html``
          : html`<dt>Without this machine</dt>
              <dd>It ${deadMan}.</dd>`
      }
      <dt>Result</dt>
      <dd>${predictionText(step)} ${outcomeText(outcome)}</dd>
    </dl>
  </details> `;
}

/** What stands there now and what will, line against line; secrets never get as far as a plan. */
function sideBySide({ changes }: Step): Markup {
  const objects = Map.groupBy(changes, ({ object }) => object);
  return html`<table class="diff">
    <thead>
      <tr>
        <th scope="col">before</th>
        <th scope="col">after</th>
      </tr>
    </thead>
    ${[...objects].map(
      ([object, lines]) =>
        html`<tbody>
          <tr>
            <th colspan="2" scope="rowgroup">${object}</th>
          </tr>
          ${lines.map(
            ({ attribute, before, after }) =>
              html`<tr>
                <td class="old">&minus; ${attribute}: ${before ?? 'absent'}</td>
                <td class="new">+ ${attribute}: ${after ?? 'absent'}</td>
              </tr> `,
          )}
        </tbody> `,
    )}
  </table>`;
}

const TONE = { 'as predicted': 'good', 'as wanted already': 'good', failed: 'bad' } as const;

const outcomeBadge = (outcome: StepOutcome | undefined): Markup => {
  if (outcome === undefined) return html``;
  const { verdict } = outcome;
  const tone = verdict in TONE ? TONE[verdict as keyof typeof TONE] : 'wait';
  return html`<span class="badge ${tone}">${verdict}</span>`;
};

function outcomeText(outcome: StepOutcome | undefined): Markup {
  if (outcome === undefined) return html``;
  const { verdict, seconds, message, health } = outcome;
  const took = seconds === null ? '' : `, took ${seconds.toFixed(1)} s`;
  return html`Actual: ${verdict}${took}${message === '' ? '' : `: ${message}`}.
    <ul>
      ${health.map(({ verdict: result, detail }) => html`<li>${result}: ${detail}</li> `)}
    </ul>`;
}
