// The lists that wsadmin prints: [ [name value] [name [nested list]] ... ], several of them one after another. Form taken
// from public parsers of AdminTask output; values are not escaped there, so brackets inside a value must be balanced.
import { OperatorError } from '../../core/errors.ts';
import { renderSource, type TextSource } from './text-source.ts';

/** name -> value as written, without the blanks around it; a nested list is a value that can be parsed again */
export type BracketList = ReadonlyMap<string, string>;

type Read<T> = { readonly value: T; readonly next: number };

/** @throws OperatorError REMOTE_REPLY */
export function parseBracketLists(text: string, source: TextSource): readonly BracketList[] {
  const lists: BracketList[] = [];
  let position = skipBlanks(text, 0);
  while (position < text.length) {
    const { value, next } = readList(text, position, source);
    lists.push(value);
    position = skipBlanks(text, next);
  }
  return lists;
}

/** @throws OperatorError REMOTE_REPLY when there is not exactly one list */
export function parseBracketList(text: string, source: TextSource): BracketList {
  const [list, ...others] = parseBracketLists(text, source);
  if (list === undefined || others.length > 0) throw unexpected(text, 0, source);
  return list;
}

function readList(text: string, start: number, source: TextSource): Read<BracketList> {
  if (text[start] !== '[') throw unexpected(text, start, source);
  const list = new Map<string, string>();
  let position = skipBlanks(text, start + 1);
  while (text[position] !== ']') {
    const { value: pair, next } = readBalanced(text, position, source);
    const [, name, value] = /^\s*(?<name>[^\s[\]]+)(?<value>[^]*)$/u.exec(pair) ?? [];
    if (name === undefined || value === undefined || list.has(name)) throw unexpected(text, position, source);
    list.set(name, value.trim());
    position = skipBlanks(text, next);
  }
  return { value: list, next: position + 1 };
}

/** What stands between a bracket and its partner. */
function readBalanced(text: string, start: number, source: TextSource): Read<string> {
  if (text[start] !== '[') throw unexpected(text, start, source);
  let depth = 0;
  for (let position = start; position < text.length; position += 1) {
    if (text[position] === '[') depth += 1;
    if (text[position] === ']') depth -= 1;
    if (depth === 0) return { value: text.slice(start + 1, position), next: position + 1 };
  }
  throw unexpected(text, start, source);
}

function skipBlanks(text: string, start: number): number {
  let position = start;
  while (position < text.length && /\s/u.test(text.charAt(position))) position += 1;
  return position;
}

function unexpected(text: string, position: number, source: TextSource): OperatorError {
  const seen = text.slice(position, position + 60).replaceAll(/\s+/gu, ' ') || 'the end of the text';
  return new OperatorError(
    'REMOTE_REPLY',
    `${renderSource(source)}: expected a list [ [name value] ... ] but found ${seen}`,
    {
      hint: 'This WebSphere level prints another form than the documented one; please report the line.',
    },
  );
}
