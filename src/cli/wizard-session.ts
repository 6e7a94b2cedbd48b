// One conversation at the terminal (inquirer): asks what is not answered yet, keeps every answer at once, and can take the
// last one back. Without a terminal nothing is asked: the missing flag is named.
import { resolve } from 'node:path';
import { styleText } from 'node:util';
import { createPromptModule } from 'inquirer';
import { OperatorError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import { writeSecretFile } from '../tls/secret-file.ts';
import { splitList, type Answer, type Answers, type Interviewer, type TextQuestion } from '../wizard/index.ts';
import { expectChoice, named } from './given-answer.ts';
import { writeNote } from './output.ts';

export type SessionOptions = {
  /** of files and flags */
  readonly given: Answers;
  /** of a conversation that was stopped: they can be taken back */
  readonly before: Answers;
  readonly mayAsk: boolean;
  /** relative paths start there */
  readonly folder: string;
  readonly fileProblem: (file: string) => Promise<string | undefined>;
  /** after every answer */
  readonly save: (answers: Answers) => Promise<void>;
};

export type Session = {
  readonly interviewer: Interviewer;
  /** those that were used, in the order in which they were asked for */
  answers(): Answers;
  /** Before the conversation begins again from its first line. */
  rewind(): void;
  /** The last answer was no good; false: there is none that a person can give again. */
  takeBack(): boolean;
};

/** Thrown to begin again without the last answer. */
export const BACK = Symbol('back');

const BACK_WORD = '<';

export function makeSession({ given, before, mayAsk, folder, fileProblem, save }: SessionOptions): Session {
  const prompt = createPromptModule({ output: process.stderr });
  const typed = new Map<string, Answer>(before);
  const made = new Set<string>();
  const used = new Map<string, Answer>();
  let untold: string[] = [];

  const take = async (key: string, answer: Answer): Promise<void> => {
    typed.set(key, answer);
    used.set(key, answer);
    await save(used);
  };
  const takeBack = (): boolean => {
    const last = [...typed.keys()].at(-1);
    if (last !== undefined) typed.delete(last);
    return mayAsk && last !== undefined;
  };
  const goBack = (): never => {
    if (!takeBack()) writeNote('This is the first question.');
    throw BACK;
  };
  /** What was to be shown before a question that needs none any more is not shown before another one. */
  const known = (key: string): Answer | undefined => {
    const answer = typed.get(key) ?? given.get(key);
    if (answer !== undefined) untold = [];
    return answer;
  };

  const ask = async (question: Prompt): Promise<unknown> => {
    if (!mayAsk) {
      throw new OperatorError('USAGE', `missing answer: ${question.flag.split(' ')[0]}`, {
        hint: `Give ${question.flag} on the command line. It answers: ${question.message}`,
      });
    }
    for (const text of untold) writeNote(`\n${text}\n`);
    untold = [];
    const { flag, message, ...rest } = question;
    try {
      const asked = {
        ...rest,
        name: 'answer',
        message: `${message} ${styleText('dim', `[${flag}]`, { stream: process.stderr })}`,
      };
      // The types of inquirer want one literal question; the form is held by Prompt.
      const { answer } = await prompt<{ answer: unknown }>([asked]);
      return answer === BACK_WORD ? goBack() : answer;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
      throw new OperatorError('HELD', 'stopped; the answers so far are kept', {
        hint: 'The same command offers to go on with them.',
      });
    }
  };

  /** A given answer that does not fit is not asked again: whoever gave it is not there. */
  const checked = async (question: TextQuestion, answer: Answer): Promise<Answer> => {
    const problem = await question.check(typeof answer === 'string' ? answer : answer.join(','));
    if (problem === undefined) {
      used.set(question.key, answer);
      return answer;
    }
    throw new OperatorError('INPUT_VALUE', `${question.flag.split(' ')[0]}: ${problem}`, {
      hint: `It answers: ${question.text}`,
    });
  };

  const askText = async (question: TextQuestion): Promise<string> => {
    const place = (text: string): string => (question.isFile === true ? named(folder, text) : text.trim());
    const answer = await ask({
      type: 'input',
      flag: question.flag,
      message: question.text,
      ...(question.suggestion === undefined ? {} : { default: question.suggestion }),
      validate: async (text: string) => text.trim() === BACK_WORD || ((await question.check(place(text))) ?? true),
    });
    return place(String(answer));
  };

  const interviewer: Interviewer = {
    isGiven: (key) => given.has(key) || typed.has(key),
    tell: (text) => void untold.push(text),
    text: async (question) => {
      const answer = known(question.key);
      if (answer !== undefined) return String(await checked(question, answer));
      const given = await askText(question);
      await take(question.key, given);
      return given;
    },
    list: async (question) => {
      const answer = known(question.key);
      if (answer !== undefined) {
        const list = await checked(question, typeof answer === 'string' ? splitList(answer) : answer);
        return typeof list === 'string' ? [list] : list;
      }
      const list = splitList(await askText(question));
      await take(question.key, list);
      return list;
    },
    choose: async (question) => {
      const answer = known(question.key);
      if (answer !== undefined) {
        used.set(question.key, expectChoice(question, String(answer)));
        return String(answer);
      }
      const chosen = await ask({
        type: 'select',
        flag: question.flag,
        message: question.text,
        choices: [
          ...question.choices.filter(({ disabled }) => disabled === undefined),
          { value: BACK_WORD, name: '< back' },
          ...question.choices.flatMap((choice) =>
            choice.disabled === undefined ? [] : [{ ...choice, disabled: `(${choice.disabled})` }],
          ),
        ],
        ...(question.suggestion === undefined ? {} : { default: question.suggestion }),
        loop: false,
      });
      await take(question.key, String(chosen));
      return String(chosen);
    },
    many: async (question) => {
      const answer = known(question.key);
      if (answer !== undefined) {
        const list = typeof answer === 'string' ? splitList(answer) : answer;
        for (const one of list) expectChoice(question, one);
        used.set(question.key, list);
        return list;
      }
      const chosen = await ask({
        type: 'checkbox',
        flag: question.flag,
        message: question.text,
        choices: [
          ...question.choices.map((choice) => ({
            ...choice,
            short: choice.value,
            checked: question.suggestion.includes(choice.value),
          })),
          { value: BACK_WORD, name: '< back', checked: false },
        ],
        loop: false,
      });
      const list = Array.isArray(chosen) ? chosen.map(String) : [];
      if (list.includes(BACK_WORD)) goBack();
      await take(question.key, list);
      return list;
    },
    secretFile: async ({ key, flag, text, suggestion }) => {
      const answer = known(key);
      const question: TextQuestion = { key, flag, text, suggestion, isFile: true, check: fileProblem };
      if (answer !== undefined) return String(await checked(question, answer));
      const file = await askText({
        ...question,
        text: `${text} (if there is none, you can type it)`,
        check: () => undefined,
      });
      if (made.has(file) || (await fileProblem(file)) !== undefined) {
        const typedIn = await ask({
          type: 'password',
          flag,
          message: `${text.replace(/^File with (t|i)/u, (_all, letter: string) => letter.toUpperCase())} (not shown; it goes into ${file}, which only you can read)`,
          mask: true,
        });
        await writeSecretFile(resolve(folder, file), new Secret(String(typedIn), text), made.has(file));
        made.add(file);
      }
      await take(key, file);
      return file;
    },
  };
  return {
    interviewer,
    answers: () => used,
    takeBack,
    rewind: () => {
      used.clear();
      untold = [];
    },
  };
}

type Prompt = {
  readonly type: 'input' | 'select' | 'checkbox' | 'password';
  readonly flag: string;
  readonly message: string;
  readonly [option: string]: unknown;
};
