// The statement that an approver signs, and its one byte form. Anything that is not exactly that form is refused, so no
// two readers can understand one signature differently.
import { z } from 'zod';
import { OperatorError } from '../core/errors.ts';
import { canonicalJson, sha256Hex } from '../core/json.ts';
import type { Plan } from '../plan/types.ts';
import type { Statement } from './types.ts';

/** Letters, digits and @ . _ + -: no pattern characters of an allowed-signers file, and safe as the name of a file. */
const IDENTITY = /^[A-Za-z0-9][A-Za-z0-9@._+-]{0,127}$/;

const isInstant = (text: string): boolean => {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
};

const StatementShape = z.strictObject({
  schema: z.literal(1),
  kind: z.literal('strictstep-approval'),
  role: z.literal('approver'),
  plan: z.string().regex(/^[0-9a-f]{64}$/),
  identity: z.string().regex(IDENTITY),
  issued: z.string().refine(isInstant),
  expires: z.string().refine(isInstant),
});

type Terms = { readonly plan: Plan; readonly identity: string; readonly now: Date; readonly lifetimeMs: number };

export const makeStatement = ({ plan, identity, now, lifetimeMs }: Terms): Statement => ({
  schema: 1,
  kind: 'strictstep-approval',
  role: 'approver',
  plan: plan.hash,
  identity: checkIdentity(identity, '--identity'),
  issued: now.toISOString(),
  expires: new Date(now.getTime() + lifetimeMs).toISOString(),
});

/** The bytes that are signed, and the bytes of the file. */
export const renderStatement = (statement: Statement): string => `${canonicalJson(statement)}\n`;

/** undefined: not a statement in its one form */
export function parseStatement(text: string): Statement | undefined {
  const shape = StatementShape.safeParse(parseJson(text));
  return shape.success && renderStatement(shape.data) === text ? shape.data : undefined;
}

/** Name of the statement's file: who, and which of that person's statements. */
export const statementFile = (statement: Statement): string =>
  `${statement.identity}-${sha256Hex(renderStatement(statement)).slice(0, 12)}.json`;

/** @throws OperatorError USAGE */
export function checkIdentity(identity: string, flag: string): string {
  if (IDENTITY.test(identity)) return identity;
  const hint = 'Write it as in the allowed-signers file, for instance alice@acme.example: letters, digits, @ . _ + -';
  throw new OperatorError('USAGE', `${flag}: ${JSON.stringify(identity)} cannot be an identity`, { hint: `${hint}.` });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
