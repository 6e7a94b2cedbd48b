// Commands as the service user, by sudo or su and without a terminal. The program says first that it has begun, on both of
// its outputs: what comes before is the talk of sudo, and nothing of the command's own input is sent before, so that a
// password can never end up in it, nor the input at a password prompt. Source: sudo(8), sudoers(5), su(1) of util-linux.
import { randomBytes } from 'node:crypto';
import { OperatorError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import type { BecomeEntry } from '../inventory/types.ts';
import { quoteArgv } from './argv-quoting.ts';
import { becomeRefusal } from './become-refusal.ts';
import { openGate } from './mark-gate.ts';
import type { Gate } from './mark-gate.ts';
import type { Running, Site } from './process.ts';
import { stdinBytes } from './wording.ts';

type Start = Site['start'];

/** sudo may ask a directory service first. */
const BEGIN_LIMIT_MS = 30_000;

/** The folder may be one that the service user cannot enter. */
const BEGIN = 'cd "$HOME" 2>/dev/null||cd /;echo "$1.$$";echo "$1.$$">&2;shift;exec "$@"';
/** Its process group, for the log-in user may not end what belongs to another one. Arguments: the process, its start mark. */
const END =
  'g=`ps -o pgid= -p "$1"|tr -d " "`;case $g in ""|*[!0-9]*) exit 0;;esac;kill -TERM "-$g" 2>/dev/null;exit 0';

/** @param password what sudo or su may ask for; undefined: it must not ask
 * @throws OperatorError of the Start HOST_LOGIN: the log-in may not become that user */
export function startAs(become: BecomeEntry, password: Secret | undefined, subject: string, start: Start): Start {
  const begin = async (argv: readonly string[], kind: Parameters<Start>[1]): Promise<readonly [Running, string]> => {
    const mark = `@@strictstep-${randomBytes(8).toString('hex')}`;
    const running = await start(becomeArgv(become, password !== undefined, mark, argv), kind);
    return await passGate(running, { mark, become, password, subject });
  };
  return async (argv, kind) => {
    const [running, pid] = await begin(argv, kind);
    const endGroup = async (): Promise<void> => {
      const [ender] = await begin(['sh', '-c', END, 'sh', pid], 'command');
      ender.stdin.end();
      ender.stdout.resume();
      ender.stderr.resume();
      await ender.ending;
    };
    return {
      ...running,
      kill() {
        // What cannot be ended any more is found by its mark at the next start of the run.
        void endGroup()
          .catch(() => undefined)
          .finally(() => running.kill());
      },
    };
  };
}

/** @param mayAsk false: sudo ends at once when it would ask */
export function becomeArgv(
  { method, user, program = method }: BecomeEntry,
  mayAsk: boolean,
  mark: string,
  argv: readonly string[],
): readonly string[] {
  const inner = ['sh', '-c', BEGIN, 'sh', mark, ...argv];
  // A shell of the other user reads it, whichever shell that is: one word, quoted for the Bourne family.
  if (method === 'su') return [program, '-', user, '-c', `exec ${quoteArgv(inner)}`];
  const asking = mayAsk ? ['-S', '-p', promptOf(mark)] : ['-n'];
  return [program, ...asking, '-H', '-u', user, '--', ...inner];
}

const promptOf = (mark: string): string => `${mark}.password:`;

type Passing = {
  readonly mark: string;
  readonly become: BecomeEntry;
  readonly password: Secret | undefined;
  readonly subject: string;
};

/** Answers the prompt, once, and gives the program when it has begun, with its process id. */
async function passGate(running: Running, passing: Passing): Promise<readonly [Running, string]> {
  const { mark, become, password, subject } = passing;
  const [stdout, stderr] = [openGate(running.stdout, mark), openGate(running.stderr, mark)];
  running.stdin.on('error', () => undefined);
  const said = (): string => `${stderr.before()}\n${stdout.before()}`.replaceAll(promptOf(mark), '');
  const refused = (fact?: string): OperatorError => becomeRefusal({ subject, become, said: said(), fact });
  const { promise: failed, reject } = Promise.withResolvers<never>();
  let asked = 0;
  stderr.onText((text) => {
    const prompts = become.method === 'sudo' ? text.split(promptOf(mark)).length - 1 : Number(SU_PROMPT.test(text));
    if (prompts <= asked) return;
    asked = prompts;
    if (password === undefined) reject(refused('it asks for a password, and the inventory names none'));
    else if (asked > 1) reject(refused('it does not take the password'));
    else running.stdin.write(stdinBytes([password, '\n']));
  });
  const timer = setTimeout(() => reject(refused(`it did not begin within ${BEGIN_LIMIT_MS / 1000} s`)), BEGIN_LIMIT_MS);
  // The ends of both outputs come first: what was said is complete then.
  void running.ending.then((ending) => reject(ending.kind === 'exit' ? refused() : lost(subject, become)));
  try {
    const [pid] = await Promise.race([Promise.all([stdout.passed, stderr.passed]), failed]);
    const ending = Promise.all([running.ending, stdout.ended, stderr.ended]).then(([how]) => how);
    return [
      { ...running, stdout: stdout.rest, stderr: stderr.rest, ending, kill: killing(running, stdout, stderr) },
      pid,
    ];
  } catch (error) {
    running.kill();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const SU_PROMPT = /[:：] ?$/;

function killing(running: Running, ...gates: readonly Gate[]): () => void {
  return () => {
    running.kill();
    for (const { rest } of gates) rest.resume();
  };
}

const lost = (subject: string, { method, user }: BecomeEntry): OperatorError =>
  new OperatorError(
    'OUTCOME_UNKNOWN',
    `${subject}: the connection was lost while ${method} made a command begin as ${user}`,
    {
      hint: 'Run the same command again: it reads before it writes.',
    },
  );
