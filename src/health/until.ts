// Ask again until the answer is a pass or the deadline has come: a server that has just started needs a moment, and a
// first "no" is not yet a failure. A "no" that a running process does not take back is not waited out.
import type { HealthContext } from './context.ts';
import type { HealthResult } from './types.ts';

/** isLasting: said by a process that serves already, and it reads what it serves only when it starts */
export type Answer = { readonly result: HealthResult; readonly isLasting?: boolean };

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;
/** a lasting "no" counts when it was the same for so long: an old process may answer until its port is handed over */
const LASTING_MS = 3000;

/** @param deadlineMs from now; the last answer before it counts */
export async function untilConclusive(
  deadlineMs: number,
  context: HealthContext,
  ask: () => Promise<Answer>,
): Promise<HealthResult> {
  const end = performance.now() + deadlineMs;
  let pauseMs = FIRST_PAUSE_MS;
  let same: { readonly detail: string; readonly since: number } | undefined;
  for (;;) {
    const { result, isLasting = false } = await ask();
    const now = performance.now();
    if (result.verdict === 'pass' || now + pauseMs > end) return result;
    if (!isLasting || same?.detail !== result.detail)
      same = isLasting ? { detail: result.detail, since: now } : undefined;
    if (same !== undefined && now - same.since >= LASTING_MS) return result;
    await context.pause(pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
