// One command from its start to its exit status: input, limits, prompts. The same over SSH and here.
import { Secret } from '../core/secret.ts';
import type { Command } from '../core/shell.ts';
import type { Named } from './failure.ts';
import { outputLimitError, promptError, timeoutError, unknownOutcome } from './failure.ts';
import type { CommandKind, Running, Site } from './process.ts';
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

/** Undefined: it needs a session of its own. A secret always does. */
async function startShort(
  { startShort: start }: Site,
  { argv, stdin = [], isShort = false, kind }: Command & { readonly kind: CommandKind },
): Promise<Running | undefined> {
  if (!isShort || start === undefined || stdin.some((part) => part instanceof Secret)) return undefined;
  return await start(argv, stdinBytes(stdin), kind);
}

/** @param release called when the other side has ended the command too, which may be after the result is known */
async function followToEnd(
  { site, title }: Pick<Named, 'site' | 'title'>,
  command: Command & { readonly kind: CommandKind },
  release: Release,
): Promise<Output> {
  const { promise, resolve, reject } = Promise.withResolvers<Output>();
  const named = { site, title, redaction: makeRedaction() };
  named.redaction.add(command.stdin ?? []);
  let running: Running | undefined;
  let isOver = false;
  const giveUp = (cause: unknown): void => {
    isOver = true;
    reject(cause);
    running?.kill();
    setTimeout(release, GONE_LIMIT_MS).unref();
  };
  const timer = setTimeout(() => giveUp(timeoutError(named, command.timeoutMs)), command.timeoutMs);

  const follow = async (): Promise<void> => {
    const started = await startShort(site, command);
    running = started ?? (await site.start(command.argv, command.kind));
    // The start may come after the time limit: what is running then must not go on unseen.
    if (isOver) {
      running.kill();
      await running.ending;
      return;
    }
    let sizeBytes = 0;
    const collect = (stream: Running['stdout']): Buffer[] => {
      const chunks: Buffer[] = [];
      const seePrompt = makePromptWatch(command.prompts);
      stream.on('data', (chunk: Buffer) => {
        if (isOver) return;
        chunks.push(chunk);
        sizeBytes += chunk.length;
        const prompt = seePrompt(chunk);
        if (prompt !== undefined) giveUp(promptError(named, prompt));
        else if (sizeBytes > OUTPUT_LIMIT_BYTES) giveUp(outputLimitError(named, OUTPUT_LIMIT_BYTES));
      });
      return chunks;
    };
    const [stdout, stderr] = [collect(running.stdout), collect(running.stderr)];
    // A command that does not read its input may close it early; how it ended is what counts.
    const input = started === undefined ? [running.beginLine ?? '', ...(command.stdin ?? [])] : [];
    running.stdin.on('error', () => undefined).end(stdinBytes(input));
    const ending = await running.ending;
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
