// A generated argument list must come back from a real shell as it was.
import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoteArgv } from '../../src/transport/argv-quoting.ts';

const printed = (args: readonly string[]): readonly string[] => {
  const line = quoteArgv(['printf', String.raw`%s\0`, ...args]);
  const { stdout } = spawnSync('/bin/sh', ['-c', line], { encoding: 'utf8' });
  return stdout.split('\0').slice(0, -1);
};

const anyText = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
const shellText = fc.string({ unit: fc.constantFrom(...` '"\\$\`!*?[]{}()<>|&;#~=%\n\t\r-a`.split('')) });

describe('quoteArgv', () => {
  test('gives back every argument through a real shell', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyText, shellText), { minLength: 1 }), (args) => {
        expect(printed(args)).toEqual(args);
      }),
      { numRuns: 200 },
    );
  });

  test('leaves plain words as they are, so that messages and process lists stay readable', () => {
    expect(quoteArgv(['/opt/IBM/bin/wsadmin.sh', '-lang', 'jython'])).toBe('/opt/IBM/bin/wsadmin.sh -lang jython');
  });

  test('a first word with an equals sign is a program, not an assignment', () => {
    const { status } = spawnSync('/bin/sh', ['-c', quoteArgv(['A=b'])]);
    expect(status).toBe(127);
  });

  test('refuses what no command line can carry', () => {
    expect(() => quoteArgv([])).toThrow(RangeError);
    expect(() => quoteArgv(['a\0b'])).toThrow(RangeError);
    expect(() => quoteArgv(['\uD800'])).toThrow(RangeError);
  });
});
