// A test that not every machine can run says so where it cannot: it does not count as passed, and nobody overlooks it.

/** @param reason what the test needs */
export function canRun(isPossible: boolean, reason: string): boolean {
  if (!isPossible) process.stderr.write(`*** NOT RUN *** ${reason}\n`);
  return isPossible;
}
