// The shapes that a line between two boxes can have, as SVG paths, with the place of its label.
import type { Box } from './boxes.ts';

export type Wire = { readonly path: string; readonly labelX: number; readonly labelY: number };

/** the level part below other boxes */
export type Lane = { readonly from: number; readonly to: number; readonly y: number };

/** between lines that end at the same side of a box */
export const PORT_GAP = 19;
const BEND = 12;
/** The last part of a line is level: there its label lies on it. */
const APPROACH = 68;

export function vertical(upper: Box, lower: Box): Wire {
  const x = upper.x + upper.width / 2;
  const [y1, y2] = [upper.y + upper.height, lower.y];
  return { path: `M${x} ${y1}V${y2}`, labelX: x, labelY: (y1 + y2) / 2 };
}

export function bulge(upper: Box, lower: Box): Wire {
  const x = upper.x + upper.width;
  const [y1, y2] = [upper.y + upper.height / 2, lower.y + lower.height / 2];
  return { path: `M${x} ${y1}C${x + 60} ${y1} ${x + 60} ${y2} ${x} ${y2}`, labelX: x + 45, labelY: (y1 + y2) / 2 };
}

export function arc(left: Box, right: Box, position: number): Wire {
  const y = left.y - 20 - position * PORT_GAP;
  const [x1, x2] = [left.x + left.width / 2, right.x + right.width / 2];
  const path = `M${x1} ${left.y}V${y + BEND}Q${x1} ${y} ${x1 + BEND} ${y}H${x2 - BEND}Q${x2} ${y} ${x2} ${y + BEND}V${right.y}`;
  // In the gap beside the left box: above the boxes in between stands what is done to them.
  return { path, labelX: left.x + left.width + 50, labelY: y };
}

export function elbow(left: Box, right: Box, y: number): Wire {
  const x = left.x + left.width / 2;
  const path = `M${x} ${left.y + left.height}V${y - BEND}Q${x} ${y} ${x + BEND} ${y}H${right.x}`;
  return { path, labelX: right.x - 42, labelY: y };
}

export function side(left: Box, right: Box, y1: number, y2: number): Wire {
  const [x1, x2] = [left.x + left.width, right.x];
  const middle = (x1 + x2) / 2;
  const end = Math.max(x2 - APPROACH, middle);
  const bend = (x1 + end) / 2;
  const isStraight = Math.abs(y1 - y2) < 1;
  const path = isStraight ? `M${x1} ${y1}H${x2}` : `M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${end} ${y2}H${x2}`;
  return { path, labelX: isStraight ? middle : x2 - 40, labelY: y2 };
}

/** Below the boxes of the columns in between. */
export function lane(left: Box, right: Box, y1: number, y2: number, { from, to, y }: Lane): Wire {
  const [x1, x2] = [left.x + left.width, right.x];
  const end = Math.max(x2 - APPROACH, (to + x2) / 2);
  const [m1, m2] = [(x1 + from) / 2, (to + end) / 2];
  const path = `M${x1} ${y1}C${m1} ${y1} ${m1} ${y} ${from} ${y}H${to}C${m2} ${y} ${m2} ${y2} ${end} ${y2}H${x2}`;
  return { path, labelX: x2 - 40, labelY: y2 };
}
