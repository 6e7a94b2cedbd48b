// The editor of iim.conf. The generated files mix spellings, line ends, comments, languages, continuations and duplicates;
// what a key must be worth is kept by the generator, not by the reader under test.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { editIim, openEdits } from '../../../src/products/sun-im/iim-edit.ts';
import { effectiveEntry, entriesOf, parseIim, refuseFault, textOf } from '../../../src/products/sun-im/iim.ts';
import type { IimEdit } from '../../../src/products/sun-im/types.ts';
import { config, example, parse, source } from './sample.ts';

const edited = (text: string, ...edits: readonly IimEdit[]): string =>
  Buffer.from(editIim(parse(text), edits)).toString('latin1');
const set = (key: string, value: string | null): IimEdit => ({ key, value });

describe('reading', () => {
  test.each([
    ['blanks and tabs around the equals sign', ' \tk \t=\t v', 'v'],
    ['a quoted value', 'k="a, b"', 'a, b'],
    ['an unquoted list with blanks, as the vendor writes it', 'k = 5269, 45269', '5269, 45269'],
    ['escapes', String.raw`k="a\"b\\c\td\ne\r"`, 'a"b\\c\td\ne\r'],
    ['a further equals sign', 'k=a=b;c', 'a=b;c'],
    ['no value', 'k=', ''],
    ['an exclamation mark behind the first character', 'k=!v', '!v'],
    ['a number sign, which is no comment', 'k=#v', '#v'],
    ['the last of several', 'k=1\nk=2\nk;lang-en=3\n', '2'],
    ['a continuation', 'k=a\\\nb', 'ab'],
    ['a continuation inside the key', 'long.\\\nk=1\nk=2', '2'],
    ['an escaped backslash at the end, which continues nothing', 'k="a\\\\"\nj=1', 'a\\'],
    ['line ends of all sorts', 'j=1\rk=2\r\nl=3\nm=4', '2'],
  ])('%s', (_title, text, value) => {
    expect(textOf(parse(text), 'k')).toBe(value);
  });

  test.each([
    ['a comment', '!k=1'],
    ['a line without an equals sign', 'k'],
    ['a semicolon without a language', 'k;x=1'],
    ['a language only', 'k;lang-en=1'],
    ['the same name in another case', 'K=1'],
    ['an exclamation mark behind a blank: the name of another key', ' !k=1'],
    ['a number sign: the name of another key', '#k=1'],
  ])('%s gives no value', (_title, text) => {
    expect(textOf(parse(text), 'k')).toBeUndefined();
  });

  test('a comment is not continued', () => {
    expect(textOf(parse('! note \\\nk=1\n'), 'k')).toBe('1');
  });

  test.each([
    ['quote-open', 'k="a'],
    ['quote-open', 'k="a\\"'],
    ['behind-quote', 'k="a" b'],
    ['escape', 'k="a\\q"'],
    ['unquoted', 'k=a"b'],
    ['unquoted', 'k=C:\\dir'],
  ])('%s: a value that breaks the grammar has no text, and nothing may rely on it', (fault, text) => {
    const conf = parse(text);
    expect(effectiveEntry(conf, 'k')?.fault).toBe(fault);
    expect(textOf(conf, 'k')).toBeUndefined();
    expect(() => refuseFault(conf, 'k')).toThrow(
      expect.objectContaining({ code: 'FACT_UNREADABLE', place: { file: source.path, line: 1, column: 1 } }),
    );
  });

  test("the curly quote of the vendor's example leaves the string open", () => {
    expect(effectiveEntry(example('12-1'), 'iim_server.useport')).toMatchObject({ line: 5, fault: 'quote-open' });
    expect(textOf(example('12-2'), 'iim_mux.usessl')).toBe('on');
  });

  test('passwords are secrets from the start, also in other languages, with faults and behind a number sign', () => {
    const conf = config(
      'iim_server.password=hunter2',
      'iim_server.coserver1.password="hunter2',
      '#iim_server.password=hunter2',
      'default.password;lang-en=hunter2',
      'iim_ldap.usergroupbindcred="hunter2"',
      '!iim_server.password=hunter2',
      'iim_server.keystorepasswordfile=sslpassword.conf',
    );
    expect(entriesOf(conf).map(({ value }) => value instanceof Secret)).toEqual([true, true, true, true, true, false]);
    expect(JSON.stringify(conf.lines)).not.toContain('hunter2');
  });

  test.each([
    ['UTF-16', Buffer.from('\ufeffk=1', 'utf16le')],
    ['a NUL byte', Buffer.from('k=\0')],
  ])('%s is refused', (_title, bytes) => {
    expect(() => parseIim(bytes, source)).toThrow(expect.objectContaining({ code: 'FACT_UNREADABLE' }));
  });
});

describe('changing', () => {
  test.each<readonly [string, string, IimEdit, string]>([
    ['only the last of several', 'a.k=1\na.k=2\n', set('a.k', '3'), 'a.k=1\na.k=3\n'],
    ['spelling, quotes and line end stay', '  a.k\t= "1" \r\nx=1', set('a.k', '2'), '  a.k\t= "2" \r\nx=1'],
    ['quotes come with what needs them', 'a.k=1\n', set('a.k', 'a, b'), 'a.k="a, b"\n'],
    ['a continued value is replaced as a whole', 'a.k=a\\\n b\\\n c\nz=1', set('a.k', 'd'), 'a.k=d\nz=1'],
    ['an open quote is mended', 'a.k="True”\nz=1'.replace('”', '\xe2\x80\x9d'), set('a.k', 'true'), 'a.k="true"\nz=1'],
    ['a language stays', 'a.k;lang-en=1\na.j=1\n', set('a.k', '2'), 'a.k;lang-en=1\na.j=1\na.k=2\n'],
    [
      'a new key stands behind its component',
      'a.k=1\r\n\r\n! b\r\nb.k=1\n',
      set('a.l', '2'),
      'a.k=1\r\na.l=2\r\n\r\n! b\r\nb.k=1\n',
    ],
    ['a new component stands at the end', 'a.k=1\r\n', set('b.l', '2'), 'a.k=1\r\nb.l=2\r\n'],
    ['a file without a last line end stays one', 'a.k=1', set('a.l', '2'), 'a.k=1\na.l=2'],
    ['an empty file', '', set('a.l', '2'), 'a.l=2\n'],
    ['removing takes every line, or an older one would count', 'a.k=1\nb=1\na.k=2', set('a.k', null), 'b=1\n'],
    ['removing nothing', 'b=1', set('a.k', null), 'b=1'],
    ['the same value', 'a.k = "1"', set('a.k', '1'), 'a.k = "1"'],
  ])('%s', (_title, before, edit, after) => {
    expect(edited(before, edit)).toBe(after);
  });

  test('several edits do not disturb each other', () => {
    const before = 'a.k=1\nb.k=1\n';
    expect(edited(before, set('a.k', null), set('a.l', '2'), set('b.k', '9'), set('c.m', '3'), set('d.n', '4'))).toBe(
      'a.l=2\nb.k=9\nc.m=3\nd.n=4\n',
    );
  });

  test.each<readonly [string, string, IimEdit, string]>([
    ['a password', 'a=1', set('iim_server.password', 'x'), 'passwords in this file are not changed'],
    ['the removal of a password', 'a=1', set('iim_server.password', null), 'passwords in this file are not changed'],
    ['a value outside ASCII', 'a=1', set('a', 'ü'), 'not plain ASCII'],
    ['outer blanks', 'a=1', set('a', 'b '), 'outer blanks'],
    ['a name with an equals sign', 'a=1', set('a=b', 'c'), 'not the name of a key'],
    ['a new line behind an open one', 'a.k=1\\', set('a.l', '2'), 'nothing continues it'],
    ['a new line behind an open comment', '! b\\\n', set('a.l', '2'), 'nothing continues it'],
  ])('%s is refused', (_title, before, edit, part) => {
    expect(() => edited(before, edit)).toThrow(part);
  });

  test('one key twice is refused', () => {
    expect(() => edited('a=1', set('a', '2'), set('a', '3'))).toThrow('a is to be changed twice');
  });

  test('only edits that change something are open, and a faulty value always is', () => {
    const conf = parse('a="1"\nb="2\nc=3\n');
    const open = openEdits(conf, [set('a', '1'), set('b', '"2'), set('c', null), set('d', null), set('e', '5')]);
    expect(open.map(({ key }) => key)).toEqual(['b', 'c', 'e']);
  });
});

// ---- generated files
const KEYS = ['iim_server.requiressl', 'iim_server.sslkeystore', 'iim_mux.usessl', 'iim.user', 'plain'] as const;
const blanks = fc.constantFrom('', ' ', '\t', '  ');
const eol = fc.constantFrom('\n', '\r\n', '\r');
const char = fc.constantFrom(...Array.from('abcXYZ019=;!#,. \t\n\r"\\/:-_()'));
const value = fc.string({ unit: char, maxLength: 12 });
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };

/** What a piece of the file is worth: key -> value, if anything. */
type Piece = { readonly text: string; readonly key?: string; readonly value?: string };

const quote = (text: string): string => `"${Array.from(text, (one) => ESCAPES[one] ?? one).join('')}"`;
const isPlain = (text: string): boolean => !/["\\\n\r]/u.test(text) && text.trim() === text;

/** A break may stand anywhere but between a backslash and what it escapes. */
const broken = (text: string, at: number, lineEnd: string): string => {
  const signs = text.match(/\\.|./gsu) ?? [];
  const place = signs.length === 0 ? 0 : at % signs.length;
  return `${signs.slice(0, place).join('')}\\${lineEnd}${signs.slice(place).join('')}`;
};

const entry: fc.Arbitrary<Piece> = fc
  .record({
    key: fc.constantFrom(...KEYS),
    language: fc.option(fc.constantFrom('en', 'fr'), { freq: 4 }),
    value,
    quoted: fc.boolean(),
    breakAt: fc.option(fc.nat(20), { freq: 3 }),
    lead: blanks,
    before: blanks,
    after: blanks,
    tail: blanks,
    eol,
  })
  .map(({ key, language, value: text, quoted, breakAt, lead, before, after, tail, eol: end }) => {
    const raw = quoted || !isPlain(text) ? quote(text) : text;
    const written = breakAt === null || raw === '' ? raw : broken(raw, breakAt, end);
    const name = language === null ? key : `${key};lang-${language}`;
    const piece = `${lead}${name}${before}=${after}${written}${tail}${end}`;
    return language === null ? { text: piece, key, value: text } : { text: piece };
  });
const other: fc.Arbitrary<Piece> = fc
  .tuple(fc.constantFrom('', '  ', '! note', '!iim.user=x', '!a\u00e9', '!back\\', 'no sign', '#iim.user=y'), eol)
  .map(([text, end]) => ({ text: text + end }));
// A carriage return at the end of one piece and a line feed at the start of the next would be one line end.
const file = fc
  .array(fc.oneof({ weight: 3, arbitrary: entry }, { weight: 1, arbitrary: other }), { maxLength: 12 })
  .map((pieces) => pieces.filter((piece, index) => index === 0 || !/^[\n]/u.test(piece.text)));
const textOfPieces = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('');
const worth = (pieces: readonly Piece[], key: string): string | undefined =>
  pieces.findLast((piece) => piece.key === key)?.value;
const RUNS = { numRuns: 1000 };

test('what a key is worth is what the grammar says, in 1,000 generated files', () => {
  fc.assert(
    fc.property(file, (pieces) => {
      const conf = parse(textOfPieces(pieces));
      expect(Buffer.concat(conf.lines.map(({ start, end }) => conf.bytes.subarray(start, end)))).toEqual(
        Buffer.from(conf.bytes),
      );
      for (const key of KEYS) expect(textOf(conf, key)).toBe(worth(pieces, key));
    }),
    RUNS,
  );
});

test('a change gives the value and leaves every other byte alone, in 1,000 generated files', () => {
  const wish = value.filter((text) => !/^[ \t]|[ \t]$/u.test(text));
  fc.assert(
    fc.property(file, fc.constantFrom(...KEYS), wish, (pieces, key, wanted) => {
      const before = textOfPieces(pieces);
      const conf = parse(before);
      const last = conf.lines.at(-1);
      const needsEnd = worth(pieces, key) === undefined;
      if (needsEnd && last?.isOpen === true) return;
      const after = Buffer.from(editIim(conf, [{ key, value: wanted }])).toString('latin1');
      const again = parse(after);
      expect(textOf(again, key)).toBe(wanted);
      for (const name of KEYS) if (name !== key) expect(textOf(again, name)).toBe(worth(pieces, name));
      const at = pieces.findLastIndex((piece) => piece.key === key);
      // The pieces in front of and behind the changed one are there as they were.
      const [head, tail] =
        at === -1 ? ['', ''] : [textOfPieces(pieces.slice(0, at)), textOfPieces(pieces.slice(at + 1))];
      expect(after.startsWith(head)).toBe(true);
      expect(after.endsWith(tail)).toBe(true);
      if (at === -1) expectOneAddition(before, after);
      expect(openEdits(again, [{ key, value: wanted }])).toEqual([]);
    }),
    RUNS,
  );
});

/** Something was put in at one place, and nothing else changed. */
function expectOneAddition(before: string, after: string): void {
  let at = 0;
  while (at < before.length && after[at] === before[at]) at += 1;
  expect(after.length).toBeGreaterThan(before.length);
  expect(after.slice(0, at) + after.slice(at + after.length - before.length)).toBe(before);
}

test('a removal takes the lines of the key and no others, in 1,000 generated files', () => {
  fc.assert(
    fc.property(file, fc.constantFrom(...KEYS), (pieces, key) => {
      const after = Buffer.from(editIim(parse(textOfPieces(pieces)), [{ key, value: null }])).toString('latin1');
      expect(after).toBe(textOfPieces(pieces.filter((piece) => piece.key !== key)));
    }),
    RUNS,
  );
});
