// Ask again until the answer is a pass or the deadline has come: a server that has just started needs a moment, and a
// first "no" is not yet a failure.
import type { HealthContext } from './context.ts';
import type { HealthResult } from './types.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/** @param deadlineMs from now; the last answer before it counts */
export async function untilConclusive(
  deadlineMs: number,
  context: HealthContext,
  ask: () => Promise<HealthResult>,
): Promise<HealthResult> {
  const end = performance.now() + deadlineMs;
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    const result = await ask();
    if (result.verdict === 'pass' || performance.now() + pauseMs > end) return result;
    await context.pause(pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
