// One output of a program that begins with the talk of another one: all up to a line with a mark is kept back, the rest goes
// on as it is.
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';

export interface Gate {
  /** what came before the mark so far, without it */
  before(): string;
  /** called with all of that whenever more came */
  onText(listener: (text: string) => void): void;
  /** what stood behind the mark, up to the line end */
  readonly passed: Promise<string>;
  /** what comes after that line */
  readonly rest: Readable;
  /** the source and the rest were read to their end */
  readonly ended: Promise<unknown>;
}

/** Of an endless talk only the beginning and the end matter to anybody. */
const KEPT = 64 * 1024;

/** @param mark without characters that are special in a pattern; it is followed by `.` and digits */
export function openGate(source: Readable, mark: string): Gate {
  const { promise: passed, resolve } = Promise.withResolvers<string>();
  const line = new RegExp(`${mark}\\.(\\d+)\\r?\\n`);
  let kept = Buffer.alloc(0);
  let isOpen = false;
  let listener: ((text: string) => void) | undefined;
  const text = (): string => kept.toString('latin1');
  const rest = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (isOpen) return done(null, chunk);
      kept = Buffer.concat([kept, chunk]);
      const found = line.exec(text());
      if (found === null) {
        kept = kept.subarray(-KEPT);
        listener?.(text());
        return done();
      }
      isOpen = true;
      const after = kept.subarray(found.index + found[0].length);
      kept = kept.subarray(0, found.index);
      resolve(found[1] ?? '');
      return done(null, after.length === 0 ? undefined : after);
    },
  });
  const ended = new Promise((over) => rest.once('close', over));
  source.once('error', () => rest.end());
  source.pipe(rest);
  return {
    before: () => kept.toString(),
    onText(hear) {
      listener = hear;
      if (kept.length > 0 && !isOpen) hear(text());
    },
    passed,
    rest,
    ended,
  };
}
