// Which targets are servers outside WebSphere cells: each has a process of its own, and a restart that belongs to its changes.
import type { Target } from './operation.ts';

export type ServerTarget = Extract<Target, { readonly kind: 'community-server' | 'sun-im-server' }>;

export const isServerOutsideCells = (target: Target): target is ServerTarget =>
  target.kind === 'community-server' || target.kind === 'sun-im-server';

/** `<community>/<server>`; undefined: it is no such server */
export const serverOutsideCells = (target: Target): string | undefined =>
  isServerOutsideCells(target) ? `${target.community}/${target.server}` : undefined;
