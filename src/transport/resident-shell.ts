// A shell that stays on a host while it is connected, for short scripts of ours: each costs the host one process instead of a
// session, a log-in shell and two shells. It is sent one line for a script, and a shell executes a compound command only when
// it has read all of it: a line that arrives in part does nothing, and one that is sent never waits for more.
// Source: POSIX.1-2024, Shell Command Language 2.9.4 (compound commands); OpenSSH (MaxSessions counts it like any session).
import { randomBytes } from 'node:crypto';
import { constants } from 'node:os';
import { Writable } from 'node:stream';
import { OperatorError } from '../core/errors.ts';
import { quoteArgv } from './argv-quoting.ts';
import { markedScript, markOfShell } from './marked-command.ts';
import { outputBetween } from './output-between.ts';
import type { CommandKind, Ending, Running } from './process.ts';

interface ResidentShell {
  /** Executes a script. One at a time: undefined, and nothing is sent, when it is busy, when what it was given is no script or
   * input that it cannot pass on, or when this host has no session left for it.
   * @param stdin the whole input; the one of the Running takes no more
   * @throws OperatorError HOST_LOGIN when it cannot become the service user */
  start(argv: readonly string[], stdin: Uint8Array, kind: CommandKind): Promise<Running | undefined>;
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
  /** the beginning of all that it said */
  greeting: string;
  /** in the greeting when `printf` is its own, so that no other program gets what is printed */
  readonly ownPrintf: string;
  /** the script that it executes, or the one before */
  executes:
    | { readonly out: (chunk: Buffer) => void; readonly err: (chunk: Buffer) => void; readonly lost: () => void }
    | undefined;
};

const GREETING_KEPT = 4096;
const makeWord = (): string => `@@strictstep-${randomBytes(12).toString('hex')}`;

export function makeResidentShell({ open, mark }: Options): ResidentShell {
  let shell: Open | undefined;
  let isBusy = false;
  let isOff = false;

  /** Only once the shell has said that it can. */
  const mayFeed = (stdin: Uint8Array): boolean =>
    shell !== undefined && shell.mark === mark() && shell.greeting.includes(shell.ownPrintf) && isPlain(stdin);
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
    const word = makeWord();
    const fresh: Open = { running, mark: now, greeting: '', ownPrintf: `${word}.printf\n`, executes: undefined };
    shell = fresh;
    running.stdout.on('data', (chunk: Buffer) => {
      if (fresh.greeting.length < GREETING_KEPT) fresh.greeting += chunk.toString('latin1');
      fresh.executes?.out(chunk);
    });
    running.stderr.on('data', (chunk: Buffer) => fresh.executes?.err(chunk));
    running.stdin.on('error', () => drop(fresh));
    running.stdin.write(`echo ${word}.\`command -v printf 2>/dev/null\`\n`);
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
    async start(argv, stdin, kind) {
      if (isOff || isBusy || !isScript(argv) || !(stdin.length === 0 || mayFeed(stdin))) return undefined;
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
      const ofRun = kind === 'reading' ? undefined : current.mark;
      const script = execute(current, ofRun === undefined ? argv : markedScript(ofRun, argv), stdin);
      void follow(current, script.ending);
      return {
        ...script,
        kill() {
          drop(current);
          current.running.kill();
          script.kill();
        },
      };
    },
    end() {
      isOff = true;
      endIdle();
    },
  };
}

const isScript = ([program, flag]: readonly string[]): boolean => program === 'sh' && flag === '-c';

/** What every shell passes on byte by byte, and what one packet of SSH holds: RFC 4253, 6.1. */
const INPUT_LIMIT_BYTES = 24 * 1024;
const isPlain = (stdin: Uint8Array): boolean =>
  stdin.length <= INPUT_LIMIT_BYTES &&
  stdin.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09);

/** The output says when it has ended, with a word that nobody can know before, and the first one when it begins, since a log-in may
 * greet. Of errors that is said only where they count: each word is one more packet. Input is printed by the shell itself: it stands
 * in no argument, no environment and no file. */
function execute(shell: Open, argv: readonly string[], stdin: Uint8Array): Running {
  const word = makeWord();
  const isFirst = shell.executes === undefined;
  const [out, err] = [outputBetween(word, !isFirst), outputBetween(word, true)];
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
  const line = quoteArgv(argv);
  const fed =
    stdin.length === 0
      ? `${line}</dev/null`
      : `printf %s ${quoteArgv([Buffer.from(stdin).toString('latin1')])}|${line}`;
  shell.running.stdin.write(`{ ${isFirst ? `echo ${word};` : ''}${fed};${end};}\n`);
  const follow = async (): Promise<Ending> => {
    const status = await out.status;
    if (status === 0) err.end();
    await err.ended;
    return endingOf(status);
  };
  const kill = (): void => {
    for (const { stream } of [out, err]) stream.resume();
  };
  return { stdin: nowhere(), stdout: out.stream, stderr: err.stream, ending: Promise.race([follow(), lost]), kill };
}

/** Nothing is ever written: the script reads an empty file. */
const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

function endingOf(status: number): Ending {
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128)?.[0];
  // Above 128 the program of the script was ended by a signal; a script of ours that is stopped says so itself in that way.
  return status > 128 ? { kind: 'signal', signal: signal ?? `SIG${status - 128}` } : { kind: 'exit', code: status };
}
