// A plan file is believed only when its content has the hash it names.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { OperatorError } from '../core/errors.ts';
import { digestOf, type Json } from '../core/json.ts';
import type { Plan } from './types.ts';

/** Enough of the shape to say "this is no plan"; the hash vouches for the rest. */
const PlanShape = z.looseObject({
  schema: z.literal(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  confirm: z.string(),
  steps: z.array(z.looseObject({ id: z.string(), operation: z.string(), phase: z.string() })),
  proof: z.looseObject({ safe: z.boolean() }),
});

export async function loadPlan(file: string): Promise<Plan> {
  return parsePlan(await readText(file), file);
}

/** @throws OperatorError INPUT_SYNTAX, INPUT_VALUE, PLAN_TAMPERED */
export function parsePlan(text: string, file: string): Plan {
  const content = parseJson(text, file);
  const shape = PlanShape.safeParse(content);
  if (!shape.success) {
    const [issue] = shape.error.issues;
    const hint = 'Make the plan with strictstep plan --out FILE.';
    throw new OperatorError(
      'INPUT_VALUE',
      `${file} is not a plan: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
      { hint },
    );
  }
  const { hash, ...rest } = content as Plan & { [key: string]: Json };
  if (digestOf(rest) !== hash) {
    const hint = 'Somebody or something edited it; make the plan again and have it approved again.';
    throw new OperatorError('PLAN_TAMPERED', `${file} does not have the content its hash ${hash.slice(0, 12)} names`, {
      hint,
    });
  }
  return content as Plan;
}

function parseJson(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const hint = 'Make the plan with strictstep plan --out FILE.';
    throw new OperatorError('INPUT_SYNTAX', `${file} is not JSON`, { hint, cause: error });
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new OperatorError('INPUT_UNREADABLE', `cannot read ${file}`, { hint: 'Compare the path.', cause: error });
  }
}
