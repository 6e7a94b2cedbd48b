import { expect, test } from 'vitest';
import { openWindowWatch, parseLifetime, parseWindow, windowLine } from '../../src/approval/index.ts';
import { windowState } from '../../src/approval/window.ts';
import { lastSafeStart, needOf } from '../../src/plan/window.ts';
import { planOf, stepOf } from '../helpers/memory-run.ts';

const step = (number: number, expectedSeconds: number) => ({
  ...stepOf(number, `v${number}`, null, '1'),
  expectedSeconds,
});
const plan = planOf([step(1, 10), step(2, 20), step(3, 30)]);
const BASE = Date.parse('2026-03-01T22:00:00Z');
const window = { from: BASE, until: BASE + 200_000 };
const never = (): boolean => false;

const stateAt = (ms: number, isFinished: (id: string) => boolean = never) =>
  windowState(window, needOf(plan, isFinished), BASE + ms);

test('what is needed is the work that is left and the undoing of every step, finished ones too', () => {
  expect(needOf(plan, never)).toEqual({ remainingSeconds: 60, rollbackSeconds: 60 });
  expect(needOf(plan, (id) => id === 's001')).toEqual({ remainingSeconds: 50, rollbackSeconds: 60 });
  expect(needOf(plan, () => true)).toEqual({ remainingSeconds: 0, rollbackSeconds: 60 });
});

test('the window is open from its begin to the last safe start, both to the millisecond', () => {
  expect(stateAt(-1)).toEqual({ isOpen: false, because: 'early' });
  expect(stateAt(0)).toEqual({ isOpen: true });
  expect(stateAt(80_000)).toEqual({ isOpen: true });
  expect(stateAt(80_001)).toEqual({ isOpen: false, because: 'late' });
  expect(lastSafeStart(window, needOf(plan, never))).toBe(BASE + 80_000);
});

test('a finished step moves the last safe start by its expected seconds', () => {
  const isFinished = (id: string): boolean => id === 's003';
  expect(stateAt(110_000, isFinished)).toEqual({ isOpen: true });
  expect(stateAt(110_001, isFinished)).toEqual({ isOpen: false, because: 'late' });
});

test('a window that fits exactly has one moment to start, one second less is too short', () => {
  const need = needOf(plan, never);
  const exact = { from: BASE, until: BASE + 120_000 };
  expect(windowState(exact, need, BASE)).toEqual({ isOpen: true });
  expect(windowState(exact, need, BASE + 1)).toEqual({ isOpen: false, because: 'late' });
  expect(windowState({ from: BASE, until: BASE + 119_999 }, need, BASE)).toEqual({
    isOpen: false,
    because: 'too-short',
  });
});

test('an open end on either side sets no limit there', () => {
  const need = needOf(plan, never);
  expect(windowState({ from: undefined, until: undefined }, need, BASE)).toEqual({ isOpen: true });
  expect(windowState({ from: BASE, until: undefined }, need, BASE + 1e12)).toEqual({ isOpen: true });
  expect(windowState({ from: undefined, until: BASE }, need, BASE - 120_000)).toEqual({ isOpen: true });
});

test('a start before or after the window is refused with exit status 5 and the times that matter', () => {
  const start = (ms: number) => () => openWindowWatch(plan, window, [], () => new Date(BASE + ms));
  expect(start(-1)).toThrow(
    expect.objectContaining({
      code: 'WINDOW_CLOSED',
      exitCode: 5,
      message: expect.stringContaining('opens at 2026-03-01T22:00:00.000Z'),
    }),
  );
  expect(start(80_001)).toThrow(/last safe start was 2026-03-01T22:01:20.000Z.*60 s of work left, then at worst 60 s/);
  expect(start(80_000)).not.toThrow();
});

test('a run that is slower than expected holds before the next step that no longer fits', () => {
  let ms = 80_000;
  const watch = openWindowWatch(plan, window, [], () => new Date(BASE + ms));
  expect(watch.isHoldRequested()).toBe(false);
  ms += 10_000;
  watch.stepFinished('s001');
  expect(watch.isHoldRequested()).toBe(false);
  ms += 20_001;
  watch.stepFinished('s002');
  expect(watch.isHoldRequested()).toBe(true);
  expect(watch.heldBecause()).toContain('30 s of work left, then at worst 60 s to undo all of it');
});

test('what an earlier start of the run has finished is not counted as work again', () => {
  const at = () => new Date(BASE + 110_000);
  expect(() => openWindowWatch(plan, window, [], at)).toThrow(/last safe start/);
  expect(openWindowWatch(plan, window, ['s003'], at).isHoldRequested()).toBe(false);
});

test('the line for people names the window, the last safe start and what it was computed from', () => {
  expect(windowLine(window, needOf(plan, never))).toBe(
    'window: from 2026-03-01T22:00:00.000Z until 2026-03-01T22:03:20.000Z; last safe start 2026-03-01T22:01:20.000Z (60 s of work left, then at worst 60 s to undo all of it)',
  );
  expect(windowLine({ from: undefined, until: undefined }, needOf(plan, never))).toBeUndefined();
});

test('times need a date that exists and an offset, and the end comes after the begin', () => {
  expect(parseWindow({ windowFrom: '2026-03-01T23:00+01:00', windowUntil: '2026-03-02T02:00:00Z' })).toEqual({
    from: BASE,
    until: Date.parse('2026-03-02T02:00:00Z'),
  });
  for (const windowFrom of ['2026-03-01T22:00:00', '2026-02-30T22:00:00Z', '22:00', 'tomorrow', ''])
    expect(() => parseWindow({ windowFrom }), windowFrom).toThrow(/is not a time with its offset/);
  const backwards = { windowFrom: '2026-03-01T22:00:00Z', windowUntil: '2026-03-01T22:00:00Z' };
  expect(() => parseWindow(backwards)).toThrow(/is not later than/);
});

test('a lifetime is a whole number with a unit', () => {
  expect(['90s', '15m', '12h', '7d'].map(parseLifetime)).toEqual([90_000, 900_000, 43_200_000, 604_800_000]);
  for (const text of ['', '7', '0d', '-1d', '1.5h', '1w', '1000d', '7d '])
    expect(() => parseLifetime(text), text).toThrow(/lifetime/);
});
