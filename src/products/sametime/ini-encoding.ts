// The code page of a sametime.ini: told from its bytes, or refused. What cannot be told is never guessed for a new value.
import { isUtf8 } from 'node:buffer';
import { OperatorError } from '../../core/errors.ts';
import { renderSource, type TextSource } from '../websphere/text-source.ts';

/** single-byte: some code page that the file does not name */
export type IniEncoding = 'ascii' | 'utf-8' | 'utf-8-bom' | 'single-byte';

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

export const startOfText = (encoding: IniEncoding): number => (encoding === 'utf-8-bom' ? BOM.length : 0);

/** @throws OperatorError FACT_UNREADABLE with the place for UTF-16, NUL bytes, or a UTF-8 mark before something else */
export function encodingOf(bytes: Uint8Array, source: TextSource): IniEncoding {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isUtf16) throw unreadable(bytes, 0, source, 'the file is UTF-16');
  const nul = bytes.indexOf(0);
  if (nul !== -1) throw unreadable(bytes, nul, source, 'there is a NUL byte; the file is UTF-16 or damaged');
  if (Buffer.from(bytes.subarray(0, BOM.length)).equals(BOM)) {
    if (isUtf8(bytes)) return 'utf-8-bom';
    throw unreadable(bytes, firstBadByte(bytes), source, 'the file is marked as UTF-8 and this byte is not');
  }
  if (bytes.every((byte) => byte < 0x80)) return 'ascii';
  return isUtf8(bytes) ? 'utf-8' : 'single-byte';
}

/** Text of bytes that were read as latin1. */
export const decode = (latin1: string, encoding: IniEncoding): string =>
  encoding.startsWith('utf-8') ? Buffer.from(latin1, 'latin1').toString('utf8') : latin1;

/** undefined: the file's code page is not known, and the text needs one */
export function encode(text: string, encoding: IniEncoding): Uint8Array | undefined {
  const isAscii = /^\p{ASCII}*$/u.test(text);
  return isAscii || encoding.startsWith('utf-8') ? Buffer.from(text, 'utf8') : undefined;
}

function firstBadByte(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  // A prefix may end inside a character; the next three bytes complete it.
  const isGood = (length: number): boolean =>
    [0, 1, 2, 3].some((more) => length + more <= bytes.length && isUtf8(bytes.subarray(0, length + more)));
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isGood(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

function unreadable(bytes: Uint8Array, at: number, source: TextSource, fact: string): OperatorError {
  const before = Buffer.from(bytes.subarray(0, at))
    .toString('latin1')
    .split(/\r\n|\n|\r/u);
  const place = { file: source.path, line: before.length, column: (before.at(-1) ?? '').length + 1 };
  const hint =
    'Save the file in the code page that the server uses, without NUL bytes, then run the same command again.';
  return new OperatorError('FACT_UNREADABLE', `${renderSource(source)}: ${fact}`, { place, hint });
}
