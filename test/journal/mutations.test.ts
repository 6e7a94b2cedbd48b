// Whatever is done to a journal afterwards, with an editor or by a damaged disk, is seen, at the line where it begins.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { prevOf, renderLine } from '../../src/journal/event-line.ts';
import { compareHead } from '../../src/journal/head.ts';
import { readJournal } from '../../src/journal/read.ts';
import type { JournalEventType } from '../../src/journal/types.ts';

const TYPES: readonly JournalEventType[] = ['run-started', 'step-intended', 'step-applied', 'health', 'step-finished'];

const journals = fc
  .array(
    fc.record({
      type: fc.constantFrom(...TYPES),
      step: fc.option(fc.string()),
      data: fc.dictionary(fc.string(), fc.string()),
    }),
    {
      minLength: 1,
      maxLength: 10,
    },
  )
  .map((drafts) => {
    const lines: string[] = [];
    for (const [index, draft] of drafts.entries()) {
      const data = JSON.parse(JSON.stringify(draft.data)) as Record<string, string>;
      lines.push(
        renderLine({ ...draft, data, seq: index + 1, at: '2026-11-21T02:00:00.000Z', prev: prevOf(lines.at(-1)) }),
      );
    }
    return lines;
  });

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
const at = (of: { readonly length: number }, place: number): number => Math.floor(place * of.length);

type Mutation = (lines: readonly string[], one: number, other: number, character: string) => string;
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  edit: (lines, one, _, character) => {
    const text = textOf(lines);
    return text.slice(0, at(text, one)) + character + text.slice(at(text, one) + 1);
  },
  insert: (lines, one, _, character) => {
    const text = textOf(lines);
    return text.slice(0, at(text, one)) + character + text.slice(at(text, one));
  },
  delete: (lines, one, other) => textOf(lines.toSpliced(at(lines, one), 1 + at(lines, other))),
  exchange: (lines, one, other) =>
    textOf(
      lines.with(at(lines, one), lines[at(lines, other)] ?? '').with(at(lines, other), lines[at(lines, one)] ?? ''),
    ),
  duplicate: (lines, one, other) => textOf(lines.toSpliced(at(lines, other), 0, lines[at(lines, one)] ?? '')),
  repeatLast: (lines) => textOf([...lines, lines.at(-1) ?? '']),
  truncate: (lines, one) => textOf(lines).slice(0, at(textOf(lines), one)),
  truncateLines: (lines, one) => textOf(lines.slice(0, at(lines, one))),
};

const firstDifference = (text: string, other: string): number => {
  let index = 0;
  while (text[index] === other[index]) index += 1;
  return text.slice(0, index).split('\n').length;
};

test('each of 1,000 edits, removals, exchanges, repetitions and cuts is found, at the line where it begins', () => {
  const found = new Map<string, number>();
  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      journals,
      fc.constantFrom(...Object.keys(MUTATIONS)),
      place,
      place,
      fc.string({ minLength: 1, maxLength: 1, unit: 'binary-ascii' }),
      (lines, name, one, other, character) => {
        const text = textOf(lines);
        const changed = MUTATIONS[name]?.(lines, one, other, character) ?? text;
        fc.pre(changed !== text);
        const head = { seq: lines.length, hash: prevOf(lines.at(-1)) };
        expect(compareHead(readJournal(text), head).problem).toBeUndefined();
        const { events, problem } = compareHead(readJournal(changed), head);
        const line = firstDifference(text, changed);
        expect(problem?.line, `${name}: ${problem?.what ?? 'not found'}`).toBe(line);
        expect(events.map(renderLine)).toEqual(lines.slice(0, line - 1));
        found.set(name, (found.get(name) ?? 0) + 1);
      },
    ),
    { numRuns: 1000 },
  );
  expect([...found.keys()].toSorted()).toEqual(Object.keys(MUTATIONS).toSorted());
  expect([...found.values()].reduce((sum, count) => sum + count)).toBe(1000);
});
