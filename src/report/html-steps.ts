// The steps with their changes, calls, checks and, after a run, what the journal says of each.
import type { Step } from '../plan/types.ts';
import type { JournalEvent } from '../journal/types.ts';
import { renderDuration } from './duration.ts';
import { textOf } from './event-data.ts';
import { html, table, type Markup } from './html-text.ts';
import type { RunReport } from './types.ts';

export function stepsSection({ plan, events }: RunReport): Markup {
  const ofStep = Map.groupBy(events, ({ step }) => step);
  const isRun = events.length > 0;
  const phases = [...Map.groupBy(plan.steps, ({ phase }) => phase)];
  return html`<h2>Steps</h2>
    ${phases.map(
      ([phase, steps]) =>
        html`<h3>Phase ${phase}</h3>
          ${table(
            `${steps.length} steps, in this order`,
            [
              { title: 'step', cell: ({ id }: Step) => html`${id}` },
              { title: 'host', cell: ({ host }) => html`${host}` },
              { title: 'what', cell: whatCell },
              {
                title: isRun ? 'took' : 'expected',
                cell: (step) =>
                  isRun ? tookCell(ofStep.get(step.id) ?? []) : html`${renderDuration(step.expectedSeconds)}`,
              },
              { title: 'checked afterwards', cell: (step) => checksCell(step, ofStep.get(step.id) ?? []) },
            ],
            steps,
          )}`,
    )}`;
}

const whatCell = ({ title, changes, calls, undo, prediction }: Step): Markup =>
  html`<b>${title}</b>
    <ul>
      ${changes.map(
        ({ object, attribute, before, after }) =>
          html`<li>${object}: ${attribute} <s>${before ?? 'absent'}</s> &rarr; <b>${after ?? 'absent'}</b></li>`,
      )}
    </ul>
    <details>
      <summary class="soft">calls, undo</summary>
      ${calls.map(({ text }) => html`<p><code>${text}</code></p>`)}
      <p>Undo: ${undo}</p>
      <p>Prediction: ${prediction}</p>
    </details>`;

function tookCell(events: readonly JournalEvent[]): Markup {
  const begin = events.find(({ type }) => type === 'step-intended')?.at;
  const end = events.findLast(({ type }) => type === 'step-finished')?.at;
  const outcome =
    events.some(({ type }) => type === 'step-already') && begin === undefined ? 'as wanted already' : undefined;
  if (outcome !== undefined) return html`${outcome}`;
  if (end === undefined) return html`${events.length === 0 ? 'not reached' : 'not finished'}`;
  return html`${((Date.parse(end) - Date.parse(begin ?? end)) / 1000).toFixed(1)} s`;
}

function checksCell({ healthChecks }: Step, events: readonly JournalEvent[]): Markup {
  if (healthChecks.length === 0) return html`<span class="soft">read back</span>`;
  const results = events.filter(({ type }) => type === 'health').map(({ data }) => data);
  const passed = results.filter((data) => textOf(data, 'verdict') === 'pass').length;
  const label = results.length === 0 ? `${healthChecks.length} checks` : `${passed} of ${healthChecks.length} passed`;
  return html`<details>
    <summary>${label}</summary>
    <ul>
      ${healthChecks.map(({ name }) => html`<li>${name}</li>`)}
    </ul>
  </details>`;
}
