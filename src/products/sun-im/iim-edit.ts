// Changes of iim.conf: the value of the entry that counts, or a line of its own; all other bytes stay. Removing a key removes
// every line of it, since an older one would count again. Passwords are never written here. Source of the form: iim.ts.
import { OperatorError } from '../../core/errors.ts';
import { renderSource } from '../websphere/text-source.ts';
import { isIimText, renderValue } from './iim-value.ts';
import { effectiveEntry, entriesOf, findEntries, isSecretKey, type IimEntry, type IimFile } from './iim.ts';
import type { IimEdit } from './types.ts';

type Splice = { readonly start: number; readonly end: number; readonly text: string };

/** Edits that change something, in their order. A value with a fault always differs. */
export const openEdits = (conf: IimFile, edits: readonly IimEdit[]): readonly IimEdit[] =>
  edits.filter(({ key, value }) => {
    const entry = effectiveEntry(conf, key);
    return value === null ? entry !== undefined : entry?.value !== value || entry.fault !== null;
  });

/** The whole file.
 * @throws OperatorError INPUT_VALUE for what a line cannot hold, a password, or a key changed twice; FACT_UNREADABLE when
 * a new line would be swallowed by the one in front of it */
export function editIim(conf: IimFile, edits: readonly IimEdit[]): Uint8Array {
  edits.forEach((edit, index) => {
    refuseEdit(conf, edit);
    const isAgain = edits.slice(0, index).some(({ key }) => key === edit.key);
    if (isAgain) throw wrong(conf, `${edit.key} is to be changed twice`);
  });
  const added = edits.filter(({ key, value }) => value !== null && findEntries(conf, key).length === 0);
  const splices = [...edits.flatMap((edit) => changeOf(conf, edit)), ...additionsOf(conf, added)];
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, text } of splices.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(conf.bytes.subarray(at, start), Buffer.from(text, 'ascii'));
    at = end;
  }
  return Buffer.concat([...parts, conf.bytes.subarray(at)]);
}

function changeOf(conf: IimFile, { key, value }: IimEdit): readonly Splice[] {
  if (value === null) return findEntries(conf, key).map(({ start, end }) => ({ start, end, text: '' }));
  const entry = effectiveEntry(conf, key);
  if (entry === undefined || (entry.value === value && entry.fault === null)) return [];
  return [{ start: entry.valueStart, end: entry.valueEnd, text: renderValue(value, entry.isQuoted) }];
}

/** New keys stand behind the last key of their component (`iim_server`, `iim_mux`), else at the end of the file. */
function additionsOf(conf: IimFile, edits: readonly IimEdit[]): readonly Splice[] {
  const groups = [...Map.groupBy(edits, ({ key }) => componentOf(key)).entries()];
  const placed = groups.map(([component, group]) => ({ group, anchor: lastOf(conf, component) }));
  const atEnd = placed.filter(({ anchor }) => anchor === undefined).flatMap(({ group }) => group);
  return [
    ...placed.flatMap(({ group, anchor }) => (anchor === undefined ? [] : [blockAt(conf, anchor, group)])),
    ...(atEnd.length === 0 ? [] : [blockAt(conf, conf.lines.at(-1), atEnd)]),
  ].filter(({ text }) => text !== '');
}

const componentOf = (key: string): string => key.slice(0, key.indexOf('.') + 1);

const lastOf = (conf: IimFile, component: string): IimEntry | undefined =>
  entriesOf(conf).findLast(({ key }) => componentOf(key) === component);

function blockAt(conf: IimFile, anchor: IimFile['lines'][number] | undefined, edits: readonly IimEdit[]): Splice {
  if (anchor?.isOpen === true) throw openLine(conf, anchor.line);
  const start = anchor?.end ?? conf.bytes.length;
  const hasEnd = anchor === undefined || anchor.eol !== '';
  const eol = anchor === undefined || anchor.eol === '' ? usualLineEnd(conf) : anchor.eol;
  const lines = edits.flatMap(({ key, value }) => (value === null ? [] : [`${key}=${renderValue(value, false)}`]));
  // A file without a last line end stays one.
  const text = lines.map((line) => (hasEnd ? `${line}${eol}` : `${eol}${line}`)).join('');
  return { start, end: start, text };
}

function usualLineEnd({ lines }: IimFile): string {
  const counts = ['\n', '\r\n', '\r'].map((eol) => [eol, lines.filter((line) => line.eol === eol).length] as const);
  return counts.toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? '\n';
}

function refuseEdit(conf: IimFile, { key, value }: IimEdit): void {
  if (!/^[A-Za-z][\w-]*(?:\.[\w-]+)*$/u.test(key)) throw wrong(conf, `${JSON.stringify(key)} is not the name of a key`);
  if (isSecretKey(key)) throw wrong(conf, `${key} is a password, and passwords in this file are not changed`);
  if (value !== null && !isIimText(value)) throw wrong(conf, `the value of ${key} is not plain ASCII`);
  if (value !== null && /^[ \t]|[ \t]$/u.test(value)) throw wrong(conf, `the value of ${key} has outer blanks`);
}

const wrong = ({ source }: IimFile, fact: string): OperatorError =>
  new OperatorError('INPUT_VALUE', `${renderSource(source)}: ${fact}`, {
    hint: 'Correct the value in the playbook or in the inventory, then run the same command again.',
  });

const openLine = ({ source }: IimFile, line: number): OperatorError =>
  new OperatorError(
    'FACT_UNREADABLE',
    `${renderSource(source)}: line ${line} ends with a backslash and nothing continues it`,
    {
      hint: 'Remove the backslash by hand, because a new line behind it would become part of this one.',
      place: { file: source.path, line, column: 1 },
    },
  );
