import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { OperatorError } from '../../../src/core/errors.ts';
import type { Json } from '../../../src/core/json.ts';
import { isEqualJson } from '../../../src/core/json.ts';
import { readYaml } from '../../../src/core/yaml/read-yaml.ts';
import { keyPlaceAt, nodeAt, placeAt, renderPath, toJson } from '../../../src/core/yaml/yaml-tree.ts';
import { marked, refusalOf, thrownBy } from './refusal.ts';

describe('text that is refused', () => {
  const cases: readonly [title: string, text: string, message: string, hint: string][] = [
    ['a key that is given twice', 'a: 1\n§a: 2\n', 'the key "a" is given twice', 'Keep one'],
    ['a key that is given twice in braces', 'a: {b: 1, §b: 2}', 'the key "b" is given twice', 'Keep one'],
    ['a tab as indentation', 'a:\n§\tb: 1\n', 'a tab is used for indentation', 'Use blanks'],
    ['an anchor', 'a: &x §1\n', 'an anchor (&name)', 'Write the value out'],
    ['an anchor on a key', '&x §a: 1\n', 'a key that is not plain text', 'Write the value out'],
    ['an alias', 'a: §*x\n', 'an alias (*name)', ''],
    ['a tag that YAML knows', 'a: !!binary §aGk=', 'a tag (!name)', 'Write the value out'],
    ['a tag that YAML does not know', 'a: §!foo 1', 'a tag (!name)', 'quotes'],
    ['a second document', 'a: 1\n§---\nb: 2\n', 'a second document begins', 'one file for each'],
    ['a directive that changes the meaning of yes and no', '§%YAML 1.1\n---\na: yes\n', 'a %YAML directive', ''],
    ['a list as a key', '? §[a]\n: 1\n', 'a key is not plain text', ''],
    ['a text without its closing quote', 'a: "x§', 'a character is missing', 'quote'],
    ['an unquoted Windows escape', 'a: "C:§\\IBM"', 'a backslash in double quotes', 'single quotes'],
    ['a reserved first character', 'a: §@b', 'a character that YAML reserves', 'quotes'],
    ['two values in a line', 'a: §b: c', 'a second key or list begins in the same line', 'quotes'],
    ['a number without an end', 'a: §.inf', 'neither text, true, false nor a finite number', 'quotes'],
    ['a number that overflows', 'a: §1e999', 'neither text, true, false nor a finite number', 'quotes'],
    ['a key that JavaScript would take for a prototype', 'a:\n  §__proto__: {b: 1}', 'the key __proto__', ''],
  ];
  test.each(cases)('%s is refused at its place', (_title, withMark, message, hint) => {
    const { text, line, column } = marked(withMark);
    const error = refusalOf(() => readYaml(text, 'in.yaml'));
    expect(error.place).toEqual({ file: 'in.yaml', line, column });
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
    expect(error.code).toMatch(/^INPUT_(SYNTAX|VALUE|UNKNOWN_KEY)$/);
  });

  test.each(['['.repeat(100_000), '- '.repeat(5000), '{a: '.repeat(3000), `${'['.repeat(40)}${']'.repeat(40)}`])(
    'a text that nests without end is refused (%#)',
    (text) => {
      expect(refusalOf(() => readYaml(text, 'deep.yaml')).code).toBe('INPUT_SYNTAX');
    },
  );

  test('an alias bomb is refused before anything is expanded', () => {
    const levels = Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]`);
    expect(refusalOf(() => readYaml(['a0: &a0 x', ...levels].join('\n'), 'bomb.yaml')).message).toContain('an anchor');
  });

  test('no message repeats text of the file that may be a secret', () => {
    const secret = 'Tr0ub4dor';
    for (const text of [`a: |${secret}\n`, `a: "${secret}`, `a: "\\${secret}"`, `{a: ${secret}`, `a: !${secret} 1`]) {
      const error = refusalOf(() => readYaml(text, 'in.yaml'));
      expect(`${error.message} ${error.hint}`).not.toContain(secret.slice(1));
    }
  });
});

// Pieces that YAML gives a meaning: random letters alone would hardly ever reach the parser's corners.
const pieces =
  'a|b: |- |? |: |{|}|[|]|,|"|\'|&a |*a|!t |!!binary |\n|\n  |\t|>|#|---\n|...\n|%YAML 1.1\n|<<: |1e999|.nan|\\x|\u0000|\ufeff|\r|\ud800|__proto__: ';
const yamlish = fc.array(fc.constantFrom('|', ...pieces.split('|')), { maxLength: 25 }).map((parts) => parts.join(''));

test('whatever the text, readYaml gives a tree or throws an OperatorError with a place in the text', () => {
  fc.assert(
    fc.property(fc.oneof(yamlish, fc.string({ unit: 'binary', maxLength: 60 })), (text) => {
      const error = thrownBy(() => JSON.stringify(toJson(readYaml(text, 'any.yaml'))));
      const isRefused = error instanceof OperatorError && error.code.startsWith('INPUT_');
      const { line, column } = (isRefused ? error.place : undefined) ?? { line: 0, column: 0 };
      const isInside = line >= 1 && line <= text.split('\n').length && column >= 1;
      expect(error === undefined || (isRefused && isInside)).toBe(true);
    }),
    { numRuns: 1500 },
  );
});

test('a value that was written as YAML is read back as it was', () => {
  const value = fc.jsonValue({ maxDepth: 4 }).filter((json) => !JSON.stringify(json).includes('__proto__'));
  fc.assert(
    fc.property(value, (json) => {
      const back = toJson(readYaml(stringify(json, { aliasDuplicateObjects: false }), 'own.yaml'));
      expect(isEqualJson(back, JSON.parse(JSON.stringify(json)) as Json)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

const at = (line: number, column: number) => ({ file: 'p.yaml', line, column });

describe('places', () => {
  const tree = readYaml('hosts:\r\n  dm: { port: 1 }\n  "x y":\nlist:\n  - é: 1\n    b: 2\n  - z\n', 'p.yaml');

  test('a value is at its first character, a key too, whatever the line ends', () => {
    expect(placeAt(tree, ['hosts', 'dm', 'port'])).toEqual(at(2, 15));
    expect(keyPlaceAt(tree, ['hosts', 'dm', 'port'])).toEqual(at(2, 9));
    expect(placeAt(tree, ['list', 0, 'b'])).toEqual(at(6, 8));
    expect(keyPlaceAt(tree, ['list', 1])).toEqual(at(7, 5));
  });

  test('an empty value is at its key, a missing one at the key of what it is missing in', () => {
    expect(placeAt(tree, ['hosts', 'x y'])).toEqual(at(3, 3));
    expect(placeAt(tree, ['hosts', 'dm', 'address'])).toEqual(at(2, 3));
    expect(placeAt(tree, ['list', 5])).toEqual(at(4, 1));
  });

  test('a value that stands for a list of one is found at index 0 and nowhere else', () => {
    expect(nodeAt(tree, ['list', 1, 0])).toEqual({ kind: 'scalar', value: 'z', place: at(7, 5) });
    expect(nodeAt(tree, ['list', 1, 1])).toBeUndefined();
    expect(nodeAt(tree, ['list', 'length'])).toBeUndefined();
  });

  test('a path is written as a person would, odd keys in quotes', () => {
    expect(renderPath(['hosts', 'a b', 'l', 2, 'k'])).toBe('hosts."a b".l[2].k');
    expect(renderPath([])).toBe('the file');
    expect(renderPath(['\u001b[31m'])).toBe(String.raw`"\u001b[31m"`);
  });
});
