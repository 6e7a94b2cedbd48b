// What is said when a command did not come to an orderly end. Nothing here holds a secret: see wording.ts.
import { OperatorError } from '../core/errors.ts';
import type { Ending, Site } from './process.ts';
import type { Prompt } from './prompt-watch.ts';
import type { Redaction } from './wording.ts';
import { renderMs } from './wording.ts';

/** A command as messages name it. */
export type Named = { readonly site: Site; readonly title: string; readonly redaction: Redaction };

export const timeoutError = ({ site, title }: Named, timeoutMs: number): OperatorError =>
  new OperatorError('COMMAND_TIMEOUT', `${site.subject}: ${title} did not end within ${renderMs(timeoutMs)}`, {
    hint: 'Look on the host whether it still runs before you run the same command again.',
  });

export const readTimeoutError = (
  { site, title, redaction }: Named,
  timeoutMs: number,
  unfinished: string,
): OperatorError =>
  new OperatorError(
    'COMMAND_TIMEOUT',
    `${site.subject}: ${title} did not answer within ${renderMs(timeoutMs)}; unfinished output: ${redaction.quote(unfinished)}`,
    { hint: 'If the unfinished output is a question, the command waits for a person.' },
  );

export const promptError = ({ site, title, redaction }: Named, { code, line }: Prompt): OperatorError =>
  new OperatorError(code, `${site.subject}: ${title} waits for a person at ${redaction.quote(line)}; it was ended`);

/** @param output the last of what it said, shown if there is any */
export function unknownOutcome({ site, title, redaction }: Named, ending: Ending, output = ''): OperatorError {
  const how =
    ending.kind === 'signal' ? `was killed by ${redaction.quote(ending.signal)}` : 'was cut off without an exit status';
  const said = output.trim() === '' ? '' : `; last output: ${redaction.quote(output.trim())}`;
  return new OperatorError(
    'OUTCOME_UNKNOWN',
    `${site.subject}: ${title} ${how}, so whether it took effect is unknown${said}`,
    { hint: 'Run the same command again: it reads before it writes.' },
  );
}

export const outputLimitError = ({ site, title }: Named, limitBytes: number): OperatorError =>
  new OperatorError('REMOTE_REPLY', `${site.subject}: ${title} gave more than ${limitBytes / 2 ** 20} MiB of output`);
