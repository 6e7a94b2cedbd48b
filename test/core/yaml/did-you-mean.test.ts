import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean, distanceBetween } from '../../../src/core/yaml/did-you-mean.ts';

test.each([
  ['adress', ['port', 'address'], 'Did you mean address?'],
  ['idenityFile', ['identityFile', 'knownHosts'], 'Did you mean identityFile?'],
  ['prot', ['port', 'user'], 'Did you mean port?'],
  ['TLSV1.2', ['TLSv1.1', 'TLSv1.2'], 'Did you mean TLSv1.2?'],
  ['password', ['user', 'passwordFile'], 'Did you mean passwordFile?'],
  ['quux', ['port', 'address'], 'Known here: port, address.'],
  ['x', [], 'None is known here.'],
])('%s among %j: %s', (word, known, hint) => {
  expect(didYouMean(word, known)).toBe(hint);
});

test('a long list of known words is cut', () => {
  const known = Array.from({ length: 40 }, (_, n) => `node-number-${n}`);
  expect(didYouMean('q', known)).toMatch(/node-number-14, \.\.\.\.$/);
});

test('the distance counts insertions, deletions, replacements and swaps of neighbours', () => {
  expect(distanceBetween('', 'abc')).toBe(3);
  expect(distanceBetween('kitten', 'sitting')).toBe(3);
  expect(distanceBetween('hsot', 'host')).toBe(1);
  expect(distanceBetween('ca', 'abc')).toBe(3);
});

test('the distance is symmetric, zero only for equal words, and one edit never counts more than one', () => {
  const word = fc.stringMatching(/^[a-d]{0,8}$/);
  fc.assert(
    fc.property(word, word, fc.nat(8), (a, b, index) => {
      expect(distanceBetween(a, b)).toBe(distanceBetween(b, a));
      expect(distanceBetween(a, b) === 0).toBe(a === b);
      expect(distanceBetween(a, `${a.slice(0, index)}x${a.slice(index)}`)).toBe(1);
    }),
  );
});
