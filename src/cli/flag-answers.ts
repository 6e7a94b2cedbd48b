// The flags of a command line as answers of the wizard.
import { resolve } from 'node:path';
import { OperatorError } from '../core/errors.ts';
import type { Answer, Answers } from '../wizard/index.ts';
import { ANSWER_FLAGS, type AnswerFlags, type AnswerKind } from './answer-flags.ts';
import { fromFolder } from './from-folder.ts';

const optionOf = (flag: string): string =>
  (flag.split(' ')[0] ?? '').slice(2).replaceAll(/-([a-z])/gu, (_all, letter: string) => letter.toUpperCase());

/** @param folder that paths in answers start from; flags are typed from the current one
 * @throws OperatorError USAGE */
export function answersOf(flags: AnswerFlags, folder: string): Answers {
  const found = new Map<string, Answer>();
  for (const [key, [flag, kind]] of Object.entries(ANSWER_FLAGS)) {
    const value = flags[optionOf(flag)];
    if (typeof value === 'string') found.set(key, kind === 'file' ? fromFolder(folder, resolve(value)) : value);
    else if (Array.isArray(value) && kind === 'list')
      found.set(
        key,
        value.flatMap((one) => String(one).split(',')),
      );
    else if (Array.isArray(value)) for (const one of value) addFor(found, key, flag, kind, String(one), folder);
  }
  return found;
}

function addFor(
  found: Map<string, Answer>,
  key: string,
  flag: string,
  kind: AnswerKind,
  text: string,
  folder: string,
): void {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) {
    const name = flag.split(' ')[0];
    throw new OperatorError('USAGE', `${name} ${text} has another form than ${flag}`, {
      hint: `Write the name that it is for, an equals sign and the answer: ${flag.replace(/[<>]/gu, '')}.`,
    });
  }
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  if (kind === 'list-for') found.set(`${key}.${name}`, value.split(','));
  else found.set(`${key}.${name}`, kind === 'file-for' && value !== '-' ? fromFolder(folder, resolve(value)) : value);
}
