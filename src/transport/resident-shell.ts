// A shell that stays on a host while it is connected, for short scripts of ours and for health commands: each costs the host one process instead of a
// session, a log-in shell and two shells. It is sent one line for a script, and a shell executes a compound command only when
// it has read all of it: a line that arrives in part does nothing, and one that is sent never waits for more.
// Source: POSIX.1-2024, Shell Command Language 2.9.4 (compound commands); OpenSSH (MaxSessions counts it like any session).
import { randomBytes } from 'node:crypto';
import { constants } from 'node:os';
import { OperatorError } from '../core/errors.ts';
import { quoteArgv } from './argv-quoting.ts';
import { markOfShell } from './marked-command.ts';
import { outputBetween } from './output-between.ts';
import type { Ending, Hearing, Running, ShortCommand, StartShort } from './process.ts';

interface ResidentShell {
  /** Executes a command, one at a time: it is not started when another one is at work, when the input is nothing that the shell
   * can pass on, or when this host has no session left for the shell. */
  readonly start: StartShort;
  /** Gives its session back, after the script that it executes, and for good. */
  end(): void;
}

type Options = {
  /** starts the shell itself */
  readonly open: (argv: readonly string[]) => Promise<Running>;
  /** of the run, now; undefined: none */
  readonly mark: () => string | undefined;
};

type Open = {
  readonly running: Running;
  /** what it was opened with counts as long as it lives */
  readonly mark: string | undefined;
  readonly nextWord: () => string;
  /** the beginning of all that it said */
  greeting: string;
  /** in the greeting when `printf` is its own, so that no other program gets what is printed */
  readonly ownPrintf: string;
  /** the script that it executes, or the one before */
  executes: (Hearing & { readonly lost: () => void }) | undefined;
};

const GREETING_KEPT = 4096;

/** What nobody can know before it was said: each is said once. */
function makeWords(): () => string {
  const secret = randomBytes(12).toString('hex');
  let count = 0;
  return () => `@@strictstep-${secret}-${(count += 1)}`;
}

export function makeResidentShell({ open, mark }: Options): ResidentShell {
  let shell: Open | undefined;
  let isBusy = false;
  let isOff = false;

  /** Only once the shell has said that it can. */
  const mayFeed = ({ kind, stdin }: ShortCommand): boolean =>
    kind === 'script' && shell?.mark === mark() && shell?.greeting.includes(shell.ownPrintf) === true && isPlain(stdin);
  const drop = (gone: Open): void => {
    if (shell === gone) shell = undefined;
  };
  const endIdle = (): void => {
    if (isBusy || shell === undefined) return;
    shell.running.stdin.end();
    drop(shell);
  };
  const notice = async (of: Open): Promise<void> => {
    await of.running.ending;
    drop(of);
    of.executes?.lost();
  };
  const opened = async (): Promise<Open> => {
    const now = mark();
    // A run has begun or ended since: what belongs to it has to be found by its mark.
    if (shell !== undefined && shell.mark === now) return shell;
    shell?.running.stdin.end();
    const running = await open(['sh', '-s', ...(now === undefined ? [] : [markOfShell(now)])]);
    const nextWord = makeWords();
    const word = nextWord();
    const fresh: Open = {
      running,
      mark: now,
      nextWord,
      greeting: '',
      ownPrintf: `${word}\nprintf\n`,
      executes: undefined,
    };
    shell = fresh;
    running.stdout.on('data', (chunk: Buffer) => {
      if (fresh.greeting.length < GREETING_KEPT) fresh.greeting += chunk.toString('latin1');
      fresh.executes?.out(chunk);
    });
    running.stderr.on('data', (chunk: Buffer) => fresh.executes?.err(chunk));
    running.stdin.on('error', () => drop(fresh));
    running.stdin.write(`echo ${word};command -v printf\n`);
    void notice(fresh);
    return fresh;
  };

  const follow = async (current: Open, ending: Promise<Ending>): Promise<void> => {
    const how = await ending;
    isBusy = false;
    if (how.kind === 'lost') drop(current);
    if (isOff) endIdle();
  };

  return {
    async start(command, hearing) {
      if (isOff || isBusy || !(command.stdin.length === 0 || mayFeed(command))) return undefined;
      isBusy = true;
      let current: Open;
      try {
        current = await opened();
      } catch (error) {
        isBusy = false;
        isOff = true;
        // Nothing of the script was sent. A session of its own meets the same, or does without this one.
        if (error instanceof OperatorError && error.code === 'HOST_LOGIN') throw error;
        return undefined;
      }
      const ending = execute(current, command, hearing);
      void follow(current, ending);
      const kill = (): void => {
        drop(current);
        current.running.kill();
      };
      return { ending, kill };
    },
    end() {
      isOff = true;
      endIdle();
    },
  };
}

/** What every shell passes on byte by byte, and what one packet of SSH holds: RFC 4253, 6.1. */
const INPUT_LIMIT_BYTES = 24 * 1024;
const isPlain = (stdin: Uint8Array): boolean =>
  stdin.length <= INPUT_LIMIT_BYTES &&
  stdin.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09);

/** The output says when it has ended, with a word that nobody can know before, and the first one when it begins, since a log-in may
 * greet. Of errors that is said only where they count: each word is one more packet. */
function execute(shell: Open, command: ShortCommand, { out: giveOut, err: giveErr }: Hearing): Promise<Ending> {
  const word = shell.nextWord();
  const isFirst = shell.executes === undefined;
  const [out, err] = [outputBetween(word, !isFirst, giveOut), outputBetween(word, true, giveErr)];
  const { promise: lost, resolve: tellLost } = Promise.withResolvers<Ending>();
  shell.executes = {
    out: out.hear,
    err: err.hear,
    lost() {
      out.end();
      err.end();
      tellLost({ kind: 'lost' });
    },
  };
  const end = `s=$?;case $s in 0) ;; *) echo ${word}.0>&2;;esac;echo ${word}.$s`;
  shell.running.stdin.write(`{ ${isFirst ? `echo ${word};` : ''}${inProcessOfItsOwn(command)};${end};}\n`);
  const follow = async (): Promise<Ending> => {
    const status = await out.status;
    if (status === 0) err.end();
    await err.ended;
    return endingOf(status);
  };
  return Promise.race([follow(), lost]);
}

/** An asynchronous list, since that is a process of its own in every shell: a subshell is none in ksh93. A script of ours is read by
 * the shell itself; a program is started, also when it is a shell, for nobody vouches for the script that it is given. The input of a script is a variable of the shell, see INPUT: it stands in no
 * argument, no environment and no file. */
function inProcessOfItsOwn({ kind, argv, stdin }: ShortCommand): string {
  if (kind === 'program') return `(${quoteArgv(argv)};exit $?)</dev/null&wait $!`;
  const [, , script, , ...args] = argv;
  const input = stdin.length === 0 ? '' : `strictstep_input=${quoteArgv([Buffer.from(stdin).toString('latin1')])}\n`;
  return `(${input}set -- ${args.length === 0 ? '' : quoteArgv(args)}\n${script}\n)</dev/null&wait $!`;
}

/** Above 128 a signal ended it, which ksh93 counts from 256; a script of ours that is stopped says so itself in that way. The
 * highest signal of old systems is 31. */
function endingOf(status: number): Ending {
  const number = status > 256 ? status - 256 : status - 128;
  if (number < 1 || number > 31) return { kind: 'exit', code: status };
  const signal = Object.entries(constants.signals).find(([, one]) => one === number)?.[0];
  return { kind: 'signal', signal: signal ?? `SIG${number}` };
}
