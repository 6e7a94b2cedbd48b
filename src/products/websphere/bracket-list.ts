// The lists that wsadmin prints: [ [name value] [name [nested list]] ... ], several of them one after another. Form taken
// from public parsers of AdminTask output; values are not escaped there, so brackets inside a value must be balanced.
import { OperatorError } from '../../core/errors.ts';

/** name -> value as written, without the blanks around it; a nested list is a value that can be parsed again */
export type BracketList = ReadonlyMap<string, string>;

type Read<T> = { readonly value: T; readonly next: number };

/** @param what which call's reply it is, for messages
 * @throws OperatorError REMOTE_REPLY */
export function parseBracketLists(text: string, what: string): readonly BracketList[] {
  const lists: BracketList[] = [];
  let position = skipBlanks(text, 0);
  while (position < text.length) {
    const { value, next } = readList(text, position, what);
    lists.push(value);
    position = skipBlanks(text, next);
  }
  return lists;
}

/** @throws OperatorError REMOTE_REPLY when there is not exactly one list */
export function parseBracketList(text: string, what: string): BracketList {
  const [list, ...others] = parseBracketLists(text, what);
  if (list === undefined || others.length > 0) throw unexpected(text, 0, what);
  return list;
}

function readList(text: string, start: number, what: string): Read<BracketList> {
  if (text[start] !== '[') throw unexpected(text, start, what);
  const list = new Map<string, string>();
  let position = skipBlanks(text, start + 1);
  while (text[position] !== ']') {
    const { value: pair, next } = readBalanced(text, position, what);
    const [, name, value] = /^\s*(?<name>[^\s[\]]+)(?<value>[^]*)$/u.exec(pair) ?? [];
    if (name === undefined || value === undefined || list.has(name)) throw unexpected(text, position, what);
    list.set(name, value.trim());
    position = skipBlanks(text, next);
  }
  return { value: list, next: position + 1 };
}

/** What stands between a bracket and its partner. */
function readBalanced(text: string, start: number, what: string): Read<string> {
  if (text[start] !== '[') throw unexpected(text, start, what);
  let depth = 0;
  for (let position = start; position < text.length; position += 1) {
    if (text[position] === '[') depth += 1;
    if (text[position] === ']') depth -= 1;
    if (depth === 0) return { value: text.slice(start + 1, position), next: position + 1 };
  }
  throw unexpected(text, start, what);
}

function skipBlanks(text: string, start: number): number {
  let position = start;
  while (position < text.length && /\s/u.test(text.charAt(position))) position += 1;
  return position;
}

function unexpected(text: string, position: number, what: string): OperatorError {
  const seen = text.slice(position, position + 60).replaceAll(/\s+/gu, ' ') || 'the end of the text';
  return new OperatorError('REMOTE_REPLY', `${what}: expected a list [ [name value] ... ] but found ${seen}`, {
    hint: 'This WebSphere level prints another form than the documented one; please report the line.',
  });
}
