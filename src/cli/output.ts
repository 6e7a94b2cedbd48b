// The streams: the result on stdout, everything else on stderr.
import type { CommanderError } from 'commander';
import { ERROR_CODES, EXIT, OperatorError, type ErrorCode } from '../core/errors.ts';
import { renderInstant } from '../core/instant.ts';
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

const two = (count: number): string => String(count).padStart(2, '0');

/** "+01:00" or "Z": of this machine at that moment */
export function localOffset(ms: number): string {
  const minutes = -new Date(ms).getTimezoneOffset();
  if (minutes === 0) return 'Z';
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

/** Local time with its offset: what stands in front of every line of a log. */
export const logTime = (ms = Date.now()): string => renderInstant(ms, localOffset(ms));

/** A line of what goes on. Where nobody looks on, the time stands in front of it. */
export const writeLog = (text: string): void => writeNote(process.stderr.isTTY ? text : `${logTime()} ${text}`);

/** By its name, as whoever only prints need not load commander. */
const isOfCommander = (error: unknown): error is CommanderError =>
  error instanceof Error && error.name === 'CommanderError';

/** Commander has its own way to end: help and version are not errors, everything else is wrong usage. */
export function exitStatusOf(error: unknown): number {
  if (error instanceof OperatorError) return error.exitCode;
  if (isOfCommander(error)) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  return EXIT.bug;
}

/** For an error that brings no advice of its own. */
const hintOf = (code: ErrorCode): string =>
  `${ERROR_CODES[code][1]} Run "strictstep explain ${code}" to see what to do.`;

export function writeError(error: unknown, isJson: boolean): void {
  if (isOfCommander(error)) {
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
  writeNote(`hint: ${error.hint ?? hintOf(error.code)}`);
  if (isJson) {
    const { code, message, hint = null } = error;
    writeJson({ type: 'error', code, message: `${place}${message}`, hint, exitCode: error.exitCode });
  }
}
