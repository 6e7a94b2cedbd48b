import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupByPerson } from '../../src/approval/people.ts';
import type { Approval } from '../../src/approval/types.ts';

const approvalOf = (identity: string, key: string, file = `${identity}-${key}`): Approval => ({
  file,
  identity,
  key,
  issued: '',
  expires: '',
});

test('an approval that links two people joins them, and none is lost', () => {
  const [alice, bob, link] = [approvalOf('alice', 'k1'), approvalOf('bob', 'k2'), approvalOf('bob', 'k1')];
  expect(groupByPerson([alice, bob, link])).toEqual([[alice, bob, link]]);
});

test('in whatever order they come, two groups share no key and no identity, and every approval is in one', () => {
  const names = fc.constantFrom('a', 'b', 'c', 'd', 'A');
  const keys = fc.constantFrom('k1', 'k2', 'k3', 'k4');
  const some = fc.array(fc.tuple(names, keys), { maxLength: 8 });
  fc.assert(
    fc.property(some, (pairs) => {
      const all = pairs.map(([identity, key], index) => approvalOf(identity, key, String(index)));
      const people = groupByPerson(all);
      expect(new Set(people.flat())).toEqual(new Set(all));
      expect(people.flat()).toHaveLength(all.length);
      const marks = people.map(
        (person) => new Set(person.flatMap(({ identity, key }) => [identity.toLowerCase(), key])),
      );
      expect(marks.reduce((sum, { size }) => sum + size, 0)).toBe(new Set(marks.flatMap((mark) => [...mark])).size);
      expect(groupByPerson(all.toReversed())).toHaveLength(people.length);
    }),
  );
});
