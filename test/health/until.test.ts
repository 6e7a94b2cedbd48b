import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HealthContext } from '../../src/health/context.ts';
import type { HealthResult } from '../../src/health/types.ts';
import { untilConclusive } from '../../src/health/until.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Time passes only while a check pauses. */
const context: HealthContext = {
  shell: () => Promise.reject(new Error('no shell is needed')),
  pause: async (ms) => void (await vi.advanceTimersByTimeAsync(ms)),
  logOffset: () => undefined,
  login: () => undefined,
  callersBefore: () => undefined,
};
const fail = (detail: string): HealthResult => ({ check: 'c', verdict: 'fail', detail });
const pass: HealthResult = { check: 'c', verdict: 'pass', detail: 'good' };

test('a no that a running process does not take back is told after seconds', async () => {
  const startedAt = performance.now();
  const ask = async () => ({ result: fail('refuses TLSv1'), isLasting: true });
  expect(await untilConclusive(120_000, context, ask)).toEqual(fail('refuses TLSv1'));
  const tookMs = performance.now() - startedAt;
  expect(tookMs).toBeGreaterThanOrEqual(3000);
  expect(tookMs).toBeLessThan(6000);
});

test('any other no is waited out until the deadline', async () => {
  const startedAt = performance.now();
  expect(await untilConclusive(60_000, context, async () => ({ result: fail('closed') }))).toEqual(fail('closed'));
  expect(performance.now() - startedAt).toBeGreaterThan(55_000);
});

test('a lasting no has to stay the same, and a pass after it counts', async () => {
  let asked = 0;
  const ask = async () => {
    asked += 1;
    if (asked > 12) return { result: pass };
    return { result: fail(`no ${asked % 2}`), isLasting: true };
  };
  expect(await untilConclusive(120_000, context, ask)).toEqual(pass);
});
