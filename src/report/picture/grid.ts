// Where each component stands: columns by kind, one band per node, the deployment manager beside all bands of its cell.
import { isOfCommunity, type Component } from '../components.ts';
import { BAND, BOX, boxAt, CELL, COLUMN, LEFT, NOWHERE, TOTAL_WIDTH, WIDTHS, type Box } from './boxes.ts';

export type Frame = Pick<Box, 'x' | 'y' | 'width' | 'height'> & {
  readonly label: string;
  readonly kind: 'cell' | 'node';
};

export type Grid = {
  readonly width: number;
  readonly height: number;
  /** in the order of the components */
  readonly boxes: readonly Box[];
  readonly frames: readonly Frame[];
};

type Placed = ReadonlyMap<number, Box>;

/** @param partners positions of the components that a caller from outside is linked with */
export function gridOf(components: readonly Component[], partners: (caller: number) => readonly number[]): Grid {
  const boxes = new Map<number, Box>();
  const frames: Frame[] = [];
  const indexed = components.map((component, index) => ({ component, index }));
  const inside = Map.groupBy(
    indexed.filter(({ component }) => component.kind !== 'client'),
    ({ component }) => component.cell,
  );
  let y = 8;
  let band = 0;
  for (const [cell, members] of inside) {
    const top = y;
    y += cell === '' ? 0 : CELL.top;
    const isAtManager = ({ component }: (typeof members)[number]): boolean => component.owner === 'dmgr';
    const owners = Map.groupBy(
      members.filter((member) => !isAtManager(member)),
      ({ component }) => component.owner,
    );
    const bandsTop = y;
    const isCommunity = members.every(({ component }) => isOfCommunity(component));
    const isFederation = members.some(({ component }) => component.kind === 'messaging-server');
    for (const [owner, group] of owners) {
      const height = placeBand(group, y, band, boxes);
      const host = group.find(({ component }) => component.host !== '')?.component.host ?? '';
      if (owner !== '')
        frames.push(
          nodeFrame(`${isCommunity ? '' : 'node '}${owner}${host === '' ? '' : `, host ${host}`}`, y, height),
        );
      y += height + BAND.gap;
      band += 1;
    }
    y = placeManagers(members.filter(isAtManager), bandsTop, y - BAND.gap, boxes);
    if (cell !== '')
      frames.unshift({
        kind: 'cell',
        label: `${isFederation ? 'federation' : isCommunity ? 'community' : 'cell'} ${cell}`,
        x: LEFT[1] - 24,
        y: top,
        width: TOTAL_WIDTH - LEFT[1] + 20,
        height: y + CELL.bottom - top,
      });
    y += CELL.bottom + CELL.gap;
  }
  const height = Math.max(y - CELL.gap + 8, placeCallers(indexed, partners, boxes, y));
  return { width: TOTAL_WIDTH, height, frames, boxes: components.map((_, index) => boxes.get(index) ?? NOWHERE) };
}

const nodeFrame = (label: string, y: number, height: number): Frame => ({
  kind: 'node',
  label,
  x: LEFT[1] - 14,
  y,
  width: LEFT[3] + WIDTHS[3] - LEFT[1] + 28,
  height,
});

type Indexed = { readonly component: Component; readonly index: number };

/** @returns the height of the band */
function placeBand(group: readonly Indexed[], top: number, band: number, boxes: Map<number, Box>): number {
  const columns = Map.groupBy(group, ({ component }) => COLUMN[component.kind]);
  for (const [column, members] of columns) {
    // The node agent stands above the client tools of its node.
    const ordered = members.toSorted((a, b) => rank(a.component) - rank(b.component));
    for (const [slot, { index }] of ordered.entries())
      boxes.set(index, boxAt(column, top + BAND.top + slot * (BOX.height + BOX.gap), { slot, band }));
  }
  const rows = Math.max(...[...columns.values()].map(({ length }) => length));
  return BAND.top + rows * BOX.height + (rows - 1) * BOX.gap + BAND.bottom;
}

const rank = ({ kind }: Component): number => (kind === 'tools' ? 1 : 0);

/** The manager is as tall as its bands, so that every node agent's line to it is straight. @returns the new bottom */
function placeManagers(members: readonly Indexed[], top: number, bottom: number, boxes: Map<number, Box>): number {
  const at = { slot: -1, band: -1 };
  let y = top;
  for (const { component, index } of members.toSorted((a, b) => rank(a.component) - rank(b.component))) {
    const height = component.kind === 'manager' ? Math.max(bottom - top, BOX.height) : BOX.height;
    boxes.set(index, boxAt(COLUMN.manager, y, at, height));
    y += height + BOX.gap;
  }
  return Math.max(bottom, y - BOX.gap);
}

/** Callers stand beside what they call, as near as the others let them. @returns the bottom */
function placeCallers(
  indexed: readonly Indexed[],
  partners: (caller: number) => readonly number[],
  boxes: Map<number, Box>,
  bottom: number,
): number {
  const centres = indexed
    .filter(({ component }) => component.kind === 'client')
    .map(({ index }) => ({ index, centre: mean(partners(index).map((other) => middleOf(boxes, other))) }))
    .toSorted((a, b) => a.centre - b.centre || a.index - b.index);
  const step = BOX.height + 20;
  const wanted = mean(centres.map(({ centre }) => centre)) - (centres.length * step) / 2;
  const top = Math.max(8, Math.min(wanted, bottom - centres.length * step));
  for (const [position, { index }] of centres.entries())
    boxes.set(index, boxAt(0, Math.round(top + position * step), { slot: -1, band: -1 }));
  return Math.round(top + centres.length * step);
}

const middleOf = (boxes: Placed, index: number): number => {
  const { y, height } = boxes.get(index) ?? NOWHERE;
  return y + height / 2;
};

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
