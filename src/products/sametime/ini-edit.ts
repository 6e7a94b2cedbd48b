// Changes of sametime.ini: only the value of a changed key, or a line of its own, is touched. A Secret stays a Secret, so
// the result is a list of parts that only the transport can join. Source of the form: ini.ts.
import { OperatorError } from '../../core/errors.ts';
import { isSameSecret, Secret } from '../../core/secret.ts';
import type { FileContent } from '../../core/shell.ts';
import { renderSource } from '../websphere/text-source.ts';
import { encode } from './ini-encoding.ts';
import { findEntries, getIni, isSameName, isSecretKey, refuseDuplicateSection, type IniFile } from './ini.ts';
import type { IniEdit } from './types.ts';

type IniPart = Exclude<FileContent, Uint8Array>[number];
type Splice = { readonly start: number; readonly end: number; readonly parts: readonly IniPart[] };

/** Edits that change something, in their order.
 * @throws OperatorError FACT_UNREADABLE for a key that stands there more than once */
export const openEdits = (ini: IniFile, edits: readonly IniEdit[]): readonly IniEdit[] =>
  edits.filter(({ section, key, value }) => {
    const found = getIni(ini, section, key);
    const isSame = value instanceof Secret && found instanceof Secret ? isSameSecret(found, value) : found === value;
    return value === null ? found !== undefined : !isSame;
  });

/** The whole file, with Secrets between the bytes.
 * @throws OperatorError INPUT_VALUE for a value that a line cannot hold, FACT_UNREADABLE for a section or key that is there
 * more than once */
export function editIni(ini: IniFile, edits: readonly IniEdit[]): readonly IniPart[] {
  edits.forEach((edit, index) => {
    refuseValue(ini, edit);
    const isAgain = edits.slice(0, index).some((other) => isSameKey(other, edit));
    if (isAgain) throw wrong(ini, `${edit.key} in [${edit.section}] is to be changed twice`);
  });
  const present = edits.flatMap((edit) => spliceOf(ini, edit));
  const added = edits.filter((edit) => edit.value !== null && findEntries(ini, edit.section, edit.key).length === 0);
  const splices = [...present, ...additionsOf(ini, added)].toSorted((a, b) => a.start - b.start);
  const parts: IniPart[] = [];
  let at = 0;
  for (const splice of splices) {
    parts.push(ini.bytes.subarray(at, splice.start), ...splice.parts);
    at = splice.end;
  }
  return [...parts, ini.bytes.subarray(at)].filter((part) => part instanceof Secret || part.length > 0);
}

/** @throws OperatorError INPUT_VALUE also when an edit sets a Secret */
export function editIniBytes(ini: IniFile, edits: readonly IniEdit[]): Uint8Array {
  const parts = editIni(ini, edits);
  return Buffer.concat(
    parts.map((part) => {
      if (part instanceof Secret) throw wrong(ini, `${part.label} cannot be written without the transport`);
      return part;
    }),
  );
}

const isSameKey = (a: IniEdit, b: IniEdit): boolean => isSameName(a.section, b.section) && isSameName(a.key, b.key);

function spliceOf(ini: IniFile, { section, key, value }: IniEdit): readonly Splice[] {
  refuseDuplicateSection(ini, section);
  getIni(ini, section, key);
  const [entry] = findEntries(ini, section, key);
  if (entry === undefined) return [];
  if (value === null) return [{ start: entry.start, end: entry.end, parts: [] }];
  return [{ start: entry.valueStart, end: entry.valueEnd, parts: [valuePart(ini, key, value)] }];
}

/** New keys stand behind the last key of their section, new sections at the end of the file. */
function additionsOf(ini: IniFile, edits: readonly IniEdit[]): readonly Splice[] {
  const eol = usualLineEnd(ini);
  const end = ini.bytes.length;
  let isOpen = ini.lines.at(-1)?.eol === '';
  return [...Map.groupBy(edits, ({ section }) => section.toLowerCase()).values()]
    .map((group) => ({ group, section: group[0]?.section ?? '', anchor: anchorOf(ini, group[0]?.section ?? '') }))
    .toSorted((a, b) => Number(a.anchor === undefined) - Number(b.anchor === undefined))
    .map(({ group, section, anchor }) => {
      if (anchor !== undefined) {
        const isLast = anchor.eol === '';
        return { start: anchor.end, end: anchor.end, parts: blockOf(ini, group, isLast ? eol : anchor.eol, isLast) };
      }
      const header = Buffer.from(`${isOpen ? eol : ''}[${section}]${eol}`);
      isOpen = false;
      return { start: end, end, parts: [header, ...blockOf(ini, group, eol, false)] };
    });
}

/** Last key of the section, else its header; undefined: there is no such section. */
const anchorOf = ({ lines }: IniFile, name: string): IniFile['lines'][number] | undefined => {
  const own = lines.filter(({ section }) => isSameName(section, name));
  return own.findLast(({ kind }) => kind === 'entry') ?? own.find(({ kind }) => kind === 'section');
};

/** @param isLast the line in front has no line end; then the last new one gets none either */
function blockOf(ini: IniFile, edits: readonly IniEdit[], eol: string, isLast: boolean): readonly IniPart[] {
  const [before, after] = isLast ? [eol, ''] : ['', eol];
  return edits.flatMap(({ key, value }) =>
    value === null ? [] : [Buffer.from(`${before}${key}=`), valuePart(ini, key, value), Buffer.from(after)],
  );
}

function usualLineEnd({ lines }: IniFile): string {
  const counts = ['\n', '\r\n', '\r'].map((eol) => [eol, lines.filter((line) => line.eol === eol).length] as const);
  return counts.toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? '\n';
}

function valuePart(ini: IniFile, key: string, value: string | Secret): IniPart {
  if (value instanceof Secret) return value;
  const bytes = encode(value, ini.encoding);
  if (bytes !== undefined) return bytes;
  throw wrong(ini, `the code page of the file is not known, so the value of ${key} can be written only in ASCII`);
}

/** What a line can hold and gives back unchanged. */
export const isIniValue = (text: string): boolean => !/\p{Cc}/u.test(text) && !/^[ \t]|[ \t]$/u.test(text);

function refuseValue(ini: IniFile, { section, key, value }: IniEdit): void {
  if (!/^[A-Za-z0-9][\w.-]*$/u.test(key)) throw wrong(ini, `${JSON.stringify(key)} is not the name of a key`);
  if (!/^\w[\w. -]*$/u.test(section)) throw wrong(ini, `${JSON.stringify(section)} is not the name of a section`);
  if (typeof value !== 'string') return;
  if (isSecretKey(key) && value !== '') throw wrong(ini, `the value of ${key} was given as readable text`);
  if (!isIniValue(value)) throw wrong(ini, `the value of ${key} has a line end, a control character or outer blanks`);
}

const wrong = ({ source }: IniFile, fact: string): OperatorError =>
  new OperatorError('INPUT_VALUE', `${renderSource(source)}: ${fact}`, {
    hint: 'Correct the value in the playbook or in the inventory, then run the same command again.',
  });
