// The short way to `probe` and the whole command line read the same; what is not everyday goes the whole way.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeProgram } from '../../src/cli/program.ts';
import { readShortProbe, type ShortProbe } from '../../src/cli/short-probe.ts';

async function readWhole(words: readonly string[]): Promise<ShortProbe | undefined> {
  const program = makeProgram('probe');
  let found: ShortProbe | undefined;
  program.commands[0]?.action((endpoints: readonly string[], flags: ShortProbe['flags']) => {
    found = { endpoints, flags };
  });
  await program.parseAsync([...words], { from: 'user' });
  return found;
}

const port = fc.constantFrom('a:443', '192.0.2.7:1533', '[::1]:9443', 'chat.acme.example:5222', 'a:b:1');
const word = fc.oneof({ arbitrary: port, weight: 3 }, fc.constantFrom('--quick', '--json'));

test('whatever the short way takes, the whole command line reads just so', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (words) => {
      const short = readShortProbe(['probe', ...words]);
      expect(short === undefined).toBe(words.every((one) => one.startsWith('--')));
      if (short !== undefined) expect(short).toEqual(await readWhole(['probe', ...words]));
    }),
  );
});

test.each([
  [],
  ['probe'],
  ['probe', '--help', 'a:443'],
  ['probe', 'a:443', '--qick'],
  ['probe', 'a:443', '--no-input'],
  ['probe', 'a:443', '--starttls', 'sametime'],
  ['probe', 'a:443', '--', '--quick'],
  ['probe', 'a'],
  ['probe', '-a:443'],
  ['audit', 'a:443'],
  ['--json', 'probe', 'a:443'],
])('%j %j %j %j goes the whole way', (...words) => {
  expect(readShortProbe(words)).toBeUndefined();
});
