// Writes a value as YAML in a random style (block or flow, quotes, comments, blank lines) and notes where each key and
// each list item begins. It counts lines and columns itself, so it is an independent witness for the places of readYaml.
import type { Json } from '../../../src/core/json.ts';
import type { YamlPath } from '../../../src/core/yaml/yaml-tree.ts';

type Placed = { readonly line: number; readonly column: number };

type Writer = { text: string; readonly places: Map<string, Placed>; readonly flip: () => boolean };

export function renderInRandomStyle(
  value: Json,
  flips: readonly boolean[],
): { text: string; places: Writer['places'] } {
  let next = 0;
  const flip = (): boolean => flips[next++ % Math.max(flips.length, 1)] ?? false;
  const writer: Writer = { text: '', places: new Map(), flip };
  writeBlock(writer, value, [], 0);
  return { text: writer.text, places: writer.places };
}

export const pathKey = (path: YamlPath): string => JSON.stringify(path);

function note(writer: Writer, path: YamlPath): void {
  const lines = writer.text.split('\n');
  writer.places.set(pathKey(path), { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 });
}

function writeBlock(writer: Writer, value: Json, path: YamlPath, indent: number): void {
  for (const [key, item] of entriesOf(value)) {
    if (writer.flip() && writer.flip()) writer.text += writer.flip() ? '\n' : `${' '.repeat(indent)}# a "comment": {\n`;
    writer.text += ' '.repeat(indent);
    const at = [...path, key];
    if (typeof key === 'number') writer.text += '- ';
    note(writer, at);
    if (typeof key === 'string') writer.text += `${keyText(writer, key)}:`;
    const isFlow = !isCollection(item) || entriesOf(item).length === 0 || typeof key === 'number' || writer.flip();
    if (typeof key === 'string') writer.text += isFlow ? ' ' : '\n';
    if (isFlow) writeFlow(writer, item, at);
    if (isFlow) writer.text += writer.flip() ? ' # why\n' : '\n';
    else writeBlock(writer, item, at, indent + 2);
  }
}

function writeFlow(writer: Writer, value: Json, path: YamlPath): void {
  if (!isCollection(value)) {
    writer.text += typeof value === 'string' ? scalarText(writer, value) : JSON.stringify(value);
    return;
  }
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  writer.text += `${open} `;
  entriesOf(value).forEach(([key, item], index) => {
    if (index > 0) writer.text += ', ';
    note(writer, [...path, key]);
    if (typeof key === 'string') writer.text += `${keyText(writer, key)}: `;
    writeFlow(writer, item, [...path, key]);
  });
  writer.text += ` ${close}`;
}

const isCollection = (value: Json): boolean => typeof value === 'object' && value !== null;

function entriesOf(value: Json): readonly [string | number, Json][] {
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value) ? value.map((item, index): [number, Json] => [index, item]) : Object.entries(value);
}

const keyText = ({ flip }: Writer, key: string): string => (flip() && flip() ? JSON.stringify(key) : key);

const scalarText = ({ flip }: Writer, text: string): string =>
  /^[A-Za-z][\w./-]*$/.test(text) && !/^(true|false|null)$/i.test(text) && flip() ? text : JSON.stringify(text);
