// A test that not every machine can run says so where it cannot: it does not count as passed, and nobody overlooks it.
import { test } from 'vitest';

/** @param reason what the test needs */
export function testWhere(isPossible: boolean, reason: string): typeof test.skip {
  if (!isPossible) process.stderr.write(`*** NOT RUN *** ${reason}\n`);
  return test.skipIf(!isPossible);
}
