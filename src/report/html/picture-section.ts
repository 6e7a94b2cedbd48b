// The picture with its controls, and every distinct state as a figure: on paper all of them, without script the first
// and the last.
import { html, type Markup } from '../html-text.ts';
import type { StateGroup } from '../packet/matrix.ts';
import { pictureSvg } from '../picture/svg.ts';
import type { Picture } from '../picture/picture.ts';

export function pictureBody(picture: Picture, groups: readonly StateGroup[]): Markup {
  if (picture.components.length === 0) return html`<p>The plan knows no links, so there is nothing to draw.</p>`;
  return html`${legend()} ${stepper(picture, groups)}
    <div class="figures">
      ${groups.map((group, position) => figure(picture, group, position === 0 || position === groups.length - 1))}
    </div>`;
}

const legend = (): Markup =>
  html`<ul class="legend">
    ${LEGEND.map(
      ([tone, text]) =>
        html`<li>
          <svg width="54" height="18" viewBox="0 0 54 18" aria-hidden="true" class="picture">
            <g class="edge ${tone}"><path d="M2 9H52" /></g>
          </svg>
          ${text}
        </li> `,
    )}
  </ul>`;

const LEGEND = [
  ['strong', 'TLS 1.2 or newer (thick)'],
  ['old', 'older than TLS 1.2 (thin)'],
  ['down', 'one end stopped as planned (dashes)'],
  ['broken', 'broken: nothing in common (dots)'],
] as const;

function stepper(picture: Picture, groups: readonly StateGroup[]): Markup {
  const last = picture.captions.length - 1;
  const changes = groups.map(({ first }) => first).join(' ');
  return html`<div class="stepper" id="stepper" data-changes="${changes}">
    <div class="controls" role="group" aria-label="Choose a state of the deployment">
      <button type="button" data-go="start">Start</button>
      <button type="button" data-go="back">Back</button>
      <label
        >State
        <input type="range" min="0" max="${last}" value="0" step="1" aria-describedby="caption" />
      </label>
      <button type="button" data-go="next">Next</button>
      <button type="button" data-go="change">Next change of a link</button>
      <button type="button" data-go="end">End</button>
    </div>
    <p id="caption" class="caption" aria-live="polite">${picture.captions[0] ?? ''}</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Picture of the deployment; arrow keys change the state">
      ${pictureSvg(picture, 0, { isLive: true })}
    </div>
    <p class="soft screen-only">
      Arrow keys step through the states while the picture or the slider has the focus. A line stands for all links
      between two parts and shows the weakest; point at it for their names. Each state is proved below, link by link.
    </p>
    <ol hidden>
      ${picture.captions.map((caption) => html`<li>${caption}</li> `)}
    </ol>
  </div>`;
}

/** The box looks are those of the last state of the group: what has been written by then. */
const figure = (picture: Picture, { first, last, label }: StateGroup, isEnd: boolean): Markup =>
  html`<figure class="${isEnd ? 'end' : 'between'}">
    <figcaption>
      <b>${label}</b>${first === last ? '' : ` (${last - first + 1} states with the same links)`}:
      ${picture.captions[first === last ? first : first === 0 ? 0 : last] ?? ''}
    </figcaption>
    <div class="scroll">${pictureSvg(picture, first === 0 ? 0 : last, { isLive: false })}</div>
  </figure> `;
