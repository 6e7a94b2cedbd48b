import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prettyJson } from '../../src/core/json.ts';
import { parsePlan } from '../../src/plan/load.ts';
import { planOf, stepOf } from '../helpers/memory-run.ts';

const text = prettyJson(planOf([stepOf(1, 'a', null, '1')]));

test('a plan that was written is read back as it was', () => {
  expect(prettyJson(parsePlan(text, 'plan.json'))).toBe(text);
});

test('white space and key order of the file do not matter, the content does', () => {
  const reordered = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).toReversed()));
  expect(parsePlan(reordered, 'plan.json').steps).toHaveLength(1);
});

test('any other value in any place is found', () => {
  const paths = [
    ['confirm'],
    ['steps', 0, 'host'],
    ['steps', 0, 'params', 'value'],
    ['summary', 'steps'],
    ['proof', 'safe'],
    ['inventory', 'file'],
  ];
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.string(), (path, value) => {
      const copy = JSON.parse(text);
      const parent = path.slice(0, -1).reduce((node, key) => node[key], copy);
      parent[path.at(-1) ?? ''] = value;
      expect(() => parsePlan(JSON.stringify(copy), 'plan.json')).toThrow(
        expect.objectContaining({ exitCode: expect.toSatisfy((code) => code === 3 || code === 65) }),
      );
    }),
  );
});

test.each([
  ['not json at all', 'INPUT_SYNTAX'],
  ['{}', 'INPUT_VALUE'],
  ['[]', 'INPUT_VALUE'],
  ['{"schema":2}', 'INPUT_VALUE'],
])('%s is no plan', (content, code) => {
  expect(() => parsePlan(content, 'plan.json')).toThrow(expect.objectContaining({ code }));
});
