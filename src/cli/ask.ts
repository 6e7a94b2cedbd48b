// A question on the terminal (inquirer), shown on stderr. Without a terminal nothing is asked: the missing flag is named.
import { OperatorError } from '../core/errors.ts';

export type Question = { readonly question: string; readonly flag: string; readonly isAllowed: boolean };

/** Whether somebody sits at a terminal and can answer. */
export const mayAskHere = (isAllowed: boolean): boolean =>
  isAllowed && process.stdin.isTTY && process.stderr.isTTY && (process.env['CI'] ?? '') === '';

/** @throws OperatorError USAGE when it may not ask; HELD on Ctrl-C */
export async function ask({ question, flag, isAllowed }: Question): Promise<string> {
  if (!mayAskHere(isAllowed)) {
    throw new OperatorError('USAGE', `missing answer: ${flag}`, { hint: `Give ${flag} on the command line.` });
  }
  const { createPromptModule } = await import('inquirer');
  const prompt = createPromptModule({ output: process.stderr });
  try {
    const { answer } = await prompt([{ type: 'input', name: 'answer', message: question }]);
    return String(answer).trim();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
    throw new OperatorError('HELD', 'nothing was confirmed', { hint: 'Nothing was changed.' });
  }
}
