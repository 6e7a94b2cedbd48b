// The active lines of a Java properties file with their places in bytes. Source: Java SE 8, java.util.Properties.load;
// values are given as written, since WebSphere's files hold no escapes where strictstep looks.

export type PropertyLine = {
  readonly key: string;
  /** without the blanks behind it */
  readonly value: string;
  /** count from 1 */
  readonly line: number;
  /** false for a bare key: a value written behind it would become part of the key */
  readonly hasSeparator: boolean;
  /** in bytes: the value, and the end of the line including its line end */
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly end: number;
  /** '' for a last line without one */
  readonly eol: '\r\n' | '\n' | '\r' | '';
  /** ends in a backslash: the next line belongs to the value */
  readonly isContinued: boolean;
};

const ENTRY = /^[ \t\f]*(?<key>(?:\\.|[^=:\s\\])+)(?:[ \t\f]*[=:][ \t\f]*|[ \t\f]+|$)/u;

/** Comments, blank lines and the continuations of other lines are left out. */
export function parsePropertyLines(bytes: Uint8Array): readonly PropertyLine[] {
  const text = Buffer.from(bytes).toString('latin1');
  const found: PropertyLine[] = [];
  let start = 0;
  let isContinuation = false;
  for (let line = 1; start < text.length; line += 1) {
    const eolStart = indexOfLineEnd(text, start);
    const eol = lineEndAt(text, eolStart);
    const end = eolStart + eol.length;
    const content = text.slice(start, eolStart);
    const isComment: boolean = !isContinuation && /^[ \t\f]*[#!]/u.test(content);
    const isContinued: boolean = !isComment && /(?<!\\)(?:\\\\)*\\$/u.test(content);
    const entry = isComment || isContinuation ? null : ENTRY.exec(content);
    if (entry !== null) {
      const value = content.slice(entry[0].length).replace(/[ \t\f]+$/u, '');
      const valueStart = start + entry[0].length;
      const key = entry.groups?.['key'] ?? '';
      const hasSeparator = /[=: \t\f]$/u.test(entry[0]);
      found.push({
        key,
        value,
        line,
        hasSeparator,
        valueStart,
        valueEnd: valueStart + value.length,
        end,
        eol,
        isContinued,
      });
    }
    isContinuation = isContinued;
    start = end;
  }
  return found;
}

function indexOfLineEnd(text: string, from: number): number {
  const found = text.slice(from).search(/[\r\n]/u);
  return found === -1 ? text.length : from + found;
}

function lineEndAt(text: string, position: number): PropertyLine['eol'] {
  if (text.startsWith('\r\n', position)) return '\r\n';
  const character = text[position];
  return character === '\n' || character === '\r' ? character : '';
}
