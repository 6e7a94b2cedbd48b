// From what a task says to parameters: `with` is checked strictly, since people write it; the target's fields come from
// the planner, which may give more than an operation needs.
import { z } from 'zod';
import { OperatorError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';

/** Of operations that are told nothing but their target. */
export const NoWish = z.strictObject({});

/** @throws OperatorError INPUT_VALUE that names the first wrong key */
export function parseInput<Target extends z.ZodType, Wish extends z.ZodObject>(
  input: Json,
  target: Target,
  wish: Wish,
): { readonly target: z.infer<Target>; readonly wish: z.infer<Wish> } {
  const parts = z.object({ target: z.unknown(), with: z.unknown() }).parse(input);
  return {
    target: checked(target, parts.target, 'target', ''),
    wish: checked(wish, parts.with ?? {}, 'with', `It takes ${Object.keys(wish.shape).join(', ') || 'no keys'}.`),
  };
}

function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: string,
  hint: string,
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const keys = issue?.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : (issue?.path ?? []);
  const message = issue?.code === 'unrecognized_keys' ? 'this key is not known' : (issue?.message ?? 'wrong value');
  const name = [where, ...keys.map(String)].join('.');
  const text = message.charAt(0).toLowerCase() + message.slice(1);
  throw new OperatorError('INPUT_VALUE', `${name}: ${text}`, hint === '' ? {} : { hint });
}
