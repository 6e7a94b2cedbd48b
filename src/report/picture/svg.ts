// The picture as SVG: one look, with the others beside it for the page's script.
import { KIND_NAMES, type Component } from '../components.ts';
import { html, type Markup } from '../html-text.ts';
import type { Box } from './boxes.ts';
import type { Frame } from './grid.ts';
import type { BoxLook, Picture } from './picture.ts';
import type { EdgeLook } from './edges.ts';

/** @param isLive carries the looks of all states, for stepping */
export function pictureSvg(picture: Picture, state: number, { isLive }: { readonly isLive: boolean }): Markup {
  const { width, height } = picture.grid;
  return html`<svg
    class="picture"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    role="img"
    aria-label="${picture.captions[state] ?? ''}"
  >
    ${picture.grid.frames.map(frameSvg)} ${picture.edges.map((edge) => lineSvg(edge, state, isLive))}
    ${picture.components.map((component, index) =>
      boxSvg(component, picture.grid.boxes[index], picture.boxLooks[index] ?? [], state, isLive),
    )}
    ${picture.edges.map((edge) => labelSvg(edge, state, isLive))}
  </svg>`;
}

const frameSvg = ({ kind, label, x, y, width, height }: Frame): Markup =>
  html`<g class="frame ${kind}">
    <rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" />
    <text x="${x + 12}" y="${y + 20}">${label}</text>
  </g> `;

type PictureEdge = Picture['edges'][number];

/** All lines are drawn before the first label: no line crosses a label. */
function lineSvg({ wire, looks, links }: PictureEdge, state: number, isLive: boolean): Markup {
  return html`<g class="edge ${looks[state]?.tone ?? 'unknown'}" ${live(isLive, looks, ({ tone }) => [tone])}>
    <title>${links.join('\n')}</title>
    <path d="${wire.path}" />
  </g> `;
}

const LETTER_OF_LABEL = 6.4;
const PADDING = 12;

const wordsOfLabel = ({ tone, label }: EdgeLook): readonly string[] => [tone, label];

/** The page's script sets the width for other states by the same rule. */
function labelSvg({ wire, looks }: PictureEdge, state: number, isLive: boolean): Markup {
  const { tone, label } = looks[state] ?? { tone: 'unknown', label: '' };
  const { labelX, labelY } = wire;
  const width = label.length * LETTER_OF_LABEL + PADDING;
  return html`<g class="edge label ${tone}" ${live(isLive, looks, wordsOfLabel)}>
    <rect x="${round(labelX - width / 2)}" y="${labelY - 8.5}" width="${round(width)}" height="17" rx="8.5" />
    <text x="${labelX}" y="${labelY + 4}">${label}</text>
  </g> `;
}

const round = (value: number): number => Math.round(value * 10) / 10;

function boxSvg(
  component: Component,
  box: Box | undefined,
  looks: readonly BoxLook[],
  state: number,
  isLive: boolean,
): Markup {
  if (box === undefined) return html``;
  const { x, y, width, height } = box;
  const { tag, accepts } = looks[state] ?? { tag: '', accepts: '' };
  const middle = x + width / 2;
  const top = Math.min(y + height / 2 - 10, y + 90);
  return html`<g
    class="box ${component.kind} ${tag}"
    ${live(isLive, looks, (look: BoxLook) => [look.tag, look.accepts])}
  >
    <title>${component.id}${component.host === '' ? '' : ` on host ${component.host}`}</title>
    <rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" />
    <text class="name" x="${middle}" y="${top}" ${fitted(component.name, width - 14)}>${component.name}</text>
    <text class="kind" x="${middle}" y="${top + 15}">${KIND_NAMES[component.kind]}</text>
    <text class="accepts" x="${middle}" y="${top + 30}">${accepts}</text>
    <text class="tag" x="${middle}" y="${y - 5}">${tag}</text>
  </g> `;
}

const LETTER = 7.6;

/** Names have any length; one that is too long is squeezed into its box. */
const fitted = (name: string, width: number): Markup =>
  name.length * LETTER > width ? html`textLength="${width}" lengthAdjust="spacingAndGlyphs"` : html``;

/** Runs of equal looks: [[first state, ...words], ...] */
function live<Look>(isLive: boolean, looks: readonly Look[], wordsOf: (look: Look) => readonly string[]): Markup {
  if (!isLive) return html``;
  const words = looks.map((look) => wordsOf(look));
  const starts = words.flatMap((now, state) =>
    state > 0 && words[state - 1]?.join('\n') === now.join('\n') ? [] : [[state, ...now]],
  );
  return html`data-looks="${JSON.stringify(starts)}"`;
}
