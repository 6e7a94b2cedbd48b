// The compatibility proof: every link against every state in which something changes.
import type { Plan } from '../../plan/types.ts';
import { html, type Markup } from '../html-text.ts';
import type { Matrix, MatrixRow } from '../packet/matrix.ts';

export function matrixBody({ proof, states }: Plan, { groups, rows }: Matrix): Markup {
  const verdict = proof.safe
    ? html`<span class="badge good">safe</span>`
    : html`<span class="badge bad">not safe</span>`;
  const collapsed = states.length - groups.length;
  return html`<p>
      ${verdict} ${rows.length} links in ${states.length} states. A column for each state in which a link changes;
      ${collapsed} states in which none does share the column before them. A framed cell differs from the one before it.
    </p>
    <ul>
      ${proof.counterexamples.map(({ explanation }) => html`<li class="alarm">${explanation}</li>`)}
    </ul>
    <div class="scroll" tabindex="0" role="region" aria-label="Compatibility proof, link by state">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">caller</th>
            <th scope="col">listener</th>
            <th scope="col">need, known from</th>
            ${groups.map(
              ({ label, first, last }) =>
                html`<th scope="col">
                  ${label}${last > first ? html`<br /><span class="soft">${last - first + 1} states</span>` : html``}
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.map(rowMarkup)}
        </tbody>
      </table>
    </div>`;
}

const rowMarkup = ({ link, cells }: MatrixRow): Markup =>
  html`<tr>
    <th scope="row">${link.from}</th>
    <td>${link.to}</td>
    <td class="soft">${link.required ? 'required' : 'optional'}, ${link.source}</td>
    ${cells.map(
      ({ text, tone, reason, isChanged }) =>
        html`<td class="cell ${tone}${isChanged ? ' changed' : ''}">
          ${text}${reason === '' ? html`` : html`<br /><span class="reason">${reason}</span>`}
        </td>`,
    )}
  </tr> `;
