// Starts a command that is talked to: a place in the queue, a time limit for the start, and nothing that starts too late.
import type { Command, Session } from '../core/shell.ts';
import { timeoutError } from './failure.ts';
import type { Running, Site } from './process.ts';
import { checkTimeout } from './process.ts';
import { makeSession } from './process-session.ts';
import { commandText, makeRedaction } from './wording.ts';

/** @throws OperatorError COMMAND_TIMEOUT when it is not started in time; it is not started later, or ended at once */
export async function openSession(site: Site, command: Omit<Command, 'stdin'>): Promise<Session> {
  checkTimeout(command.timeoutMs);
  const named = { site, title: commandText(command.argv), redaction: makeRedaction() };
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(timeoutError(named, command.timeoutMs)), command.timeoutMs);
  const tooLate = new Promise<never>((_, reject) => {
    limit.signal.addEventListener('abort', () => reject(timeoutError(named, command.timeoutMs)));
  });
  try {
    const running = await Promise.race([startInSlot(site, command.argv, limit.signal), tooLate]);
    return makeSession(named, running, command.prompts);
  } finally {
    clearTimeout(timer);
  }
}

async function startInSlot(site: Site, argv: readonly string[], limit: AbortSignal): Promise<Running> {
  const release = await site.takeLongSlot();
  try {
    limit.throwIfAborted();
    const running = await site.start(argv, 'session');
    void running.ending.then(release);
    if (limit.aborted) running.kill();
    return running;
  } catch (error) {
    release();
    throw error;
  }
}
