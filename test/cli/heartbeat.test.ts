// The sign of life of long verbs, with the clock in the hands of the test, and the times in front of log lines.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openEvents } from '../../src/cli/events.ts';
import { awaiting, renderAwaited, startHeartbeat, type Awaited } from '../../src/cli/heartbeat.ts';
import { localOffset, logTime } from '../../src/cli/output.ts';
import { planOf, stepOf } from '../helpers/memory-run.ts';

const NOON = Date.parse('2026-03-01T12:00:00Z');
const written = { stdout: '', stderr: '' };

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  vi.stubEnv('TZ', 'Europe/Berlin');
  Object.assign(written, { stdout: '', stderr: '' });
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

describe('the heartbeat', () => {
  test('says every 30 seconds what is awaited, and nothing when nothing is', () => {
    const said: (readonly Awaited[])[] = [];
    const heartbeat = startHeartbeat((awaited) => said.push(awaited));
    vi.advanceTimersByTime(120_000);
    expect(said).toEqual([]);
    heartbeat.begin('s001', 'a restart', 90);
    vi.advanceTimersByTime(29_999);
    expect(said).toEqual([]);
    vi.advanceTimersByTime(60_001);
    expect(said).toHaveLength(3);
    expect(said[0]).toEqual([{ what: 'a restart', sinceMs: NOON + 120_000, untilMs: NOON + 210_000 }]);
    heartbeat.end('s001');
    vi.advanceTimersByTime(120_000);
    expect(said).toHaveLength(3);
  });

  test('waits 30 seconds from the last thing that was said', () => {
    let count = 0;
    using heartbeat = startHeartbeat(() => (count += 1));
    heartbeat.begin('s001', 'a restart');
    for (let at = 0; at < 10; at += 1) {
      vi.advanceTimersByTime(20_000);
      heartbeat.beat();
    }
    expect(count).toBe(0);
    vi.advanceTimersByTime(30_000);
    expect(count).toBe(1);
  });

  test('keeps no process alive', () => {
    vi.useRealTimers();
    const count = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = count();
    using heartbeat = startHeartbeat(() => undefined);
    heartbeat.begin('s001', 'a restart');
    expect(count()).toBe(before);
  });
});

test('the line says since when and until when, that it is late, and how many more there are', () => {
  const one = { what: 's001 stp: a restart', sinceMs: NOON, untilMs: NOON + 60_000 };
  expect(renderAwaited([one], NOON + 30_000)).toBe(
    'waiting for s001 stp: a restart, since 13:00:00 (30 s), expected until 13:01:00',
  );
  expect(renderAwaited([one], NOON + 90_000)).toContain('(90 s), expected until 13:01:00, which is past');
  expect(renderAwaited([{ ...one, untilMs: undefined }], NOON)).not.toContain('until');
  expect(renderAwaited([one, one, one, one, one], NOON)).toMatch(/; and 2 more$/);
});

const step = stepOf(1, 'a', null, '1');

test('a run as JSON lines begins with its version, has heartbeats and ends with its result', async () => {
  const events = openEvents(planOf([step]), true);
  events.emit({ type: 'step-started', step });
  vi.advanceTimersByTime(30_000);
  events.emit({ type: 'step-finished', step, outcome: 'applied', seconds: 30 });
  vi.advanceTimersByTime(60_000);
  await events.end({ type: 'result', status: 'done' });
  const lines = written.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ type }) => type)).toEqual(['version', 'step-started', 'heartbeat', 'step-finished', 'result']);
  expect(lines[2].awaits).toEqual([
    { what: expect.stringContaining('s001 h1'), since: '2026-03-01T12:00:00.000Z', until: '2026-03-01T12:00:01.000Z' },
  ]);
  expect(written.stderr).toBe('');
});

test('off a terminal every line of a run has its time with offset in front', async () => {
  const events = openEvents(planOf([step]), false);
  events.emit({ type: 'step-started', step });
  events.note('paused by jo');
  vi.advanceTimersByTime(30_000);
  events.emit({ type: 'step-finished', step, outcome: 'applied', seconds: 30 });
  await events.end({});
  const lines = written.stderr.trim().split('\n');
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) expect(line).toMatch(/^2026-03-01T13:0\d:\d\d\+01:00 \S/);
  expect(written.stderr).toContain('waiting for s001 h1');
  expect(written.stdout).toBe('');
});

test('reading many hosts has a sign of life, too', () => {
  {
    using _reading = awaiting('the answers of 5 hosts');
    vi.advanceTimersByTime(31_000);
  }
  vi.advanceTimersByTime(90_000);
  expect(written.stderr).toBe('2026-03-01T13:00:30+01:00 waiting for the answers of 5 hosts, since 13:00:00 (30 s)\n');
});

test('the offset is that of the machine at that moment', () => {
  expect(localOffset(NOON)).toBe('+01:00');
  expect(logTime(Date.parse('2026-07-01T12:00:00Z'))).toBe('2026-07-01T14:00:00+02:00');
  vi.stubEnv('TZ', 'UTC');
  expect(logTime(NOON)).toBe('2026-03-01T12:00:00Z');
  vi.stubEnv('TZ', 'America/St_Johns');
  expect(localOffset(NOON)).toBe('-03:30');
});
