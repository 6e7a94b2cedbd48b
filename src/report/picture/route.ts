// The line of each edge. Boxes have ports: every line gets a place of its own on the side it ends at, so that labels
// beside the ends do not lie upon each other.
import type { Edge } from './edges.ts';
import type { Box } from './boxes.ts';
import type { Grid } from './grid.ts';
import { arc, bulge, elbow, lane, PORT_GAP, side, vertical, type Lane, type Wire } from './shapes.ts';

type Shape = 'side' | 'lane' | 'arc' | 'elbow' | 'vertical' | 'bulge';
type Ends = { readonly edge: Edge; readonly left: Box; readonly right: Box; readonly shape: Shape };

/** One wire per edge, in their order. */
export function routeAll({ boxes }: Grid, edges: readonly Edge[]): readonly Wire[] {
  const ends = edges.map((edge) => endsOf(edge, boxes));
  return ends.map((item) => routeOne(item, ends, boxes));
}

function endsOf(edge: Edge, boxes: readonly Box[]): Ends {
  const [first, second] = [boxAt(boxes, edge.a), boxAt(boxes, edge.b)];
  const isOrdered = first.column < second.column || (first.column === second.column && first.y <= second.y);
  const [left, right] = isOrdered ? [first, second] : [second, first];
  return { edge, left, right, shape: shapeOf(left, right, boxes) };
}

function boxAt(boxes: readonly Box[], index: number): Box {
  const box = boxes[index];
  if (box === undefined) throw new RangeError(`no box ${index}`);
  return box;
}

function shapeOf(left: Box, right: Box, boxes: readonly Box[]): Shape {
  if (left.column === right.column) {
    return right.y - (left.y + left.height) < PORT_GAP * 2 ? 'vertical' : 'bulge';
  }
  const isNear = right.column - left.column === 1;
  if (left.band >= 0 && left.band === right.band) {
    if (left.slot !== right.slot) return left.slot < right.slot ? 'elbow' : 'side';
    return isNear ? 'side' : 'arc';
  }
  const isCovered = boxes.some(
    (box) => box.band >= 0 && box.band === right.band && box.column > left.column && box.column < right.column,
  );
  return isCovered && left.column === 0 ? 'lane' : 'side';
}

/** A line's y on the side of a box that it shares with others; a tall box takes each line where it comes from. */
function portOf(box: Box, mine: Ends, others: readonly Ends[], far: (ends: Ends) => number): number {
  const ordered = others.toSorted((a, b) => order(a) - order(b) || far(a) - far(b) || a.edge.a - b.edge.a);
  const centre = box.y + box.height / 2;
  const gap = Math.min(PORT_GAP, (box.height - 5) / Math.max(ordered.length, 1));
  return Math.round(centre + (ordered.indexOf(mine) - (ordered.length - 1) / 2) * gap);
}

/** Lines from below end below. */
const order = ({ shape }: Ends): number => (shape === 'lane' ? 1 : 0);
const isSideways = ({ shape }: Ends): boolean => shape === 'side' || shape === 'lane';
const isTall = (box: Box): boolean => box.column === 4 && box.slot < 0 && box.height > 70;

function routeOne(mine: Ends, all: readonly Ends[], boxes: readonly Box[]): Wire {
  const { left, right, shape } = mine;
  const same = (pick: (item: Ends) => boolean): readonly Ends[] => all.filter(pick);
  switch (shape) {
    case 'vertical':
      return vertical(left, right);
    case 'bulge':
      return bulge(left, right);
    case 'arc':
      return arc(left, right, same((item) => item.shape === 'arc' && item.left.band === left.band).indexOf(mine));
    case 'elbow': {
      const elbows = same((item) => item.shape === 'elbow' && item.right === right);
      // The nearest column takes the uppermost port: the lines do not cross.
      const y = portOf(right, mine, elbows, (item) => -item.left.x);
      return elbow(left, right, y);
    }
    case 'side':
    case 'lane': {
      const leaving = same((item) => isSideways(item) && item.left === left);
      const arriving = same((item) => isSideways(item) && item.right === right);
      const y1 = portOf(left, mine, leaving, (item) => item.right.y + item.right.height / 2);
      const y2 = portOf(right, mine, arriving, (item) => item.left.y + item.left.height / 2);
      if (shape === 'side') return side(left, right, y1, isTall(right) ? clamp(y1, right) : y2);
      const lanes = same((item) => item.shape === 'lane' && item.right.band === right.band);
      return lane(left, right, y1, y2, laneOf(mine, lanes, boxes));
    }
  }
}

const clamp = (y: number, box: Box): number => Math.min(Math.max(y, box.y + 12), box.y + box.height - 12);

function laneOf(mine: Ends, lanes: readonly Ends[], boxes: readonly Box[]): Lane {
  const { right } = mine;
  const between = boxes.filter(
    (box) => box.band === right.band && box.column > mine.left.column && box.column < right.column,
  );
  const bottom = Math.max(...between.map(({ y, height }) => y + height));
  const sorted = lanes.toSorted((a, b) => a.left.y - b.left.y);
  return {
    from: Math.min(...between.map(({ x }) => x)) - 8,
    to: Math.max(...between.map(({ x, width }) => x + width)) + 8,
    y: bottom + 12 + sorted.indexOf(mine) * PORT_GAP,
  };
}
