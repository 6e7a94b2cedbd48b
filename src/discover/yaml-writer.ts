// Small parts of a YAML document as a person would write them: keys with a comment above, questions, one-line maps.
import { Document, isMap, Pair, Scalar, YAMLMap } from 'yaml';
import { OPEN } from '../inventory/questions.ts';

export type Value = string | number | boolean | readonly Value[] | Question | YAMLMap;

export type Question = { readonly ask: string };

export const isQuestion = (value: Value): value is Question =>
  typeof value === 'object' && value !== null && 'ask' in value && !isMap(value);

/** Entries in this order; undefined ones are left out. A question gets its text above it. */
export function mapOf(entries: Readonly<Record<string, Value | undefined>>, isOneLine = false): YAMLMap {
  const map = new YAMLMap();
  for (const [key, value] of Object.entries(entries)) if (value !== undefined) put(map, key, value);
  map.flow = isOneLine;
  return map;
}

/** @param above lines without a sign */
export function put(map: YAMLMap, key: string, value: Value, above: readonly string[] = []): void {
  const name = new Scalar(key);
  const lines = isQuestion(value) ? [...above, `QUESTION: ${value.ask}`] : above;
  if (lines.length > 0) name.commentBefore = lines.map((line) => ` ${line}`).join('\n');
  map.flow &&= false;
  map.add(new Pair(name, nodeOf(value)));
}

function nodeOf(value: Value): unknown {
  if (isMap(value)) return value;
  if (isQuestion(value)) {
    const open = new Scalar(OPEN);
    open.type = 'QUOTE_DOUBLE';
    return open;
  }
  return new Document().createNode(value, { flow: true });
}

/** The map at the key of a document or map, made when there is none; `{}` becomes a block. */
export function sectionOf(parent: YAMLMap, key: string): YAMLMap {
  const found = parent.get(key);
  if (isMap(found)) {
    if (found.items.length === 0) found.flow = false;
    return found;
  }
  const made = new YAMLMap();
  parent.delete(key);
  put(parent, key, made);
  return made;
}
