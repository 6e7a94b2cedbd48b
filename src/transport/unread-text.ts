// Output that was received and not yet asked for. A search goes on where it stopped, so a long line that comes in many
// pieces is not searched from its start with every piece.

export interface UnreadText {
  push(text: string): void;
  length(): number;
  /** the end of what is there, for messages */
  peek(): string;
  takeAll(): string;
  /** Gives a function that takes everything up to the first end of one of the texts; undefined: not there yet. */
  search(texts: readonly string[]): () => string | undefined;
}

const PEEKED = 400;

export function makeUnreadText(): UnreadText {
  let pieces: string[] = [];
  let length = 0;
  const whole = (): string => {
    if (pieces.length > 1) pieces = [pieces.join('')];
    return pieces[0] ?? '';
  };
  const keep = (text: string): void => {
    pieces = text === '' ? [] : [text];
    length = text.length;
  };
  return {
    push(text) {
      if (text !== '') pieces.push(text);
      length += text.length;
    },
    length: () => length,
    peek: () => whole().slice(-PEEKED),
    takeAll() {
      const all = whole();
      keep('');
      return all;
    },
    search(texts) {
      const longest = Math.max(1, ...texts.map((text) => text.length));
      let searched = 0;
      return () => {
        const from = Math.max(0, searched - longest + 1);
        const window = textFrom(pieces, from);
        const ends = texts.flatMap((text) => {
          const at = window.indexOf(text);
          return at === -1 ? [] : [at + text.length];
        });
        searched = length;
        if (ends.length === 0) return undefined;
        const end = from + Math.min(...ends);
        const all = whole();
        keep(all.slice(end));
        return all.slice(0, end);
      };
    },
  };
}

/** What stands at `from` and later, without joining the pieces before it. */
function textFrom(pieces: readonly string[], from: number): string {
  const last: string[] = [];
  let start = pieces.reduce((sum, { length }) => sum + length, 0);
  for (const piece of pieces.toReversed()) {
    if (start <= from) break;
    start -= piece.length;
    last.unshift(piece);
  }
  return last.join('').slice(from - start);
}
