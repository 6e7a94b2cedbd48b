// Answers that were given or typed: one that is not among the choices, and paths as people type them.
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { OperatorError } from '../core/errors.ts';
import type { ChoiceQuestion } from '../wizard/index.ts';
import { fromFolder } from './from-folder.ts';

export function expectChoice(
  { key, flag, choices }: Pick<ChoiceQuestion, 'key' | 'flag' | 'choices'>,
  answer: string,
): string {
  const values = choices.filter((choice) => choice.disabled === undefined).map(({ value }) => value);
  // A host key is confirmed by its fingerprint or by itself; the conversation compares.
  if (values.includes(answer) || key.startsWith('trust-host.')) return answer;
  const reason = choices.find(({ value }) => value === answer)?.disabled;
  throw new OperatorError(
    'INPUT_VALUE',
    `${flag.split(' ')[0]}: ${answer} cannot be chosen${reason === undefined ? '' : ` (${reason})`}`,
    {
      hint: `It is one of ${values.join(', ')}.`,
    },
  );
}

/** As typed from the current folder; `~` is the home folder, `-` is no file. */
export function named(folder: string, text: string): string {
  const path = text.trim().replace(/^~(?=\/)/u, homedir());
  return path === '' || path === '-' ? path : fromFolder(folder, path.startsWith('./') ? resolve(folder, path) : path);
}
