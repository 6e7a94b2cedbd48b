// A command that is talked to while it runs. Input and output interleave, so everything read waits here until asked for;
// the program is held back when too much waits.
import { setTimeout as delay } from 'node:timers/promises';
import { StringDecoder } from 'node:string_decoder';
import { OperatorError } from '../core/errors.ts';
import type { Command, Session } from '../core/shell.ts';
import { OUTPUT_LIMIT_BYTES } from './execute-command.ts';
import type { Named } from './failure.ts';
import { outputLimitError, promptError, readTimeoutError, unknownOutcome } from './failure.ts';
import type { Ending, Running } from './process.ts';
import { checkTimeout } from './process.ts';
import { makePromptWatch } from './prompt-watch.ts';
import { makeUnreadText } from './unread-text.ts';
import { stdinBytes } from './wording.ts';

const HELD_BACK_AT = 2 ** 20;
const STDERR_KEPT = 4096;
const GRACE_MS = 5000;
/** A send is held up only by a program that does not read. */
const SEND_LIMIT_MS = 60_000;

/** Takes over both streams of a running program. */
export function makeSession(named: Named, running: Running, prompts: Command['prompts']): Session {
  const unread = makeUnreadText();
  const decoder = new StringDecoder('utf8');
  let stderrTail = '';
  let failure: OperatorError | undefined;
  let ending: Ending | undefined;
  let wake: (() => void) | undefined;
  let isSending = false;

  const fail = (error: OperatorError): void => {
    failure ??= error;
    running.kill();
    wake?.();
  };
  const watch = (stream: Running['stdout'], keep: (chunk: Buffer) => void): void => {
    const seePrompt = makePromptWatch(prompts);
    stream.on('data', (chunk: Buffer) => {
      if (failure !== undefined) return;
      keep(chunk);
      const prompt = seePrompt(chunk);
      if (prompt !== undefined) fail(promptError(named, prompt));
    });
  };
  watch(running.stdout, (chunk) => {
    unread.push(decoder.write(chunk));
    if (wake === undefined && !isSending && unread.length() > HELD_BACK_AT) running.stdout.pause();
    if (unread.length() > OUTPUT_LIMIT_BYTES) fail(outputLimitError(named, OUTPUT_LIMIT_BYTES));
    wake?.();
  });
  watch(running.stderr, (chunk) => {
    stderrTail = (stderrTail + chunk.toString()).slice(-STDERR_KEPT);
  });
  running.stdin.on('error', () => undefined);
  const followEnd = async (): Promise<void> => {
    const how = await running.ending;
    unread.push(decoder.end());
    ending = how;
    wake?.();
  };
  const ended = followEnd();

  /** Undefined: the output ended with an exit status before any of the texts. */
  const readThrough = async (until: readonly string[], timeoutMs: number): Promise<string | undefined> => {
    checkTimeout(timeoutMs);
    if (wake !== undefined) throw new Error('two reads of one session at the same time');
    const deadline = Date.now() + timeoutMs;
    const search = unread.search(until);
    for (;;) {
      if (failure !== undefined) throw failure;
      const found = search();
      if (found !== undefined) return found;
      if (ending?.kind === 'exit') return undefined;
      if (ending !== undefined) throw unknownOutcome(named, ending, unread.peek() || stderrTail);
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) throw readTimeoutError(named, timeoutMs, unread.peek() || stderrTail);
      running.stdout.resume();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = undefined;
    }
  };

  return {
    async send(parts) {
      named.redaction.add(parts);
      if (failure !== undefined) throw failure;
      const written = new Promise<'taken' | 'lost'>((resolve) => {
        running.stdin.write(stdinBytes(parts), (error) => resolve(error instanceof Error ? 'lost' : 'taken'));
      });
      isSending = true;
      running.stdout.resume();
      const over = new AbortController();
      const tooLong = delay(SEND_LIMIT_MS, 'held up' as const, { signal: over.signal }).catch(() => 'held up' as const);
      const outcome = await Promise.race([ended.then(() => 'lost' as const), written, tooLong]);
      over.abort();
      isSending = false;
      if (failure !== undefined) throw failure;
      if (outcome === 'held up') throw readTimeoutError(named, SEND_LIMIT_MS, unread.peek() || stderrTail);
      if (outcome === 'lost') throw unknownOutcome(named, ending ?? { kind: 'lost' }, unread.peek() || stderrTail);
    },
    async line(timeoutMs) {
      const line = await readThrough(['\n'], timeoutMs);
      const rest = line ?? (unread.takeAll() || undefined);
      return rest?.replace(/\r?\n$/, '');
    },
    async text(until, timeoutMs) {
      const text = await readThrough(until, timeoutMs);
      if (text !== undefined) return text;
      const { site, title, redaction } = named;
      const seen = redaction.quote(unread.peek() || stderrTail);
      throw new OperatorError('REMOTE_REPLY', `${site.subject}: ${title} ended without the text waited for: ${seen}`);
    },
    async [Symbol.asyncDispose]() {
      running.stdin.end();
      running.stdout.removeAllListeners('data').resume();
      const grace = new AbortController();
      await Promise.race([ended, delay(GRACE_MS, undefined, { signal: grace.signal }).catch(() => undefined)]);
      grace.abort();
      if (ending === undefined) running.kill();
    },
  };
}
