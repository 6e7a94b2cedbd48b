// All checks of a manual step, one after another.
import type { ReadContext } from '../../core/operation.ts';
import { whatIsMissing } from './execute-check.ts';
import type { Params } from './params.ts';

/** undefined: all hold; else what the first one that does not hold sees instead */
export async function executeCheck(params: Params, context: ReadContext): Promise<string | undefined> {
  for (const check of params.checks) {
    const missing = await whatIsMissing(check, params, context);
    if (missing !== undefined) return missing;
  }
  return undefined;
}
