// One output of a shell that executes one script after the other: the part that belongs to the script of this moment.

type Between = {
  /** what the last line says */
  readonly status: Promise<number>;
  /** all of it was given */
  readonly ended: Promise<void>;
  readonly hear: (chunk: Buffer) => void;
  /** no more will come */
  readonly end: () => void;
};

/** The part of an output between two lines with the word, of which the second one ends with a number.
 * @param hasBegun it has no first line
 * @param give told of the part, piece by piece */
export function outputBetween(word: string, hasBegun: boolean, give: (bytes: Buffer) => void): Between {
  const { promise: status, resolve: tellStatus } = Promise.withResolvers<number>();
  const { promise: ended, resolve: tellEnd } = Promise.withResolvers<void>();
  const [begin, last] = [`${word}\n`, `${word}.`];
  const longest = last.length + 4;
  let isInside = hasBegun;
  let isOver = false;
  let kept: Buffer = NOTHING;
  const pass = (bytes: Buffer): void => {
    if (bytes.length > 0) give(bytes);
  };
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    if (isInside) pass(kept);
    tellEnd();
  };
  const hear = (chunk: Buffer): void => {
    if (isOver) return;
    kept = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    if (!isInside) {
      const at = kept.indexOf(begin, 0, 'latin1');
      if (at < 0) return;
      isInside = true;
      kept = kept.subarray(at + begin.length);
    }
    const tail = kept.toString('latin1', Math.max(0, kept.length - longest));
    const at = beginOf(last, tail);
    // Only what may be the beginning of the last line stays here until more comes: what is asked has to be seen at once.
    const ready = kept.length - (tail.length - at);
    pass(kept.subarray(0, ready));
    kept = kept.subarray(ready);
    if (!tail.startsWith(last, at) || !tail.endsWith('\n')) return;
    kept = NOTHING;
    end();
    tellStatus(Number(tail.slice(at + last.length)));
  };
  return { status, ended, hear, end };
}

const NOTHING = Buffer.alloc(0);

/** Where a text begins at the end of another one, as far as that goes; behind it when it does not. */
function beginOf(text: string, tail: string): number {
  const first = text.charAt(0);
  for (let at = tail.indexOf(first); at !== -1; at = tail.indexOf(first, at + 1))
    if (tail.startsWith(text, at) || text.startsWith(tail.slice(at))) return at;
  return tail.length;
}
