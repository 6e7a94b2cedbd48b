// Parameters of community-settings: the considerations for TLS in a community server, in words.
import { z } from 'zod';
import { OperatorError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { memberOf, type CommunityMember } from '../community-member.ts';
import { parseInput } from '../parse-input.ts';
import { CommunityServerTarget } from '../targets.ts';

const Mode = z.enum(['legacy', 'dynamic', 'strict']);
const Authentication = z.enum(['none', 'want', 'need']);
/** sametime.ini has no value for TLS 1.3. */
const Protocol = z.enum(['TLSv1', 'TLSv1.1', 'TLSv1.2']);

export const Wish = z.strictObject({
  serverMode: Mode.optional(),
  clientMode: Mode.optional(),
  stores: z.strictObject({ certificate: z.string().min(1), stash: z.enum(['yes', 'no']).default('yes') }).optional(),
  clientAuthentication: z
    .strictObject({ server: Authentication.nullable().default(null), client: Authentication.nullable().default(null) })
    .optional(),
  mirrorTrustedHosts: z.boolean().optional(),
  trustedHosts: z.array(z.string().min(1)).min(1).optional(),
  securityLevel: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional(),
  fips: z.boolean().optional(),
  /** seconds */
  sessionAge: z.int().min(60).max(31_536_000).optional(),
  minimumProtocol: Protocol.optional(),
  maximumProtocol: Protocol.optional(),
  cipherSuites: z
    .array(z.string().regex(/^TLS_\w+$/u, 'not an IANA name of a cipher suite'))
    .min(1)
    .optional(),
});

type Wish = z.infer<typeof Wish>;
/** null: not asked for */
export type Wanted = { readonly [Key in keyof Wish]-?: NonNullable<Wish[Key]> | null };

export type Params = CommunityMember & { readonly wanted: Wanted };

export function parseParams(input: Json): Params {
  const { target, wish } = parseInput(input, CommunityServerTarget, Wish);
  if (Object.keys(wish).length === 0) {
    throw refused('with: nothing is wished', `It takes ${Object.keys(Wish.shape).join(', ')}.`);
  }
  if (target.memberKind === 'mux' && wish.serverMode !== undefined) {
    const what = `with.serverMode: ${target.community}/${target.server} is a multiplexer and has no server port`;
    throw refused(what, 'Select servers only, with memberKinds: server.');
  }
  const wanted: Wanted = {
    serverMode: wish.serverMode ?? null,
    clientMode: wish.clientMode ?? null,
    stores: wish.stores ?? null,
    clientAuthentication: wish.clientAuthentication ?? null,
    mirrorTrustedHosts: wish.mirrorTrustedHosts ?? null,
    trustedHosts: wish.trustedHosts ?? null,
    securityLevel: wish.securityLevel ?? null,
    fips: wish.fips ?? null,
    sessionAge: wish.sessionAge ?? null,
    minimumProtocol: wish.minimumProtocol ?? null,
    maximumProtocol: wish.maximumProtocol ?? null,
    cipherSuites: wish.cipherSuites ?? null,
  };
  return { ...memberOf(target), wanted };
}

const refused = (what: string, hint: string): OperatorError => new OperatorError('INPUT_VALUE', what, { hint });
