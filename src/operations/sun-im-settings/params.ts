// Parameters of sun-im-settings: how server and multiplexor treat callers without TLS, in words.
import { z } from 'zod';
import { OperatorError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { parseInput } from '../parse-input.ts';
import { sunImMemberOf, type SunImMember } from '../sun-im-server.ts';
import { SunImServerTarget } from '../targets.ts';

export const Wish = z.strictObject({
  /** of the server, for clients and servers alike: the product has one switch */
  mode: z.enum(['plain', 'dynamic', 'strict']).optional(),
  /** of this server's end of links with its coservers */
  peers: z.enum(['dynamic', 'strict']).optional(),
  /** symbolic names; without them: every one that iim.conf lists */
  coservers: z.array(z.string().min(1)).min(1).optional(),
  /** legacy SSL of the multiplexor */
  legacySsl: z.enum(['on', 'off']).optional(),
  /** whose stores are used; needed where iim.conf names none yet */
  certificate: z.string().min(1).optional(),
});
type Wish = z.infer<typeof Wish>;

/** null: not asked for */
export type Wanted = { readonly [Key in keyof Wish]-?: NonNullable<Wish[Key]> | null };
export type Params = SunImMember & { readonly wanted: Wanted };

export function parseParams(input: Json): Params {
  const { target, wish } = parseInput(input, SunImServerTarget, Wish);
  const { mode, peers, legacySsl, coservers, certificate } = wish;
  if (mode === undefined && peers === undefined && legacySsl === undefined)
    throw refused('with: nothing is wished', 'Give mode, peers or legacySsl.');
  if (coservers !== undefined && peers === undefined)
    throw refused('with.coservers: nothing is wished for them', 'Give peers: dynamic or peers: strict.');
  if (legacySsl === 'on' && certificate === undefined)
    throw refused('with.legacySsl: it needs a certificate', 'Give certificate with a name of the inventory.');
  const wanted: Wanted = {
    mode: mode ?? null,
    peers: peers ?? null,
    coservers: coservers ?? null,
    legacySsl: legacySsl ?? null,
    certificate: certificate ?? null,
  };
  return { ...sunImMemberOf(target), wanted };
}

const refused = (what: string, hint: string): OperatorError => new OperatorError('INPUT_VALUE', what, { hint });
