// strictstep init: from a few host names to an inventory, a playbook and a plan, in one conversation. Everything that a person
// answers is a flag, too, and is kept in answers.yaml, from which the same files come again.
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { OperatorError } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { prettyJson } from '../../core/json.ts';
import { shippedFile } from '../../core/program-files.ts';
import { loadText } from '../../core/yaml/load-text.ts';
import type { Discovery } from '../../discover/index.ts';
import { questionsIn } from '../../inventory/index.ts';
import {
  interview,
  parseAnswers,
  PLAYBOOK_OF,
  renderAnswers,
  renderInventory,
  renderPlaybook,
  type Answers,
  type Outcome,
} from '../../wizard/index.ts';
import type { AnswerFlags } from '../answer-flags.ts';
import { mayAskHere, ask } from '../ask.ts';
import { answersOf } from '../flag-answers.ts';
import { writeJson, writeNote, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { BACK, makeSession, type Session } from '../wizard-session.ts';
import { closingText, planHead } from '../wizard-summary.ts';
import { makeWorld } from '../wizard-world.ts';
import { writeOwnFile } from '../write-file.ts';

export type InitFlags = GlobalFlags &
  AnswerFlags & {
    readonly out: string;
    readonly answers?: string;
    readonly continue: boolean;
    readonly rescan: boolean;
    readonly plan: boolean;
    readonly force: boolean;
  };

const FILES = ['inventory.yaml', 'playbook.yaml', 'answers.yaml', 'facts.json'] as const;
const KNOWN_HOSTS = 'known_hosts';
const PART = 'answers.part.yaml';

export async function init(flags: InitFlags): Promise<void> {
  const out = resolve(flags.out);
  const part = join(out, PART);
  const mayAsk = mayAskHere(flags.input && !flags.json);
  const folder = flags.answers === undefined ? out : dirname(resolve(flags.answers));
  const flagged = answersOf(flags, folder);
  if (mayAsk) writeNote(HELLO);
  const before = flags.answers === undefined ? await answersBefore(part, flags, mayAsk) : new Map();
  const filed = flags.answers === undefined ? new Map() : await load(flags.answers);
  const given: Answers = new Map([...filed, ...flagged]);
  if (!mayAsk && !given.has('hosts') && !before.has('hosts')) {
    const hint = 'There is no terminal to ask at: give every answer as a flag, or all of them with --answers FILE.';
    throw new OperatorError('USAGE', 'missing answer: --host', { hint });
  }
  // What an earlier conversation left is ours.
  const isOurs = flags.force || (await isThere(part));
  if (flags.answers === undefined && !flags.force) await expectNone(out, isOurs ? FILES : [...FILES, KNOWN_HOSTS]);
  await mkdir(out, { recursive: true });
  const facts = flags.rescan || flags.answers === undefined ? undefined : await factsBeside(folder);
  const world = makeWorld({ folder, out, given: new Map([...before, ...given]), facts, isOurs });
  const session = makeSession({
    given,
    before,
    mayAsk,
    folder,
    fileProblem: (file) => world.fileProblem(file),
    save: (answers) => writeFile(part, renderAnswers(answers), { mode: 0o600 }),
  });
  const outcome = await untilDone(session, () => interview(session.interviewer, world));
  await writeFiles(out, outcome, session.answers(), flags.force);
  await rm(part, { force: true });
  await report(flags, outcome, session.answers());
}

const HELLO = `strictstep init: a few questions, then an inventory, a playbook and a plan. No host is changed.
Enter takes what is suggested, < goes one question back, Ctrl-C stops and keeps the answers.
What stands in [brackets] is the flag that answers the question without asking.
`;

async function untilDone(session: Session, talk: () => Promise<Outcome>): Promise<Outcome> {
  for (;;) {
    try {
      return await talk();
    } catch (error) {
      if (error !== BACK) expectCorrectable(error, session);
      session.rewind();
    }
  }
}

/** What the last answer led to, such as a password that opens nothing, is told, and the answer is asked for again. */
function expectCorrectable(error: unknown, session: Session): void {
  const isEnd = !(error instanceof OperatorError) || ENDS.has(error.code);
  if (isEnd) throw error;
  const why = `${error.code}: ${error.message}\n${error.hint ?? ''}\nPlease answer again, or go back with <.`;
  if (!session.takeBack(why)) throw error;
}

/** Ctrl-C, an answer on the command line, and a host key that nobody confirms. */
const ENDS: ReadonlySet<ErrorCode> = new Set(['HELD', 'USAGE', 'INPUT_VALUE', 'HOST_KEY']);

async function load(file: string): Promise<Answers> {
  return parseAnswers((await loadText(file)).text, file);
}

/** What an earlier conversation in this folder left, if a person wants to go on with it. */
async function answersBefore(part: string, flags: InitFlags, mayAsk: boolean): Promise<Answers> {
  if (!(await isThere(part))) return new Map();
  const found = new Map([...(await load(part))].filter(([, answer]) => answer !== 'no'));
  if (flags.continue) return found;
  if (!mayAsk) return new Map();
  const question = `There are ${found.size} answers from before in ${part}. Go on with them? (yes or no; Enter: yes) [--continue]`;
  const answer = await ask({ question, flag: '--continue', isAllowed: true });
  return /^(y|yes|)$/iu.test(answer) ? found : new Map();
}

async function factsBeside(folder: string): Promise<Discovery | undefined> {
  const text = await readFile(join(folder, 'facts.json'), 'utf8').catch(() => undefined);
  // Our own file: whoever changes it by hand changes what is written from it.
  return text === undefined ? undefined : (JSON.parse(text) as Discovery);
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function expectNone(out: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (!(await isThere(join(out, name)))) continue;
    const keys = name === KNOWN_HOSTS ? ', or --known-hosts to use that file' : '';
    const hint = `Choose another folder with --out, or give --force to replace what is there${keys}.`;
    throw new OperatorError('USAGE', `file ${join(out, name)} exists already`, { hint });
  }
}

async function writeFiles(out: string, outcome: Outcome, answers: Answers, force: boolean): Promise<void> {
  const { goal, discovery } = outcome;
  const shipped =
    goal === 'audit' ? undefined : await readFile(shippedFile(`playbooks/${PLAYBOOK_OF[goal]}.yaml`), 'utf8');
  const texts: Readonly<Record<(typeof FILES)[number], string | undefined>> = {
    'inventory.yaml': renderInventory(outcome, answers),
    'playbook.yaml': shipped && renderPlaybook(shipped, goal, answers),
    'answers.yaml': renderAnswers(answers),
    'facts.json': prettyJson(discovery),
  };
  for (const name of FILES) {
    const [file, text] = [join(out, name), texts[name]];
    const before = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined && text !== before) await writeOwnFile(file, text, { mode: 0o644, force });
  }
}

async function report(flags: InitFlags, outcome: Outcome, answers: Answers): Promise<void> {
  const folder = flags.out;
  const inventory = join(folder, 'inventory.yaml');
  const questions = questionsIn(await readFile(inventory, 'utf8'), inventory);
  const isPlanned = flags.plan && outcome.goal !== 'audit' && questions.length === 0;
  const planned = isPlanned ? await planHead(inventory, join(folder, 'playbook.yaml'), flags.input) : undefined;
  const written = FILES.filter((name) => name !== 'playbook.yaml' || outcome.goal !== 'audit');
  const files = [...written, ...(answers.has('known-hosts') ? [] : [KNOWN_HOSTS])].map((name) => join(folder, name));
  if (flags.json) {
    return writeJson({ schema: 1, goal: outcome.goal, files, questions, plan: planned?.json ?? null });
  }
  const { text, confirm } = planned ?? {};
  const needsApproval = Number(answers.get('approvals') ?? 0) > 0;
  writeResult(closingText({ files, questions, goal: outcome.goal, folder, planned: text, confirm, needsApproval }));
}
