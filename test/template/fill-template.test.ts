// Templates: whatever a value holds, it stays one literal of the target language.
import { execFileSync } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillTemplate, renderCommandLine } from '../../src/template/fill-template.ts';
import { readTemplate } from '../../src/template/read-template.ts';

const value = fc.string({ unit: 'grapheme' }).filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text));

test('a database reads any value back as it was', () => {
  const database = new DatabaseSync(':memory:');
  fc.assert(
    fc.property(value, value, (a, b) => {
      const row = database.prepare(fillTemplate('sql', 'SELECT {{a}} AS a, {{b}} AS b', { a, b })).get();
      expect({ ...row }).toEqual({ a, b });
    }),
  );
});

test('a shell reads any value back as it was', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 4 }), (words) => {
      const line = renderCommandLine(['printf', '%s\\n', 'begin', ...words]);
      expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' })).toBe(`${['begin', ...words].join('\n')}\n`);
    }),
    { numRuns: 40 },
  );
});

test('a value that looks like a field is not filled again', () => {
  expect(fillTemplate('sql', '{{a}} {{b}}', { a: '{{b}}', b: "it's" })).toBe("'{{b}}' 'it''s'");
});

test('a control character is refused, and a missing or unused value is a bug', () => {
  expect(() => fillTemplate('sql', '{{a}}', { a: 'x\ny' })).toThrow('holds a control character');
  expect(() => fillTemplate('sql', '{{a}}', {})).toThrow('no value for {{a}}');
  expect(() => fillTemplate('sql', '{{a}}', { a: '1', toString: '2' })).toThrow('no place for the value toString');
  expect(() => fillTemplate('sql', '{{toString}}', {})).toThrow('no value for {{toString}}');
});

test('the SQL templates never use MERGE, and their fields carry no quotes of their own', () => {
  for (const name of ['read', 'write', 'delete']) {
    const text = readTemplate(`sql/recording-row-${name}.sql`);
    expect(text).not.toMatch(/MERGE|'\{\{|\}\}'/);
    expect(text).toContain('{{serverId}}');
  }
});
