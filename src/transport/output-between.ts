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
    const at = kept.indexOf(last, 0, 'latin1');
    // Only what may be the beginning of the last line stays here until more comes: what is asked has to be seen at once.
    const ready = at === -1 ? kept.length - sharedLength(kept, last) : at;
    pass(kept.subarray(0, ready));
    kept = kept.subarray(ready);
    const lineEnd = at === -1 ? -1 : kept.indexOf('\n');
    if (lineEnd === -1) return;
    // What comes behind it is of nobody: a program that was left running prints on.
    const said = kept.toString('latin1', last.length, lineEnd);
    kept = NOTHING;
    end();
    tellStatus(Number(said));
  };
  return { status, ended, hear, end };
}

const NOTHING = Buffer.alloc(0);

/** How much of the end of the bytes is the beginning of the text, which is not in them as a whole. */
function sharedLength(bytes: Buffer, text: string): number {
  const tail = bytes.toString('latin1', Math.max(0, bytes.length - text.length + 1));
  const first = text.charAt(0);
  for (let at = tail.indexOf(first); at !== -1; at = tail.indexOf(first, at + 1))
    if (text.startsWith(tail.slice(at))) return tail.length - at;
  return 0;
}
