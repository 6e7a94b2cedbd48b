// iim.conf (and httpbind.conf) as lines with their places in bytes; every byte is kept. Values of passwords are Secrets from
// the start. Source: Sun Java System Instant Messaging 7.2, "iim.conf File Syntax": a comment has "!" as the first character
// of its line, a key ends at the first "=" or ";", a backslash at a line end continues it, the last of several equal keys
// counts. Not verified on a real server: blanks in front of a continued line are kept, a comment is not continued.
import { OperatorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { decode, encodingOf, startOfText, type IniEncoding } from '../sametime/ini-encoding.ts';
import { renderSource, type TextSource } from '../websphere/text-source.ts';
import { readValue, type IimFault } from './iim-value.ts';

type Place = {
  /** of its first physical line, counts from 1 */
  readonly line: number;
  /** in bytes; end is behind the last line end */
  readonly start: number;
  readonly end: number;
  readonly eol: string;
  /** a backslash ends the last physical line: of a comment, or of the last line of the file */
  readonly isOpen: boolean;
};
export type IimEntry = Place & {
  readonly kind: 'entry';
  readonly key: string;
  /** `en` of `key;lang-en`; null: the value that the server itself uses */
  readonly language: string | null;
  readonly value: string | Secret;
  readonly isQuoted: boolean;
  readonly fault: IimFault | null;
  readonly valueStart: number;
  readonly valueEnd: number;
};
/** other: neither comment nor `key = value` */
export type IimLine = IimEntry | (Place & { readonly kind: 'comment' | 'blank' | 'other'; readonly isAscii: boolean });

export type IimFile = {
  readonly source: TextSource;
  readonly encoding: IniEncoding;
  /** may hold cleartext passwords: never to be printed */
  readonly bytes: Uint8Array;
  readonly lines: readonly IimLine[];
};

const PHYSICAL = /([^\r\n]*)(\r\n|\n|\r|$)/gu;
const ENTRY =
  /^[ \t]*(?<key>[^=; \t][^=;]*?)[ \t]*(?:;[ \t]*lang-(?<language>[^=]*?)[ \t]*)?=[ \t]*(?<value>.*?)[ \t]*$/dsu;

/** Besides passwords, the credentials with which the server binds to its directory. */
export const isSecretKey = (key: string): boolean => /(?:password|passwd|secret|cred)$/iu.test(key);

const endsOpen = (content: string): boolean => /(?<!\\)(?:\\\\)*\\$/u.test(content);

/** @throws OperatorError FACT_UNREADABLE with the place, for UTF-16 and NUL bytes */
export function parseIim(bytes: Uint8Array, source: TextSource): IimFile {
  const encoding = encodingOf(bytes, source);
  const skip = startOfText(encoding);
  const pieces = physicalLines(Buffer.from(bytes).toString('latin1').slice(skip), skip);
  const lines: IimLine[] = [];
  for (let at = 0; at < pieces.length;) {
    const from = at;
    const isComment = pieces[at]?.content.startsWith('!') === true;
    at = isComment ? at + 1 : endOfEntry(pieces, at);
    lines.push(makeLine(pieces.slice(from, at), from + 1, isComment, { encoding, source }));
  }
  return { source, encoding, bytes, lines };
}

/** Index behind the last physical line that belongs to the one at `from`. */
function endOfEntry(pieces: readonly Piece[], from: number): number {
  const last = pieces.findIndex(({ content }, index) => index >= from && !endsOpen(content));
  return last === -1 ? pieces.length : last + 1;
}

type Piece = { readonly content: string; readonly eol: string; readonly start: number };

function physicalLines(text: string, skip: number): readonly Piece[] {
  const found = [...text.matchAll(PHYSICAL)].filter(([whole]) => whole !== '');
  return found.map(({ index, 1: content = '', 2: eol = '' }) => ({ content, eol, start: skip + index }));
}

type Origin = Pick<IimFile, 'encoding' | 'source'>;

function makeLine(pieces: readonly Piece[], line: number, isComment: boolean, origin: Origin): IimLine {
  const [first, last] = [pieces[0], pieces.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('a line has at least one piece');
  const place: Place = {
    line,
    start: first.start,
    end: last.start + last.content.length + last.eol.length,
    eol: last.eol,
    isOpen: endsOpen(last.content),
  };
  // The backslash that continues goes away with its line end.
  const text = pieces
    .map(({ content }, index) => (index < pieces.length - 1 ? content.slice(0, -1) : content))
    .join('');
  const isAscii = /^[\0-\x7f]*$/u.test(text);
  if (isComment) return { ...place, kind: 'comment', isAscii };
  const entry = ENTRY.exec(text);
  if (entry !== null) return { ...place, kind: 'entry', ...readEntry(entry, pieces, origin) };
  return { ...place, kind: text.trim() === '' ? 'blank' : 'other', isAscii };
}

function readEntry(found: RegExpExecArray, pieces: readonly Piece[], { encoding, source }: Origin) {
  const key = decode(found.groups?.['key'] ?? '', encoding);
  const language = found.groups?.['language'] ?? null;
  const { text, isQuoted, fault } = readValue(decode(found.groups?.['value'] ?? '', encoding));
  const [from = 0, to = 0] = found.indices?.groups?.['value'] ?? [];
  const isSecret = isSecretKey(key) && text !== '';
  const value = isSecret ? new Secret(text, `${key} in ${renderSource(source)}`) : text;
  return { key, language, value, isQuoted, fault, valueStart: byteOf(pieces, from), valueEnd: byteOf(pieces, to) };
}

/** Place in the file of a place in the joined text. */
function byteOf(pieces: readonly Piece[], offset: number): number {
  let left = offset;
  for (const [index, { content, start }] of pieces.entries()) {
    const length = index < pieces.length - 1 ? content.length - 1 : content.length;
    if (left < length || index === pieces.length - 1) return start + left;
    left -= length;
  }
  return 0;
}

export const entriesOf = ({ lines }: IimFile): readonly IimEntry[] => lines.filter((line) => line.kind === 'entry');

/** All that stand for the key without a language, the one that counts last. Keys are told apart by case. */
export const findEntries = (conf: IimFile, key: string): readonly IimEntry[] =>
  entriesOf(conf).filter((entry) => entry.key === key && entry.language === null);

/** The one that counts; undefined: not written */
export const effectiveEntry = (conf: IimFile, key: string): IimEntry | undefined => findEntries(conf, key).at(-1);

/** undefined: not written, a secret, or a value with a fault */
export function textOf(conf: IimFile, key: string): string | undefined {
  const entry = effectiveEntry(conf, key);
  return entry === undefined || entry.fault !== null || entry.value instanceof Secret ? undefined : entry.value;
}

/** @throws OperatorError FACT_UNREADABLE when the value that counts has a fault: what the server makes of it is not known */
export function refuseFault(conf: IimFile, key: string): void {
  const entry = effectiveEntry(conf, key);
  if (entry === undefined || entry.fault === null) return;
  const { host, path } = conf.source;
  const message = `${host}: ${path}: the value of ${key} in line ${entry.line} breaks the grammar of the file (${entry.fault})`;
  throw new OperatorError('FACT_UNREADABLE', message, {
    hint: 'Correct the line by hand, because it is not known what the server makes of it.',
    place: { file: path, line: entry.line, column: 1 },
  });
}
