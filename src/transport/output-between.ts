// One output of a shell that executes one script after the other: the part that belongs to the script of this moment.
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';

type Between = {
  readonly stream: Readable;
  /** after the stream was read to its end */
  readonly status: Promise<number>;
  readonly ended: Promise<unknown>;
  readonly hear: (chunk: Buffer) => void;
  /** no more will come */
  readonly end: () => void;
};

/** The part of an output between two lines with the word, of which the second one ends with a number.
 * @param hasBegun it has no first line */
export function outputBetween(word: string, hasBegun: boolean): Between {
  const stream = new PassThrough();
  const { promise: status, resolve } = Promise.withResolvers<number>();
  const { promise: ended, resolve: tellEnd } = Promise.withResolvers<unknown>();
  stream.once('end', tellEnd);
  const [begin, last] = [Buffer.from(`${word}\n`), `${word}.`];
  const longest = last.length + 4;
  let isInside = hasBegun;
  let kept: Uint8Array = Buffer.alloc(0);
  const tellStatus = async (of: number): Promise<void> => {
    await ended;
    resolve(of);
  };
  const end = (): void => {
    if (!stream.writableEnded) stream.end(isInside ? kept : undefined);
  };
  const hear = (chunk: Buffer): void => {
    if (stream.writableEnded) return;
    let bytes = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    kept = bytes;
    if (!isInside) {
      const at = bytes.indexOf(begin);
      if (at < 0) return;
      isInside = true;
      bytes = bytes.subarray(at + begin.length);
    }
    const tail = bytes.subarray(-longest).toString('latin1');
    const at = tail.endsWith('\n') ? tail.indexOf(last) : -1;
    // What may be the beginning of the last line stays here until more comes.
    const ready = Math.max(0, bytes.length - (at < 0 ? longest : tail.length - at));
    kept = at < 0 ? bytes.subarray(ready) : Buffer.alloc(0);
    if (ready > 0) stream.write(bytes.subarray(0, ready));
    if (at < 0) return;
    end();
    void tellStatus(Number(tail.slice(at + last.length)));
  };
  return { stream, status, ended, hear, end };
}
