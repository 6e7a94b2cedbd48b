// One question of the wizard at the terminal (inquirer). Without a terminal nothing is asked: the missing flag is named.
import { styleText } from 'node:util';
import { createPromptModule } from 'inquirer';
import { OperatorError } from '../core/errors.ts';

export type Prompt = {
  readonly type: 'input' | 'select' | 'checkbox' | 'password';
  readonly flag: string;
  readonly message: string;
  readonly [option: string]: unknown;
};

/** @param show what belongs to the question, right before it
 * @returns the answer; @throws OperatorError USAGE when nobody can be asked, HELD on Ctrl-C */
export function makeWizardPrompt(mayAsk: boolean, show: () => void): (question: Prompt) => Promise<unknown> {
  const prompt = createPromptModule({ output: process.stderr });
  return async (question) => {
    if (!mayAsk) {
      throw new OperatorError('USAGE', `missing answer: ${question.flag.split(' ')[0]}`, {
        hint: `Give ${question.flag} on the command line. It answers: ${question.message}`,
      });
    }
    // Together with the question, not before: inquirer throws away what is typed while no question is shown (its issue 1303),
    // and that is right, for nobody has read what it would answer. Who reacts to a note must find the question there.
    show();
    const { flag, ...rest } = question;
    try {
      const asked = { ...rest, name: 'answer', theme: { style: { message: shownWith(flag) } } };
      // The types of inquirer want one literal question; the form is held by Prompt.
      const { answer } = await prompt<{ answer: unknown }>([asked]);
      return answer;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
      throw new OperatorError('HELD', 'stopped; the answers so far are kept', {
        hint: 'The same command offers to go on with them.',
      });
    }
  };
}

/** With the flag that answers it, as long as it is a question. */
const shownWith =
  (flag: string) =>
  (message: string, status: string): string => {
    const text = styleText('bold', message, { stream: process.stderr });
    return status === 'done' ? text : `${text} ${styleText('dim', `[${flag}]`, { stream: process.stderr })}`;
  };
