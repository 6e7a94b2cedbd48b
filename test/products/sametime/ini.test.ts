// The editor of sametime.ini. The generated files mix line ends, code pages, comments and spellings.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { editIni, editIniBytes, openEdits } from '../../../src/products/sametime/ini-edit.ts';
import { duplicatesOf, entriesOf, getIni, parseIni } from '../../../src/products/sametime/ini.ts';
import type { IniEdit } from '../../../src/products/sametime/types.ts';

const source = { host: 'st1', path: '/local/notesdata/sametime.ini' };
const parse = (text: string | Uint8Array) =>
  parseIni(typeof text === 'string' ? Buffer.from(text, 'latin1') : text, source);
const edited = (text: string, ...edits: readonly IniEdit[]): string =>
  Buffer.from(editIniBytes(parse(text), edits)).toString('latin1');
const set = (section: string, key: string, value: string | null): IniEdit => ({ section, key, value });

describe('reading', () => {
  test('section and key are found in any case, blanks around a value do not belong to it', () => {
    const ini = parse('; top\r\n[ Config ]\r\n  st_community_id =  sametime \t\r\n');
    expect(getIni(ini, 'CONFIG', 'ST_COMMUNITY_ID')).toBe('sametime');
    expect(getIni(ini, 'Connectivity', 'ST_COMMUNITY_ID')).toBeUndefined();
  });

  test('a value may hold equals signs, semicolons and brackets', () => {
    expect(getIni(parse('[A]\nK=a=b;c[d]#e'), 'A', 'K')).toBe('a=b;c[d]#e');
  });

  test('comments are no keys', () => {
    expect(entriesOf(parse('[A]\n;K=1\n#K=2\nno equals sign\n=3\n'))).toEqual([]);
  });

  test('a password is a secret from the start, the name of its stash file is not', () => {
    const ini = parse('[Config]\nST_TLS_KEY_STORE_PASSWORD=mysecret\nST_TLS_KEY_STORE_PASSWORD_STASH_FILE=k.sth\n');
    expect(getIni(ini, 'Config', 'ST_TLS_KEY_STORE_PASSWORD')).toBeInstanceOf(Secret);
    expect(getIni(ini, 'Config', 'ST_TLS_KEY_STORE_PASSWORD_STASH_FILE')).toBe('k.sth');
    expect(JSON.stringify(ini.lines)).not.toContain('mysecret');
  });

  test('sections and keys that are there twice are found with their lines', () => {
    const ini = parse('[A]\nK=1\n[B]\nK=1\n[a]\nk=2\n');
    expect(duplicatesOf(ini)).toEqual([
      { name: 'section [A]', lines: [1, 5] },
      { name: 'K in [A]', lines: [2, 6] },
    ]);
  });

  test.each([
    ['UTF-16 with a mark', Buffer.from('\ufeff[A]\nK=1', 'utf16le'), 1, 1, 'the file is UTF-16'],
    ['UTF-16 without a mark', Buffer.from('[A]\nK=1', 'utf16le'), 1, 2, 'NUL byte'],
    ['a NUL byte', Buffer.from('[A]\r\nK=\0'), 2, 3, 'NUL byte'],
    ['a false UTF-8 mark', Buffer.from('\xef\xbb\xbf[A]\nK=\xfc', 'latin1'), 2, 3, 'marked as UTF-8'],
    ['an open header', Buffer.from('[A]\n[Config\nK=1'), 2, 1, 'no closing bracket'],
  ])('%s is refused with its place', (_title, bytes, line, column, part) => {
    expect(() => parse(bytes)).toThrow(
      expect.objectContaining({
        code: 'FACT_UNREADABLE',
        message: expect.stringContaining(part),
        place: { file: source.path, line, column },
      }),
    );
  });
});

describe('changing', () => {
  test.each<readonly [string, string, IniEdit, string]>([
    [
      'keeps spelling, blanks and line end',
      '[a]\r\n Key =  1 \r\nX=2\n',
      set('A', 'KEY', '9'),
      '[a]\r\n Key =  9 \r\nX=2\n',
    ],
    ['fills an empty value', '[A]\nK=\n', set('A', 'K', '1'), '[A]\nK=1\n'],
    ['empties a value', '[A]\nK=1\n', set('A', 'K', ''), '[A]\nK=\n'],
    [
      'adds behind the last key',
      '[A]\r\nK=1\r\n\r\n; end\r\n[B]\n',
      set('a', 'L', '2'),
      '[A]\r\nK=1\r\nL=2\r\n\r\n; end\r\n[B]\n',
    ],
    ['adds behind an empty header', '[A]\n; note\n[B]\nK=1', set('A', 'L', '2'), '[A]\nL=2\n; note\n[B]\nK=1'],
    ['adds behind a last line without an end', '[A]\r\nK=1', set('A', 'L', '2'), '[A]\r\nK=1\r\nL=2'],
    ['adds a section', '[A]\r\nK=1', set('B', 'L', '2'), '[A]\r\nK=1\r\n[B]\r\nL=2\r\n'],
    ['starts an empty file', '', set('B', 'L', '2'), '[B]\nL=2\n'],
    ['removes a line', '[A]\nK=1\r\nL=2', set('A', 'k', null), '[A]\nL=2'],
    ['removes nothing that is not there', '[A]\nK=1', set('B', 'k', null), '[A]\nK=1'],
  ])('%s', (_title, before, edit, after) => {
    expect(edited(before, edit)).toBe(after);
  });

  test('several edits at one place do not disturb each other', () => {
    const before = '[A]\nK=1\n[B]\nM=1\n';
    const edits = [
      set('A', 'K', null),
      set('A', 'L', '2'),
      set('B', 'M', null),
      set('C', 'N', '3'),
      set('D', 'O', '4'),
    ];
    expect(edited(before, ...edits)).toBe('[A]\nL=2\n[B]\n[C]\nN=3\n[D]\nO=4\n');
    expect(edited('[A]\nK=1\nZ=2', set('A', 'K', null), set('A', 'Z', null), set('A', 'Y', '1'))).toContain('Y=1');
    expect(edited('[A]\n[B]\nM=1', set('A', 'L', '2'), set('B', 'M', null), set('C', 'X', '1'))).toBe(
      '[A]\nL=2\n[B]\n\n[C]\nX=1\n',
    );
  });

  test('a secret stays a part of its own and never becomes bytes here', () => {
    const secret = new Secret('mysecret', 'password of key.p12');
    const edit = { section: 'Config', key: 'ST_TLS_KEY_STORE_PASSWORD', value: secret };
    const ini = parse('[Config]\nA=1\n');
    const parts = editIni(ini, [edit]);
    expect(parts.map((part) => (part instanceof Secret ? part : Buffer.from(part).toString()))).toEqual([
      '[Config]\nA=1\n',
      'ST_TLS_KEY_STORE_PASSWORD=',
      secret,
      '\n',
    ]);
    expect(() => editIniBytes(ini, [edit])).toThrow('password of key.p12 cannot be written without the transport');
  });

  test.each([
    ['a line end in a value', '[A]\n', set('A', 'K', 'a\nVPS_PORT=1'), 'the value of K has a line end'],
    ['outer blanks', '[A]\n', set('A', 'K', ' a'), 'outer blanks'],
    ['a key that is none', '[A]\n', set('A', 'K=1\n', 'a'), 'is not the name of a key'],
    ['a section that is none', '[A]\n', set('A]', 'K', 'a'), 'is not the name of a section'],
    ['a readable password', '[A]\n', set('A', 'X_PASSWORD', 'a'), 'as readable text'],
    ['a foreign letter in a file of a code page', '[A]\nK=\xfc\n', set('A', 'L', 'ü'), 'only in ASCII'],
    ['a foreign letter in an ASCII file', '[A]\nK=u\n', set('A', 'L', 'ü'), 'only in ASCII'],
  ])('%s is refused', (_title, before, edit, part) => {
    expect(() => edited(before, edit)).toThrow(
      expect.objectContaining({ code: 'INPUT_VALUE', message: expect.stringContaining(part) }),
    );
  });

  test('one key changed twice in one go is refused', () => {
    expect(() => edited('[A]\n', set('A', 'K', '1'), set('a', 'k', '2'))).toThrow('is to be changed twice');
  });

  test('a section or key that is there twice is never touched, and named with its lines', () => {
    expect(() => edited('[A]\nK=1\nk=2\n', set('A', 'K', '3'))).toThrow(
      'K in [A] is there more than once, in lines 2, 3',
    );
    expect(() => edited('[A]\n[B]\n[a]\n', set('A', 'K', '3'))).toThrow(
      'section [A] is there more than once, in lines 1, 3',
    );
    expect(edited('[A]\nK=1\nk=2\n[B]\nM=1\n', set('B', 'M', '2'))).toContain('M=2');
    expect(() => getIni(parse('[A]\nK=1\nk=1\n'), 'A', 'K')).toThrow('in lines 2, 3');
  });

  test('UTF-8 takes any letter, with and without its mark', () => {
    for (const mark of ['', '\ufeff']) {
      const ini = parse(Buffer.from(`${mark}[A]\nK=Müller\n`));
      const after = Buffer.from(editIniBytes(ini, [set('A', 'L', 'Ωmega')]));
      expect(after.toString('utf8')).toBe(`${mark}[A]\nK=Müller\nL=Ωmega\n`);
      expect(getIni(parse(after), 'A', 'L')).toBe('Ωmega');
    }
  });

  test('only what differs is open', () => {
    const ini = parse('[A]\nK=1\nX_PASSWORD=a\n');
    const [same, other] = ['a', 'b'].map((value) => new Secret(value, 'x'));
    const password = (value: Secret | undefined) => ({ section: 'A', key: 'X_PASSWORD', value: value ?? null });
    const edits = [set('A', 'K', '1'), set('A', 'L', null), password(same)];
    expect(openEdits(ini, edits)).toEqual([]);
    expect(
      openEdits(ini, [set('A', 'K', '2'), set('A', 'K', null), password(other), password(undefined)]),
    ).toHaveLength(4);
    expect(openEdits(parse('[A]\n'), [password(same)])).toHaveLength(1);
  });
});

// Latin-1 characters stand for bytes of a code page; the generator keeps section and key names apart by a number.
const blanks = fc.constantFrom('', ' ', '\t', '  ');
const word = fc
  .string({ unit: fc.constantFrom(...Array.from('aZ9_=;#[]. \\/:\xe4\xff')), maxLength: 12 })
  .map((text) => text.trim());
const eol = fc.constantFrom('\n', '\r\n', '\r');
const noise = fc.constantFrom('', '   ', '; note [x]', '# K=1', 'no sign', '\xe9\xff');
const entry = fc.tuple(blanks, fc.constantFrom('KEY', 'key', 'Other'), blanks, blanks, word, blanks);
const line = fc.oneof(
  noise.map((text) => ({ text })),
  entry.map((parts) => ({ parts })),
);
const section = fc.record({
  head: fc.tuple(blanks, fc.constantFrom('S', 's', 'Sect'), blanks),
  lines: fc.array(line, { maxLength: 6 }),
});

function render(
  sections: readonly (typeof section extends fc.Arbitrary<infer One> ? One : never)[],
  ends: readonly string[],
) {
  let row = 0;
  const text = sections.flatMap(({ head, lines }, index) => [
    `${head[0]}[${head[1]}${index}]${head[2]}`,
    ...lines.map((one, position) =>
      'text' in one
        ? one.text
        : `${one.parts[0]}${one.parts[1]}${position}${one.parts[2]}=${one.parts[3]}${one.parts[4]}${one.parts[5]}`,
    ),
  ]);
  return text.map((content) => `${content}${ends[row++ % ends.length] ?? '\n'}`);
}

test('1,000 generated files: read back as they are, and only the line of a changed key differs', () => {
  fc.assert(
    fc.property(
      fc.array(section, { minLength: 1, maxLength: 5 }),
      fc.array(eol, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.nat(),
      fc.constantFrom('set', 'remove', 'add'),
      (sections, ends, isOpen, pick, how) => {
        const rows = render(sections, ends);
        const text = isOpen ? rows.join('').replace(/(?:\r\n|\n|\r)$/u, '') : rows.join('');
        const ini = parse(text);
        // Two line ends that meet ("\r" before an empty "\n" line) are one: compare the bytes, not our rows.
        const spans = ini.lines.map(({ start, end }) => text.slice(start, end));
        expect(spans.join('')).toBe(text);
        expect(edited(text)).toBe(text);
        const entries = entriesOf(ini);
        const chosen = entries[pick % Math.max(entries.length, 1)];
        const target = chosen?.section ?? ini.lines[0]?.section ?? '';
        const key = how === 'add' || chosen === undefined ? 'FRESH' : chosen.key;
        const after = edited(text, set(target, key, how === 'remove' ? null : 'new value'));
        const expected = how === 'remove' ? undefined : 'new value';
        expect(getIni(parse(after), target, key)).toBe(expected);
        const others = entries.filter((one) => one !== chosen || key === 'FRESH');
        const left = entriesOf(parse(after)).filter((one) => one.key !== key || one.section !== target);
        expect(left.map((one) => [one.section, one.key, one.value])).toEqual(
          others.map((one) => [one.section, one.key, one.value]),
        );
        if (chosen === undefined && how === 'remove') expect(after).toBe(text);
        else if (chosen === undefined || key === 'FRESH') {
          const at = after.indexOf('FRESH=new value');
          const [before, behind] = [after.slice(0, at), after.slice(at + 'FRESH=new value'.length)];
          const rest = [
            `${before}${behind.replace(/^(?:\r\n|\n|\r)/u, '')}`,
            `${before.replace(/(?:\r\n|\n|\r)$/u, '')}${behind}`,
          ];
          expect(rest).toContain(text);
        } else {
          const [from, to] = how === 'remove' ? [chosen.start, chosen.end] : [chosen.valueStart, chosen.valueEnd];
          expect(after).toBe(`${text.slice(0, from)}${expected ?? ''}${text.slice(to)}`);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
