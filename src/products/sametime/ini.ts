// sametime.ini as lines with their places in bytes; every byte is kept. Values of passwords are Secrets from the start.
// Source: HCL Sametime 11.5, "Community server configuration files" (a key is valid in its section only, no section and no
// key twice). Comment signs and case are those of Windows ini files; not verified on a real community server.
import { OperatorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { renderSource, type TextSource } from '../websphere/text-source.ts';
import { decode, encodingOf, startOfText, type IniEncoding } from './ini-encoding.ts';

type Place = {
  /** counts from 1 */
  readonly line: number;
  /** in bytes; end is behind the line end */
  readonly start: number;
  readonly end: number;
  readonly eol: string;
  /** '' in front of the first header; spelled as in its header */
  readonly section: string;
};
export type IniEntry = Place & {
  readonly kind: 'entry';
  readonly key: string;
  /** without blanks around it */
  readonly value: string | Secret;
  readonly valueStart: number;
  readonly valueEnd: number;
};
/** other: comments, blank lines, and lines without an equals sign */
export type IniLine = IniEntry | (Place & { readonly kind: 'section' | 'other' });

export type IniFile = {
  readonly source: TextSource;
  readonly encoding: IniEncoding;
  /** may hold cleartext passwords: never to be printed */
  readonly bytes: Uint8Array;
  readonly lines: readonly IniLine[];
};

export type IniDuplicate = { readonly name: string; readonly lines: readonly number[] };

const LINE = /([^\r\n]*)(\r\n|\n|\r|$)/gu;
const HEADER = /^[ \t]*\[[ \t]*([^\]]*?)[ \t]*\]/u;
const ENTRY = /^[ \t]*(?<key>[^=;# \t[][^=]*?)[ \t]*=[ \t]*(?<value>.*?)[ \t]*$/du;

export const isSecretKey = (key: string): boolean => /(?:PASSWORD|PASSWD|SECRET)$/iu.test(key);
export const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** @throws OperatorError FACT_UNREADABLE with the place, for UTF-16, NUL bytes and headers without a closing bracket */
export function parseIni(bytes: Uint8Array, source: TextSource): IniFile {
  const encoding = encodingOf(bytes, source);
  const skip = startOfText(encoding);
  const text = Buffer.from(bytes).toString('latin1');
  const lines: IniLine[] = [];
  let section = '';
  for (const match of text.slice(skip).matchAll(LINE)) {
    const [whole, content = '', eol = ''] = match;
    if (whole === '') break;
    const start = skip + match.index;
    const line = lines.length + 1;
    const header = HEADER.exec(content)?.[1];
    if (header !== undefined) section = decode(header, encoding);
    else if (/^[ \t]*\[/u.test(content)) throw brokenHeader(source, line);
    const place = { line, start, end: start + whole.length, eol, section };
    const entry = header === undefined ? ENTRY.exec(content) : null;
    if (entry === null) lines.push({ ...place, kind: header === undefined ? 'other' : 'section' });
    else lines.push({ ...place, kind: 'entry', ...readEntry(entry, start, { encoding, source }) });
  }
  return { source, encoding, bytes, lines };
}

type Entry = Pick<IniEntry, 'key' | 'value' | 'valueStart' | 'valueEnd'>;

function readEntry(found: RegExpExecArray, start: number, file: Pick<IniFile, 'encoding' | 'source'>): Entry {
  const key = decode(found.groups?.['key'] ?? '', file.encoding);
  const text = decode(found.groups?.['value'] ?? '', file.encoding);
  const [from = 0, to = 0] = found.indices?.groups?.['value'] ?? [];
  const isSecret = isSecretKey(key) && text !== '';
  const value = isSecret ? new Secret(text, `${key} in ${renderSource(file.source)}`) : text;
  return { key, value, valueStart: start + from, valueEnd: start + to };
}

export const entriesOf = ({ lines }: IniFile): readonly IniEntry[] => lines.filter((line) => line.kind === 'entry');

export const findEntries = (ini: IniFile, section: string, key: string): readonly IniEntry[] =>
  entriesOf(ini).filter((entry) => isSameName(entry.section, section) && isSameName(entry.key, key));

/** undefined: not written.
 * @throws OperatorError FACT_UNREADABLE when the key stands there more than once: which one counts is not documented */
export function getIni(ini: IniFile, section: string, key: string): string | Secret | undefined {
  const [entry, ...others] = findEntries(ini, section, key);
  if (entry === undefined || others.length === 0) return entry?.value;
  throw writtenTwice(ini, `${key} in [${section}]`, [entry, ...others]);
}

/** Sections with several headers and keys that stand more than once in their section. */
export function duplicatesOf(ini: IniFile): readonly IniDuplicate[] {
  const headers = ini.lines.filter(({ kind }) => kind === 'section');
  const sections = Map.groupBy(headers, ({ section }) => section.toLowerCase());
  const keys = Map.groupBy(entriesOf(ini), ({ section, key }) => `${section}\n${key}`.toLowerCase());
  return [...sections.values(), ...keys.values()]
    .filter(({ length }) => length > 1)
    .map((lines) => ({ name: nameOf(lines[0]), lines: lines.map(({ line }) => line) }));
}

const nameOf = (line: IniLine | undefined): string =>
  line?.kind === 'entry' ? `${line.key} in [${line.section}]` : `section [${line?.section}]`;

/** @throws OperatorError FACT_UNREADABLE */
export function refuseDuplicateSection(ini: IniFile, section: string): void {
  const headers = ini.lines.filter((line) => line.kind === 'section' && isSameName(line.section, section));
  if (headers.length > 1) throw writtenTwice(ini, `section [${section}]`, headers);
}

function writtenTwice({ source }: IniFile, what: string, found: readonly IniLine[]): OperatorError {
  const [, second] = found;
  const lines = found.map(({ line }) => line).join(', ');
  return new OperatorError(
    'FACT_UNREADABLE',
    `${renderSource(source)}: ${what} is there more than once, in lines ${lines}`,
    {
      hint: 'Find out which one the server uses, remove the others by hand, then run the same command again.',
      place: { file: source.path, line: second?.line ?? 1, column: 1 },
    },
  );
}

const brokenHeader = (source: TextSource, line: number): OperatorError =>
  new OperatorError(
    'FACT_UNREADABLE',
    `${renderSource(source)}: line ${line} starts a section and has no closing bracket`,
    {
      hint: 'Correct the line by hand, because it is not clear to which section the next keys belong.',
      place: { file: source.path, line, column: 1 },
    },
  );
