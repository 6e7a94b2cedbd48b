// The streams: the result on stdout, everything else on stderr.
import { CommanderError } from 'commander';
import { ERROR_CODES, EXIT, OperatorError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { canonicalJson } from '../core/json.ts';
import { renderPlace } from '../core/place.ts';

export const writeResult = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
};

/** One line of JSON on stdout: the whole result, or one event of a long command. */
export const writeJson = (value: Json): void => writeResult(canonicalJson(value));

export const writeNote = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Commander has its own way to end: help and version are not errors, everything else is wrong usage. */
export function exitStatusOf(error: unknown): number {
  if (error instanceof OperatorError) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  return EXIT.bug;
}

export function writeError(error: unknown, isJson: boolean): void {
  if (error instanceof CommanderError) {
    if (error.exitCode !== 0) writeNote(`error: USAGE ${error.message.replace(/^error: /, '')}`);
    return;
  }
  if (!(error instanceof OperatorError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    writeNote(`error: BUG ${text}`);
    writeNote('hint: This is a fault of strictstep itself; please report it with the lines above.');
    return;
  }
  const place = error.place === undefined ? '' : `${renderPlace(error.place)}: `;
  writeNote(`error: ${error.code} ${place}${error.message}`);
  writeNote(`hint: ${error.hint ?? ERROR_CODES[error.code][1]}`);
  if (isJson) {
    const { code, message, hint = null } = error;
    writeJson({ type: 'error', code, message: `${place}${message}`, hint, exitCode: error.exitCode });
  }
}
