import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, digestOf } from '../../src/core/json.ts';
import type { Json } from '../../src/core/json.ts';
import { prevOf, renderLine } from '../../src/journal/event-line.ts';
import { readJournal } from '../../src/journal/read.ts';
import { isFinished, stepsBeingUndone, stepsOf } from '../../src/journal/replay.ts';
import type { JournalEvent, JournalEventType } from '../../src/journal/types.ts';

type Draft = { readonly type: JournalEventType; readonly step: string | null; readonly data: Json };

function chain(drafts: readonly Draft[]): readonly string[] {
  const lines: string[] = [];
  for (const [index, draft] of drafts.entries())
    lines.push(renderLine({ ...draft, seq: index + 1, at: '2026-11-21T02:00:00.000Z', prev: prevOf(lines.at(-1)) }));
  return lines;
}

const event = (type: JournalEventType, step: string | null): Draft => ({ type, step, data: null });

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

const journals = fc
  .array(
    fc.record({
      type: fc.constantFrom<JournalEventType>('run-started', 'step-intended', 'step-applied', 'health', 'run-finished'),
      step: fc.option(fc.string()),
      data: fc.jsonValue({ noUnicodeString: false }).map((value) => JSON.parse(JSON.stringify(value)) as Json),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map(chain);

const linePositions = journals.chain((lines) =>
  fc.record({ lines: fc.constant(lines), at: fc.nat({ max: lines.length - 1 }) }),
);

test('what was written is read back, whatever the data', () => {
  fc.assert(
    fc.property(journals, (lines) => {
      const { events, problem } = readJournal(textOf(lines), lines.length);
      expect(problem).toBeUndefined();
      expect(events.map(renderLine)).toEqual(lines);
    }),
  );
});

test('an empty journal is a journal', () => {
  expect(readJournal('')).toEqual({ events: [] });
});

test('one changed character is located in its line, also in the last one', () => {
  const changed = linePositions.chain(({ lines, at }) =>
    fc.record({
      lines: fc.constant(lines),
      at: fc.constant(at),
      column: fc.nat({ max: (lines[at]?.length ?? 1) - 1 }),
      character: fc.string({ minLength: 1, maxLength: 1 }),
    }),
  );
  fc.assert(
    fc.property(changed, ({ lines, at, column, character }) => {
      const line = lines[at] ?? '';
      fc.pre(line[column] !== character);
      const edited = line.slice(0, column) + character + line.slice(column + 1);
      const { events, problem } = readJournal(textOf(lines.with(at, edited)));
      expect(problem).toMatchObject({ line: at + 1, kind: 'broken' });
      expect(events).toHaveLength(at);
    }),
    { numRuns: 300 },
  );
});

test('a line that means the same but is written otherwise was changed', () => {
  const [line = ''] = chain([event('run-started', null)]);
  for (const edited of [`${line} `, ` ${line}`, `${line}\r`, line.replace(':', ': '), line.replace('{', '{"seq":7,')])
    expect(readJournal(textOf([edited])).problem).toMatchObject({ line: 1, kind: 'broken' });
});

test('a removed line is located where it stood; at the end only the number of events tells', () => {
  fc.assert(
    fc.property(linePositions, ({ lines, at }) => {
      const text = textOf(lines.toSpliced(at, 1));
      const isLast = at === lines.length - 1;
      expect(readJournal(text).problem?.line).toBe(isLast ? undefined : at + 1);
      expect(readJournal(text, lines.length).problem).toMatchObject({
        line: at + 1,
        kind: isLast ? 'ends-early' : 'broken',
      });
    }),
  );
});

test('two exchanged lines are located at the first of them', () => {
  const pairs = journals
    .filter(({ length }) => length > 1)
    .chain((lines) =>
      fc.record({
        lines: fc.constant(lines),
        pair: fc.uniqueArray(fc.nat({ max: lines.length - 1 }), { minLength: 2, maxLength: 2 }),
      }),
    );
  fc.assert(
    fc.property(pairs, ({ lines, pair: [a = 0, b = 0] }) => {
      const text = textOf(lines.with(a, lines[b] ?? '').with(b, lines[a] ?? ''));
      expect(readJournal(text).problem).toMatchObject({ line: Math.min(a, b) + 1, kind: 'broken' });
    }),
  );
});

test('a line that was written twice is located', () => {
  fc.assert(
    fc.property(linePositions, ({ lines, at }) => {
      const { problem } = readJournal(textOf(lines.toSpliced(at, 0, lines[at] ?? '')));
      expect(problem).toMatchObject({ line: at + 2, what: `event ${at + 1} stands here again` });
    }),
  );
});

test('a file cut inside a line shows an incomplete line, never a shorter event', () => {
  const cuts = linePositions.chain(({ lines, at }) =>
    fc.record({
      lines: fc.constant(lines),
      at: fc.constant(at),
      kept: fc.integer({ min: 1, max: lines[at]?.length ?? 1 }),
    }),
  );
  fc.assert(
    fc.property(cuts, ({ lines, at, kept }) => {
      const text = textOf(lines.slice(0, at)) + (lines[at] ?? '').slice(0, kept);
      const { events, problem } = readJournal(text);
      expect(problem).toMatchObject({ line: at + 1, kind: 'incomplete-line' });
      expect(events).toHaveLength(at);
    }),
  );
});

test('an edit with a new digest of its own is found by the line after it', () => {
  fc.assert(
    fc.property(linePositions, ({ lines, at }) => {
      fc.pre(at < lines.length - 1);
      const event = readJournal(textOf(lines)).events[at];
      if (event === undefined) throw new Error('no event');
      const forged: JournalEvent = { ...event, at: '2026-11-21T03:00:00.000Z' };
      const { problem } = readJournal(textOf(lines.with(at, canonicalJson({ ...forged, hash: digestOf(forged) }))));
      expect(problem).toMatchObject({ line: at + 2, what: `event ${at + 2} does not follow the line before it` });
    }),
  );
});

test('replay gives the last word on each step', () => {
  const lines = chain([
    event('run-started', null),
    event('step-intended', 's001'),
    event('step-applied', 's001'),
    event('health', 's001'),
    event('step-finished', 's001'),
    event('step-already', 's002'),
    event('step-intended', 's003'),
    event('step-failed', 's003'),
    event('step-intended', 's004'),
    event('step-applied', 's005'),
    event('step-undone', 's005'),
  ]);
  const { events } = readJournal(textOf(lines));
  expect([...stepsOf(events)]).toEqual([
    ['s001', 'finished'],
    ['s002', 'already'],
    ['s003', 'failed'],
    ['s004', 'intended'],
    ['s005', 'undone'],
  ]);
  expect(isFinished(events)).toBe(false);
});

test('a journal is complete when its last event says so', () => {
  const { events } = readJournal(textOf(chain([event('run-started', null), event('run-finished', null)])));
  expect(isFinished(events)).toBe(true);
  expect(isFinished(events.slice(0, 1))).toBe(false);
  expect(isFinished([])).toBe(false);
});

test('replay tells what a rollback took back before it was cut off, over several attempts', () => {
  const undoneIn = (...parts: readonly Draft[]): readonly string[] => [
    ...stepsBeingUndone(readJournal(textOf(chain([event('run-started', null), ...parts]))).events),
  ];
  const started = event('rollback-started', null);
  // What a dead man or a phase of its own took back is complete.
  expect(undoneIn(event('step-undone', 's009'))).toEqual([]);
  expect(undoneIn(event('step-undone', 's009'), started, event('step-undone', 's002'))).toEqual(['s002']);
  const twice = [started, event('step-undone', 's002'), started, event('step-undone', 's001')];
  expect(undoneIn(...twice)).toEqual(['s002', 's001']);
  expect(undoneIn(...twice, event('rollback-finished', null))).toEqual([]);
});
