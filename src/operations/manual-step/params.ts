// Parameters of manual-step: what a person is told to do, how it is seen that it is done, and what it makes of the other side.
import { z } from 'zod';
import { OperatorError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { PROTOCOL_VERSIONS } from '../../tls/types.ts';
import { parseInput } from '../parse-input.ts';
import { CommunityServerTarget, NeighbourTarget, PopulationTarget, type Member } from '../targets.ts';

const Text = z.string().min(1);
const path = z.string().regex(/^\//u, 'not an absolute path');

const Check = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mode'),
    server: Text,
    port: z.enum(['server', 'client']),
    is: z.enum(['legacy', 'dynamic', 'strict']),
  }),
  z.strictObject({ kind: z.literal('proxy-connected') }),
  /** of a neighbour: its last log-in at every server that it calls was made with TLS, by the logs of the servers */
  z.strictObject({ kind: z.literal('tls-session') }),
  /** a line with all of the texts, in the log of a server */
  z.strictObject({ kind: z.literal('log'), server: Text, contains: z.array(Text).min(1) }),
  /** a file of a host has a line with all of the texts */
  z.strictObject({ kind: z.literal('file'), host: Text, path, contains: z.array(Text).min(1) }),
]);
export type Check = z.infer<typeof Check>;

const Becomes = z.strictObject({
  offers: z.array(z.enum(PROTOCOL_VERSIONS)).min(1),
  /** certificates of the inventory whose authorities it trusts then; null: not known, so trust is not checked */
  trusts: z.array(Text).nullable().default(null),
  /** certificate of the inventory that it shows; null: none */
  certificate: Text.nullable().default(null),
  /** goes on without TLS where the other side has none */
  clear: z.boolean().default(true),
});
export type Becomes = z.infer<typeof Becomes>;

export const Wish = z.strictObject({ instruction: Text, becomes: Becomes.optional(), checks: z.array(Check).min(1) });

export type Params = {
  readonly subject: { readonly kind: 'component' | 'population'; readonly name: string };
  readonly owner: string | null;
  readonly instruction: string;
  readonly becomes: Becomes | null;
  readonly checks: readonly Check[];
  readonly proxyInfo: string | null;
  readonly members: readonly Member[];
  /** names of the members that it calls */
  readonly connects: readonly string[];
};

const Target = z.discriminatedUnion('kind', [NeighbourTarget, PopulationTarget, CommunityServerTarget]);

export function parseParams(input: Json): Params {
  const { target, wish } = parseInput(input, Target, Wish);
  const own = ownOf(target);
  const params = { ...own, instruction: wish.instruction, becomes: wish.becomes ?? null, checks: wish.checks };
  for (const check of params.checks) refuseUnknown(check, params);
  return params;
}

type Own = Pick<Params, 'subject' | 'owner' | 'proxyInfo' | 'members' | 'connects'>;

function ownOf(target: z.infer<typeof Target>): Own {
  if (target.kind === 'population') {
    const { client: name, owner, members } = target;
    return { subject: { kind: 'population', name }, owner, proxyInfo: null, members, connects: [] };
  }
  if (target.kind === 'neighbour') {
    const { community, neighbour, owner, proxyInfo, members, connects } = target;
    const subject = { kind: 'component' as const, name: `${community}/${neighbour}` };
    return { subject, owner, proxyInfo, members, connects };
  }
  const { community, server: name, host, address, log, serverPort, clientPort } = target;
  const members = [{ name, host, address, log, serverPort, clientPort }];
  return {
    subject: { kind: 'component', name: `${community}/${name}` },
    owner: null,
    proxyInfo: null,
    members,
    connects: [],
  };
}

function refuseUnknown(check: Check, { members, proxyInfo, subject, connects }: Params): void {
  const names = members.map(({ name }) => name);
  if (check.kind === 'proxy-connected' && proxyInfo === null) {
    throw refused(
      `with.checks: ${subject.name} has no proxyInfo in the inventory`,
      'Add the address of its page /stwebapi/proxyinfo to the neighbour.',
    );
  }
  if (check.kind === 'tls-session' && connects.length === 0) {
    const what = `with.checks: ${subject.name} is no neighbour that calls servers, so it has no sessions to look for`;
    throw refused(what, 'Use a check of the kind mode, log or file.');
  }
  if ((check.kind === 'mode' || check.kind === 'log') && !names.includes(check.server)) {
    throw refused(
      `with.checks: ${check.server} is none of the servers that ${subject.name} has to do with`,
      `Name one of ${names.join(', ')}.`,
    );
  }
}

const refused = (what: string, hint: string): OperatorError => new OperatorError('INPUT_VALUE', what, { hint });
