// What is heard between two lines with a word, however the bytes were cut into pieces.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outputBetween } from '../../src/transport/output-between.ts';

const WORD = '@@strictstep-00ff-2';

function listen(hasBegun: boolean) {
  const pieces: Buffer[] = [];
  const between = outputBetween(WORD, hasBegun, (bytes) => pieces.push(bytes));
  return { ...between, heard: () => Buffer.concat(pieces).toString('latin1') };
}

/** Texts that look like the word for a while. */
const text = fc.string({
  unit: fc.constantFrom('@', '@@', '@@strictstep-', '00ff', '-2', '.', '0', '\n', '\u00e9'),
  maxLength: 40,
});
const isOther = (one: string): boolean => !one.includes(WORD);

test('is all that stands between them, and the number of the second, in whatever pieces it comes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      text.filter(isOther),
      text.filter((one) => isOther(`${one}@@strictstep-00ff-`)),
      fc.integer({ min: 0, max: 271 }),
      text,
      fc.array(fc.nat({ max: 200 })),
      async (hasBegun, greeting, inside, status, later, cuts) => {
        const whole = `${hasBegun ? '' : `${greeting}${WORD}\n`}${inside}${WORD}.${status}\n${later}`;
        const bytes = Buffer.from(whole, 'latin1');
        const { hear, ended, status: told, heard } = listen(hasBegun);
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length];
        for (const [index, from] of places.slice(0, -1).entries()) hear(bytes.subarray(from, places[index + 1]));
        await ended;
        expect([heard(), await told]).toEqual([inside, status]);
      },
    ),
    { numRuns: 1000 },
  );
});

test('is told at once but for what may be the beginning of the word, and all of it when no more will come', async () => {
  const { hear, end, ended, heard } = listen(true);
  hear(Buffer.from('Password: '));
  expect(heard()).toBe('Password: ');
  hear(Buffer.from(`x@@strictstep-00f`));
  expect(heard()).toBe('Password: x');
  hear(Buffer.from('g@'));
  expect(heard()).toBe('Password: x@@strictstep-00fg');
  end();
  await ended;
  expect(heard()).toBe('Password: x@@strictstep-00fg@');
});

test('is nothing when it has not begun', async () => {
  const { hear, end, ended, heard } = listen(false);
  hear(Buffer.from('welcome'));
  end();
  await ended;
  expect(heard()).toBe('');
});
