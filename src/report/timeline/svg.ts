// The timeline as SVG: dark bars are interruptions for users, light ones only concern administrators.
import { renderDuration } from '../duration.ts';
import { html, type Markup } from '../html-text.ts';
import type { Bar, Lane, Timeline } from './lanes.ts';

const LEFT = 232;
const WIDTH = 1246;
const RIGHT = 116;
const PHASE_LINE = 14;
const TICKS = 32;
const LANE = 30;
const LETTER = 6.6;

export function timelineSvg(timeline: Timeline, label: string): Markup {
  if (timeline.lanes.length === 0) return html`<p>No step takes time.</p>`;
  const x = scaleOf(timeline);
  const phases = placePhases(timeline, x);
  const above = PHASE_LINE * (1 + Math.max(...phases.map(({ line }) => line)));
  const top = above + TICKS;
  const height = top + timeline.lanes.length * LANE + 8;
  return html`<svg
    class="timeline"
    viewBox="0 0 ${WIDTH} ${height}"
    width="${WIDTH}"
    height="${height}"
    role="img"
    aria-label="${label}"
  >
    ${phases.map((phase) => phaseSvg(phase, height))}
    ${ticksOf(timeline.seconds).map(
      (seconds) =>
        html`<g class="tick">
          <path d="M${x(seconds)} ${above + 19}V${height - 4}" />
          <text x="${x(seconds)}" y="${above + 15}">${renderDuration(seconds)}</text>
        </g> `,
    )}
    ${timeline.lanes.map((lane, row) => laneSvg(lane, top + row * LANE, x))}
  </svg>`;
}

type PlacedPhase = { readonly name: string; readonly at: number; readonly line: number };

/** The name of a phase stands in the first line that the names before it leave free. */
function placePhases({ phases }: Timeline, x: (at: number) => number): readonly PlacedPhase[] {
  const ends: number[] = [];
  return phases.map(({ name, from }) => {
    const at = x(from);
    const found = ends.findIndex((end) => end <= at);
    const line = found === -1 ? ends.length : found;
    ends[line] = at + (name.length + PHASE.length) * LETTER_OF_PHASE + 12;
    return { name, at, line };
  });
}

const phaseSvg = ({ name, at, line }: PlacedPhase, height: number): Markup =>
  html`<g class="phase">
    <path d="M${at} ${4 + line * PHASE_LINE}V${height - 4}" />
    <text x="${at + 5}" y="${PHASE_LINE * (line + 1)}">${PHASE}${name}</text>
  </g> `;

const PHASE = 'phase ';
const LETTER_OF_PHASE = 7.4;

const scaleOf =
  ({ seconds }: Timeline) =>
  (at: number): number =>
    Math.round((LEFT + (at / Math.max(seconds, 1)) * (WIDTH - LEFT - RIGHT)) * 10) / 10;

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];
const MAX_TICKS = 9;

/** Round distances, at most nine of them. */
function ticksOf(seconds: number): readonly number[] {
  const step = STEPS.find((candidate) => seconds / candidate <= MAX_TICKS) ?? Math.ceil(seconds / MAX_TICKS);
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
}

function laneSvg({ name, bars }: Lane, y: number, x: (at: number) => number): Markup {
  const total = bars.reduce((sum, { from, to }) => sum + to - from, 0);
  const squeezed = name.length * LETTER > LEFT - 20 ? html`textLength="${LEFT - 20}"` : html``;
  return html`<g class="lane">
    <path d="M0 ${y + LANE}H${WIDTH}" />
    <text x="${LEFT - 12}" y="${y + 20}" class="lane-name" ${squeezed}>${name}</text>
    ${bars.map((bar, index) => barSvg(bar, y, x, bars[index + 1]))}
    <text x="${WIDTH - 4}" y="${y + 20}" class="lane-total"
      >${bars.length > 1 ? 'sum ' : ''}${renderDuration(total)}</text
    >
  </g> `;
}

function barSvg({ label, title, from, to, kind }: Bar, y: number, x: (at: number) => number, next?: Bar): Markup {
  const width = Math.max(Math.round((x(to) - x(from)) * 10) / 10, 3);
  const letters = label.length * LETTER + 6;
  const isRoomy = width > letters;
  const right = x(from) + width + 4;
  const hasRoomBeside = right + letters < (next === undefined ? WIDTH - RIGHT : x(next.from));
  return html`<g class="bar ${kind}">
    <title>${title}: from ${renderDuration(from)} to ${renderDuration(to)}</title>
    <rect x="${x(from)}" y="${y + 5}" width="${width}" height="${LANE - 10}" rx="3" />
    ${
      isRoomy
        ? html`<text x="${Math.round(x(from) + width / 2)}" y="${y + 20}">${label}</text>`
        : hasRoomBeside
          ? html`<text class="beside" x="${right}" y="${y + 20}">${label}</text>`
          : html``
    }
  </g> `;
}
