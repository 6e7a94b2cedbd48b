// One command from its start to its exit status: input, limits, prompts. The same over SSH and here.
import { Secret } from '../core/secret.ts';
import type { Command, Stdin } from '../core/shell.ts';
import type { Named } from './failure.ts';
import { outputLimitError, promptError, timeoutError, unknownOutcome } from './failure.ts';
import type { CommandKind, Hearing, Running, ShortRunning, Site } from './process.ts';
import { checkTimeout } from './process.ts';
import type { Release } from './slots.ts';
import { makePromptWatch } from './prompt-watch.ts';
import { commandText, makeRedaction, stdinBytes } from './wording.ts';

export type Output = { readonly exitCode: number; readonly stdout: Buffer; readonly stderr: Buffer };

export const OUTPUT_LIMIT_BYTES = 32 * 2 ** 20;

/** A command that was ended keeps its session on the server for a moment; one that cannot be ended must not keep the queue. */
const GONE_LIMIT_MS = 5000;

/** @param title what messages call it; the command line if not given
 * @throws OperatorError COMMAND_TIMEOUT, OUTCOME_UNKNOWN, REMOTE_REPLY, or the code of a prompt */
export async function executeCommand(
  site: Site,
  command: Command,
  title?: string,
  kind: CommandKind = 'command',
): Promise<Output> {
  checkTimeout(command.timeoutMs);
  const release = await site.takeSlot();
  return await followToEnd({ site, title: title ?? commandText(command.argv) }, { ...command, kind }, release);
}

type Kinded = Command & { readonly kind: CommandKind };

/** @returns what gives it its input, if that is not there yet */
async function start(site: Site, command: Kinded, hearing: Hearing): Promise<readonly [ShortRunning, () => void]> {
  const beside = await startShort(site, command, hearing);
  if (beside !== undefined) return [beside, () => undefined];
  const alone = await site.start(command.argv, command.kind);
  return [alone, () => attend(alone, command.stdin ?? [], hearing)];
}

/** Undefined: it needs a session of its own. A secret always does. */
async function startShort(
  { startShort: startIn }: Site,
  { argv, stdin = [], short }: Command,
  hearing: Hearing,
): Promise<ShortRunning | undefined> {
  if (short === undefined || startIn === undefined || stdin.some((part) => part instanceof Secret)) return undefined;
  return await startIn({ kind: short, argv, stdin: stdinBytes(stdin) }, hearing);
}

/** Hears and feeds a command with a session of its own. */
function attend({ stdin, stdout, stderr, beginLine = '' }: Running, input: Stdin, { out, err }: Hearing): void {
  stdout.on('data', out);
  stderr.on('data', err);
  // A command that does not read its input may close it early; how it ended is what counts.
  stdin.on('error', () => undefined).end(stdinBytes([beginLine, ...input]));
}

/** @param release called when the other side has ended the command too, which may be after the result is known */
async function followToEnd(
  { site, title }: Pick<Named, 'site' | 'title'>,
  command: Kinded,
  release: Release,
): Promise<Output> {
  const { promise, resolve, reject } = Promise.withResolvers<Output>();
  const named = { site, title, redaction: makeRedaction() };
  named.redaction.add(command.stdin ?? []);
  let running: ShortRunning | undefined;
  let isOver = false;
  const giveUp = (cause: unknown): void => {
    isOver = true;
    reject(cause);
    running?.kill();
    setTimeout(release, GONE_LIMIT_MS).unref();
  };
  const timer = setTimeout(() => giveUp(timeoutError(named, command.timeoutMs)), command.timeoutMs);

  let sizeBytes = 0;
  const collect = (chunks: Buffer[]): ((chunk: Buffer) => void) => {
    const seePrompt = makePromptWatch(command.prompts);
    return (chunk) => {
      if (isOver) return;
      chunks.push(chunk);
      sizeBytes += chunk.length;
      const prompt = seePrompt(chunk);
      if (prompt !== undefined) giveUp(promptError(named, prompt));
      else if (sizeBytes > OUTPUT_LIMIT_BYTES) giveUp(outputLimitError(named, OUTPUT_LIMIT_BYTES));
    };
  };

  const follow = async (): Promise<void> => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const hearing = { out: collect(stdout), err: collect(stderr) };
    const [started, feed] = await start(site, command, hearing);
    running = started;
    // The start may come after the time limit: what is running then must not go on unseen.
    if (isOver) {
      started.kill();
      await started.ending;
      return;
    }
    feed();
    const ending = await started.ending;
    const [out, err] = [Buffer.concat(stdout), Buffer.concat(stderr)];
    if (ending.kind === 'exit') resolve({ exitCode: ending.code, stdout: out, stderr: err });
    else reject(unknownOutcome(named, ending, err.toString()));
  };
  void follow().catch(reject).finally(release);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
