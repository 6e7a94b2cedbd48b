// The connectivity model: who calls which listener, and what happens when it does.
import type { ProtocolVersion } from '../tls/types.ts';

export type LinkOutcome = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly required: boolean;
  /** tls: works; legacy: works without TLS; broken: nothing in common; down: an end is stopped as planned */
  readonly outcome: 'tls' | 'legacy' | 'broken' | 'down';
  readonly protocol: ProtocolVersion | null;
  /** why, for broken and down; empty else */
  readonly reason: string;
  /** where the link is known from */
  readonly source: 'fact' | 'inventory' | 'assumption';
};
