// Parameters of quality-of-protection.
import { z } from 'zod';
import type { Json } from '../../core/json.ts';
import { parseInput } from '../parse-input.ts';
import { scopeOf } from '../store.ts';
import { ConfigurationTarget } from '../targets.ts';

export const Wish = z.strictObject({
  configuration: z.string().min(1),
  protocol: z.string().regex(/^[A-Za-z0-9_.,]+$/, 'not a protocol value'),
  ciphers: z
    .array(z.string().regex(/^[A-Z0-9_]+$/, 'not the name of a cipher suite'))
    .min(1)
    .optional(),
  ifAbsent: z.enum(['skip', 'fail']).default('fail'),
});

export type Params = {
  readonly cell: string;
  readonly node: string | null;
  readonly scope: string;
  readonly configuration: string;
  readonly protocol: string;
  /** null: the security level and its list stay as they are */
  readonly ciphers: readonly string[] | null;
  readonly ifAbsent: 'skip' | 'fail';
};

export function parseParams(input: Json): Params {
  const { target, wish } = parseInput(input, ConfigurationTarget, Wish);
  const owner = { cell: target.cell, node: target.kind === 'node' ? target.node : null };
  const { configuration, protocol, ciphers, ifAbsent } = wish;
  return { ...owner, scope: scopeOf(owner), configuration, protocol, ciphers: ciphers ?? null, ifAbsent };
}
