// The name of what is changed has to be said once more: nobody changes the wrong cell by pressing Enter.
import { OperatorError } from '../core/errors.ts';
import type { Plan } from '../plan/types.ts';
import { ask } from './ask.ts';
import type { GlobalFlags } from './program.ts';

/** @throws OperatorError CONFIRM_MISSING; USAGE when nobody can be asked */
export async function expectConfirmation(
  plan: Plan,
  { confirm: given, input, json }: GlobalFlags & { readonly confirm?: string },
): Promise<void> {
  const name =
    given ??
    (await ask({ question: `Type ${plan.confirm} to change it:`, flag: '--confirm', isAllowed: input && !json }));
  if (name === plan.confirm) return;
  const message = `the plan changes ${plan.confirm}, the confirmation says ${name === '' ? 'nothing' : name}`;
  throw new OperatorError('CONFIRM_MISSING', message, {
    hint: `Give --confirm ${plan.confirm} when that is what you want to change.`,
  });
}
