import { expect, test } from 'vitest';
import { follow, renderFleet, startFleet, summaryLine } from '../../src/cli/fleet-view.ts';
import type { Step } from '../../src/plan/types.ts';
import { planOf, stepOf } from '../helpers/memory-run.ts';

const SCREEN = { rows: 24, columns: 80 };
const steps = Array.from({ length: 200 }, (_, index): Step => {
  const host = `h${String(index + 1).padStart(3, '0')}`;
  return { ...stepOf(index + 1, host, null, '1'), host };
});
const at = (index: number): Step => steps[index] ?? stepOf(0, 'none', null, '1');

function runOf({ done, failed, working }: Readonly<Record<'done' | 'failed' | 'working', number>>) {
  const state = startFleet(planOf(steps));
  for (const [index, step] of steps.slice(0, done + failed + working).entries()) {
    follow(state, { type: 'step-started', step });
    if (index < failed)
      follow(state, { type: 'step-failed', step, code: 'STEP_FAILED', message: `why ${index}\nmore` });
    else if (index < failed + done) follow(state, { type: 'step-finished', step, outcome: 'applied', seconds: 1 });
  }
  return state;
}

test('200 hosts fit on the screen, whatever happens to them', () => {
  for (const counts of [
    { done: 0, failed: 0, working: 200 },
    { done: 0, failed: 200, working: 0 },
    { done: 100, failed: 50, working: 50 },
  ])
    for (const rows of [5, 10, 24, 60]) {
      const lines = renderFleet(runOf(counts), { rows, columns: 60 });
      expect(lines.length).toBeLessThanOrEqual(Math.max(4, rows - 2));
      for (const line of lines) expect(line.length).toBeLessThan(60);
    }
});

test('failures come first, with host and reason on one line, and the last line sums up', () => {
  const lines = renderFleet(runOf({ done: 120, failed: 2, working: 50 }), SCREEN);
  expect(lines.slice(0, 2)).toEqual([
    'FAILED   s001 h001: set h001 (c1): why 0 more',
    'FAILED   s002 h002: set h002 (c1): why 1 more',
  ]);
  expect(lines[2]).toBe('working  s123 h123: set h123 (c1)');
  expect(lines.at(-2)).toBe('         and 44 more hosts');
  expect(lines.at(-1)).toBe('phase one: 120 of 200 steps, 2 failed, 50 working, 28 waiting');
});

test('more failures than there is room for are counted', () => {
  const lines = renderFleet(runOf({ done: 0, failed: 90, working: 3 }), SCREEN);
  const told = lines.filter((line) => line.startsWith('FAILED'));
  expect(told.at(-1)).toBe(`FAILED   and ${90 - (told.length - 1)} more; the report names all`);
});

test('what an earlier start finished, what is as wanted and which groups stopped is counted for itself', () => {
  const state = startFleet(planOf(steps));
  follow(state, { type: 'step-finished', step: at(0), outcome: 'earlier', seconds: 0 });
  follow(state, { type: 'step-finished', step: at(1), outcome: 'already', seconds: 0 });
  follow(state, { type: 'group-stopped', step: at(2), group: 'cell3' });
  expect(summaryLine(state)).toBe(
    'phase one: 2 of 200 steps, 1 as wanted already, 1 finished earlier, 1 group stopped, 198 waiting',
  );
});
