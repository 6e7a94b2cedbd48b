import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../../src/core/errors.ts';
import { parseBracketList, parseBracketLists } from '../../../src/products/websphere/bracket-list.ts';
import { renderBracketList } from './bracket-lists.ts';

const source = { host: 'cell c1', path: 'AdminTask.getSSLConfig' };
const outcomeOf = (text: string): string => {
  try {
    parseBracketLists(text, source);
    return 'parsed';
  } catch (error) {
    return error instanceof OperatorError ? error.code : 'bug';
  }
};
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/u);
const plainValue = fc.stringMatching(/^[^[\]]{0,20}$/u).map((text) => text.trim());
const value = fc.oneof(
  plainValue,
  fc.tuple(plainValue, plainValue).map(([a, b]) => `[ [inner ${a}] [other ${b}] ]`),
);
const pairs = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 6 });

describe('bracket lists', () => {
  test('that are rendered and parsed give the same pairs, several of them in their order', () => {
    fc.assert(
      fc.property(
        fc.array(pairs, { maxLength: 4 }),
        fc.boolean(),
        fc.constantFrom('\n', '\r\n', ' '),
        (lists, isTight, eol) => {
          const text = lists.map((list) => renderBracketList(list, isTight)).join(eol);
          expect(parseBracketLists(text, source).map((list) => [...list])).toEqual(lists);
        },
      ),
    );
  });

  test('keep nested lists as values that can be parsed again', () => {
    const list = parseBracketList('[ [a [ [b c d] [e ] ]] [f ] ]', source);
    expect(list.get('f')).toBe('');
    expect([...parseBracketList(list.get('a') ?? '', source)]).toEqual([
      ['b', 'c d'],
      ['e', ''],
    ]);
  });

  test.each(['[', '[ [a b] ', '[ [a b ]', 'a', '[ a ]', '[ [] ]', '[ [a 1] [a 2] ]', '[ [a b] ] ]', 'WASX7015E: no'])(
    'of another form are refused with their source: %s',
    (text) => {
      expect(() => parseBracketLists(text, source)).toThrow(
        expect.objectContaining({ code: 'REMOTE_REPLY', message: expect.stringContaining('AdminTask.getSSLConfig') }),
      );
    },
  );

  test('must be exactly one where one is expected', () => {
    expect(() => parseBracketList('', source)).toThrow('cell c1');
    expect(() => parseBracketList('[ [a b] ]\n[ [a b] ]', source)).toThrow('cell c1');
  });

  test('are parsed or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('[', ']', ' ', 'a', '\n') }), (text) => {
        expect(outcomeOf(text)).toMatch(/^(?:parsed|REMOTE_REPLY)$/u);
      }),
    );
  });
});
