// The verdict of a census: a table of windows, sensors, callers and waivers around one weekly legacy client.
import { describe, expect, test } from 'vitest';
import type { ExpectedCaller, Sighting } from '../../../src/products/sametime/census-peers.ts';
import { judgeCensus, type CensusInput, type CensusSensor } from '../../../src/products/sametime/census.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2027-03-01T00:00:00Z');
/** Days after the start of the window. */
const day = (days: number): string => new Date(START + days * DAY_MS).toISOString();

const CONTROLLER = '10.0.0.99';
const caller = (name: string, address: string, more: Partial<ExpectedCaller> = {}): ExpectedCaller => ({
  name,
  component: 'bot',
  owner: 'HR',
  addresses: [address],
  cycleMs: DAY_MS,
  required: true,
  ...more,
});
const BATCH = caller('weekly-batch', '10.0.0.7', { cycleMs: 7 * DAY_MS });
const PROXY = caller('stproxy', '10.0.0.5', { component: 'sametime-proxy', owner: null });

const seen = (
  address: string,
  at: number,
  encryption: Sighting['encryption'],
  name: string | null = null,
): Sighting => ({
  address,
  at: day(at),
  encryption,
  name,
  component: null,
});
const control = { server: 'st1', address: CONTROLLER, opened: day(0.1), closed: day(0.1) };
const controlSeen = (encryption: Sighting['encryption']) => seen(CONTROLLER, 0.1, encryption);

/** The log knows names and how they came, the list of sockets knows addresses only. */
function sensors(days: number, sightings: readonly Sighting[]): readonly [CensusSensor, CensusSensor] {
  const span = { server: 'st1', from: day(0), to: day(days), broken: null };
  const within = sightings.filter(({ at }) => at <= day(days));
  const sockets = within.map((one) => ({ ...one, encryption: 'unknown' as const, name: null }));
  return [
    { ...span, kind: 'server-log', sightings: [controlSeen('legacy'), ...within] },
    { ...span, kind: 'sockets', sightings: [controlSeen('unknown'), ...sockets] },
  ];
}

const PROXY_DAILY = Array.from({ length: 8 }, (_, index) => seen('10.0.0.5', index + 0.5, 'tls', 'stproxy'));
const WEEKLY = seen('10.0.0.7', 6.5, 'legacy', 'weekly-batch');
const FIXED = { ...WEEKLY, encryption: 'tls' } as const;

const input = (days: number, sightings: readonly Sighting[], more: Partial<CensusInput> = {}): CensusInput => ({
  window: { from: day(0), to: day(days) },
  servers: ['st1'],
  sensors: sensors(days, sightings),
  controls: [control],
  expected: [BATCH, PROXY],
  waivers: [],
  now: day(days),
  ...more,
});

describe('the weekly client', () => {
  test('is not found in one day: INCONCLUSIVE, and the window says that it is too short', () => {
    const { verdict, reasons } = judgeCensus(input(1, [...PROXY_DAILY, WEEKLY]));
    expect(verdict).toBe('INCONCLUSIVE');
    expect(reasons).toEqual([
      'the window of 1 day is shorter than the cycle of weekly-batch (HR), 7 days',
      'weekly-batch (HR) was not seen, which says nothing about how it would come',
    ]);
  });

  test('is named with all that is known of it after eight days: FAIL', () => {
    const { verdict, reasons, legacy, peers } = judgeCensus(input(8, [...PROXY_DAILY, WEEKLY]));
    expect(verdict).toBe('FAIL');
    expect(legacy).toEqual(['weekly-batch']);
    expect(reasons).toEqual([`weekly-batch (bot, 10.0.0.7, HR) came without TLS, last at ${day(6.5)}`]);
    expect(peers).toEqual([
      expect.objectContaining({
        name: 'stproxy',
        component: 'sametime-proxy',
        owner: null,
        tls: 8,
        legacy: 0,
        unexplained: 0,
        firstSeen: day(0.5),
        lastSeen: day(7.5),
      }),
      expect.objectContaining({
        name: 'weekly-batch',
        owner: 'HR',
        isExpected: true,
        addresses: ['10.0.0.7'],
        legacy: 1,
        firstSeen: day(6.5),
        lastSeen: day(6.5),
      }),
    ]);
  });

  test('lets the census PASS once it comes with TLS', () => {
    expect(judgeCensus(input(8, [...PROXY_DAILY, FIXED]))).toMatchObject({ verdict: 'PASS', reasons: [], legacy: [] });
  });

  test('fails a short window, too, when it happens to be seen', () => {
    const early = { ...WEEKLY, at: day(0.5) };
    expect(judgeCensus(input(1, [...PROXY_DAILY, early]))).toMatchObject({ verdict: 'FAIL', legacy: ['weekly-batch'] });
  });

  test('that does not come in its own cycle leaves the census INCONCLUSIVE: idle is not zero', () => {
    expect(judgeCensus(input(8, PROXY_DAILY))).toMatchObject({
      verdict: 'INCONCLUSIVE',
      reasons: [expect.stringContaining('was not seen')],
    });
    const optional = { expected: [{ ...BATCH, required: false }, PROXY] };
    expect(judgeCensus(input(8, PROXY_DAILY, optional)).verdict).toBe('PASS');
  });
});

const CLEAN = [...PROXY_DAILY, FIXED];
const [LOG, SOCKETS] = sensors(8, CLEAN);

test.each<readonly [string, Partial<CensusInput>, string]>([
  [
    'a broken sensor',
    { sensors: [LOG, { ...SOCKETS, broken: 'ss: not found' }] },
    'sockets of st1 is broken: ss: not found',
  ],
  ['one sensor alone', { sensors: [LOG] }, 'st1 has fewer than two working sensors of different kinds'],
  ['two sensors of one kind', { sensors: [LOG, LOG] }, 'fewer than two working sensors'],
  ['no sensor', { sensors: [] }, 'fewer than two working sensors'],
  ['a server without sensors', { servers: ['st1', 'st2'] }, 'st2 has fewer than two'],
  [
    'a sensor that missed the control',
    { sensors: [LOG, { ...SOCKETS, sightings: SOCKETS.sightings.slice(1) }] },
    'sockets of st1 did not see the legacy session of',
  ],
  [
    'a control that came with TLS',
    { sensors: [SOCKETS, { ...LOG, sightings: [controlSeen('tls'), ...CLEAN] }] },
    'server-log of st1 did not see',
  ],
  [
    'no control',
    { controls: [], sensors: [LOG, SOCKETS].map((one) => ({ ...one, sightings: one.sightings.slice(1) })) },
    'was not put to the test',
  ],
  ['a sensor that came late', { sensors: [LOG, { ...SOCKETS, from: day(1) }] }, `sockets of st1 covers only ${day(1)}`],
  ['a window that is not over', { now: day(7) }, 'the window is not over yet'],
  ['a window without length', { window: { from: day(8), to: day(0) } }, 'the window has no length'],
  ['a time that is none', { window: { from: 'soon', to: day(8) } }, 'the window has no length'],
])('%s makes it INCONCLUSIVE', (_title, more, reason) => {
  const { verdict, reasons } = judgeCensus(input(8, CLEAN, more));
  expect(verdict).toBe('INCONCLUSIVE');
  expect(reasons).toEqual(expect.arrayContaining([expect.stringContaining(reason)]));
});

describe('callers that nobody knows', () => {
  test('fail without TLS, by the name in the log or by address', () => {
    const named = seen('10.0.0.50', 3, 'legacy', 'pidgin');
    const silent = seen('10.0.0.51', 3, 'legacy');
    expect(judgeCensus(input(8, [...CLEAN, named, silent]))).toMatchObject({
      verdict: 'FAIL',
      legacy: ['pidgin', '10.0.0.51'],
    });
  });

  test('with TLS are told, and pass', () => {
    const { verdict, peers } = judgeCensus(input(8, [...CLEAN, seen('10.0.0.52', 3, 'tls', 'new')]));
    expect(verdict).toBe('PASS');
    expect(peers.filter(({ isExpected }) => !isExpected).map(({ name }) => name)).toEqual(['new']);
  });

  test('of whom only a socket was seen leave the census INCONCLUSIVE', () => {
    const hidden = seen('10.0.0.53', 3, 'unknown');
    const more = { sensors: [LOG, { ...SOCKETS, sightings: [...SOCKETS.sightings, hidden] }] };
    expect(judgeCensus(input(8, CLEAN, more))).toMatchObject({
      verdict: 'INCONCLUSIVE',
      reasons: ['how 10.0.0.53 came is not known: no sensor could tell'],
    });
  });

  test('are not explained by what the same sensor saw at another time', () => {
    const span = { server: 'st1', from: day(0), to: day(8), broken: null };
    const sightings = [controlSeen('legacy'), seen('10.0.0.54', 2, 'tls'), seen('10.0.0.54', 3, 'unknown')];
    const packets = { ...span, kind: 'packets', sightings } as const;
    expect(judgeCensus(input(8, CLEAN, { sensors: [LOG, SOCKETS, packets] })).verdict).toBe('INCONCLUSIVE');
  });

  test('on the host of a known one are told with the name they gave', () => {
    const { reasons } = judgeCensus(input(8, [...CLEAN, seen('10.0.0.5', 3, 'legacy', 'pidgin')]));
    expect(reasons).toEqual([`stproxy (sametime-proxy, as pidgin, 10.0.0.5) came without TLS, last at ${day(3)}`]);
  });
});

test('a session of the controller outside its control counts as any other', () => {
  expect(judgeCensus(input(8, [...CLEAN, seen(CONTROLLER, 3, 'legacy')]))).toMatchObject({
    verdict: 'FAIL',
    legacy: [CONTROLLER],
  });
});

test('what was seen before or after the window does not count', () => {
  const more = { window: { from: day(0), to: day(7.9) }, now: day(8) };
  expect(judgeCensus(input(8, [...CLEAN, seen('10.0.0.60', 7.95, 'legacy')], more)).verdict).toBe('PASS');
});

describe('waivers', () => {
  const all = [...PROXY_DAILY, WEEKLY];
  const waiver = { peer: 'weekly-batch', reason: 'moved in May, CHG-12', expires: day(30) };

  test('with a reason and a date let the census PASS, and are shown', () => {
    expect(judgeCensus(input(8, all, { waivers: [waiver] }))).toMatchObject({
      verdict: 'PASS',
      legacy: [],
      waived: [waiver],
    });
    expect(judgeCensus(input(8, all, { waivers: [{ ...waiver, peer: '10.0.0.7' }] })).verdict).toBe('PASS');
  });

  test('do not count when they are over or have no reason, and that is said', () => {
    const over = judgeCensus(input(8, all, { waivers: [{ ...waiver, expires: day(8) }] }));
    expect(over).toMatchObject({ verdict: 'FAIL', waived: [] });
    expect(over.reasons).toContain(`the waiver of weekly-batch ended at ${day(8)}`);
    const empty = judgeCensus(input(8, all, { waivers: [{ ...waiver, reason: ' ' }] }));
    expect(empty.reasons).toContain('the waiver of weekly-batch has no reason and does not count');
    expect(judgeCensus(input(8, all, { waivers: [{ ...waiver, expires: 'never' }] })).verdict).toBe('FAIL');
  });

  test('never stand for a sensor', () => {
    expect(judgeCensus(input(8, all, { waivers: [waiver], sensors: [LOG] })).verdict).toBe('INCONCLUSIVE');
  });
});
