// One conversation at the terminal: asks what is not answered yet, keeps every answer at once, and can take the
// last one back. Without a terminal nothing is asked: the missing flag is named.
import { resolve } from 'node:path';
import { OperatorError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import { writeSecretFile } from '../tls/secret-file.ts';
import { splitList, type Answer, type Answers, type Interviewer, type TextQuestion } from '../wizard/index.ts';
import { expectChoice, named } from './given-answer.ts';
import { writeNote } from './output.ts';
import { TYPED_SECRET } from './typed-secret.ts';
import { makeWizardPrompt, type Prompt } from './wizard-prompt.ts';

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
  /** The last answer was no good; false: there is none that a person can give again.
   * @param why shown with the question that is asked next */
  takeBack(why: string): boolean;
};

/** Thrown to begin again without the last answer. */
export const BACK = Symbol('back');

const BACK_WORD = '<';
const NONE = '-';

export function makeSession({ given, before, mayAsk, folder, fileProblem, save }: SessionOptions): Session {
  const typed = new Map<string, Answer>(before);
  /** password files made here -> the answer that made them */
  const made = new Map<string, string>();
  const used = new Map<string, Answer>();
  let untold: string[] = [];

  const take = async (key: string, answer: Answer): Promise<void> => {
    typed.set(key, answer);
    used.set(key, answer);
    await save(used);
  };
  /** What was answered before it was taken back is suggested when it is asked again. */
  const left = new Map<string, Answer>();
  const refused = new Set<string>();
  let note = '';
  const takeBack = (why: string): boolean => {
    note = why;
    // In the order of this conversation: a file has its answers in another one.
    const last = [...used.keys()].findLast((key) => typed.has(key));
    const answer = last === undefined ? undefined : typed.get(last);
    if (last === undefined || answer === undefined) return false;
    typed.delete(last);
    left.set(last, answer);
    if (why !== '') refused.add(last);
    return mayAsk;
  };
  const suggested = (key: string, suggestion: string | undefined): { readonly default?: string } => {
    const answer = left.get(key) ?? suggestion;
    return answer === undefined ? {} : { default: typeof answer === 'string' ? answer : answer.join(', ') };
  };
  const goBack = (): never => {
    if (!takeBack('')) note = 'This is the first question.';
    throw BACK;
  };
  /** What was to be shown before a question that needs none any more is not shown before another one. */
  const known = (key: string): Answer | undefined => {
    const answer = typed.get(key) ?? given.get(key);
    if (answer !== undefined) untold = [];
    return answer;
  };

  const showPrompt = makeWizardPrompt(mayAsk, () => {
    for (const text of [note, ...untold].filter((one) => one !== '')) writeNote(`\n${text}\n`);
    [note, untold] = ['', []];
  });
  const ask = async (question: Prompt): Promise<unknown> => {
    const answer = await showPrompt(question);
    return answer === BACK_WORD ? goBack() : answer;
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

  /** @param refuse why what was typed, as it was typed, is no answer */
  const askText = async (
    question: TextQuestion,
    refuse: (typed: string) => Promise<string | undefined> = async () => undefined,
  ): Promise<string> => {
    const place = (text: string): string => (question.isFile === true ? named(folder, text) : text.trim());
    const answer = await ask({
      type: 'input',
      flag: question.flag,
      message: question.text,
      ...suggested(question.key, question.suggestion),
      validate: async (text: string) =>
        text.trim() === BACK_WORD || ((await refuse(text.trim())) ?? (await question.check(place(text))) ?? true),
    });
    return place(String(answer));
  };

  const interviewer: Interviewer = {
    isGiven: (key) => given.has(key) || typed.has(key),
    mayAsk,
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
        ...suggested(question.key, question.suggestion),
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
      const before = left.get(question.key) ?? question.suggestion;
      const chosen = await ask({
        type: 'checkbox',
        flag: question.flag,
        message: question.text,
        choices: [
          ...question.choices.map((choice) => ({
            ...choice,
            short: choice.value,
            checked: before.includes(choice.value),
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
    secretFile: async ({ key, flag, text, suggestion, mayBeNone }) => {
      const answer = known(key);
      const isNone = (file: string): boolean => mayBeNone === true && file === NONE;
      const check = async (file: string) => (isNone(file) ? undefined : await fileProblem(file));
      const question: TextQuestion = { key, flag, text, suggestion, isFile: true, check };
      if (answer !== undefined) return String(await checked(question, answer));
      // Somebody may type the password here: what is no path must not be kept and shown as one.
      const isPath = async (typed: string): Promise<boolean> =>
        typed.includes('/') || (await check(named(folder, typed))) === undefined;
      const file = await askText(
        { ...question, text: `${text} (where there is none yet, you type it next)`, check: () => undefined },
        async (typed) =>
          (await isPath(typed)) ? undefined : 'Not the password: write the path of a file, with a slash in it.',
      );
      // What was typed for this question, now or before Ctrl-C, opened nothing; what was typed for another one is asked for once.
      const isOurs = made.get(file) === key || (refused.has(key) && left.get(key) === file && file === suggestion);
      const isAgain = isOurs && (await check(file)) === undefined;
      if (isAgain || (await check(file)) !== undefined) {
        const typedIn = await ask({
          type: 'password',
          flag,
          message: `${text.replace(/^File with (t|i)/u, (_all, letter: string) => letter.toUpperCase())} (not shown; it ${isAgain ? 'replaces what is in' : 'goes into'} ${file}, which only you can read)`,
          ...TYPED_SECRET,
        });
        await writeSecretFile(resolve(folder, file), new Secret(String(typedIn), text), isAgain);
        made.set(file, key);
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
