// A box of the picture, and the measures that all boxes and bands share.
import type { ComponentKind } from '../components.ts';

export type Box = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly column: number;
  /** position among the boxes of its band and column; -1 for callers and deployment managers */
  readonly slot: number;
  /** position of its band; -1 for callers and deployment managers */
  readonly band: number;
};

/** Proxies stand before servers, the management side behind them. */
export const COLUMN: Readonly<Record<ComponentKind, number>> = {
  client: 0,
  proxy: 1,
  server: 2,
  'community-server': 2,
  'messaging-server': 2,
  multiplexer: 2,
  directory: 2,
  agent: 3,
  tools: 3,
  manager: 4,
};
export const WIDTHS = [150, 150, 186, 150, 148] as const;
export const LEFT = [8, 306, 560, 846, 1088] as const;
export const BOX = { height: 62, gap: 30 };
export const BAND = { top: 56, bottom: 16, gap: 14 };
export const CELL = { top: 30, bottom: 12, gap: 22 };
export const TOTAL_WIDTH = 1254;

export const NOWHERE: Box = { x: 0, y: 0, width: 0, height: 0, column: 0, slot: -1, band: -1 };

export const boxAt = (column: number, y: number, at: Pick<Box, 'slot' | 'band'>, height: number = BOX.height): Box => ({
  x: LEFT[column] ?? 0,
  y,
  width: WIDTHS[column] ?? 0,
  height,
  column,
  ...at,
});
