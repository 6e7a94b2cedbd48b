// A playbook chooses its strategy; the one that takes everything down has to say that the people know.
import { describe, expect, test } from 'vitest';
import { parsePlaybook } from '../../src/playbook/parse-playbook.ts';
import { refusalOf } from '../core/yaml/refusal.ts';

const playbookWith = (...lines: readonly string[]): string => `apiVersion: strictstep/v1
playbook: sample
title: A sample
${lines.map((line) => `${line}\n`).join('')}phases:
  - phase: one
    title: One
    tasks:
      - { task: Row, operation: recording-row, on: { target: database } }
`;
const strategyOf = (...lines: readonly string[]) => parsePlaybook(playbookWith(...lines), 'playbook.yaml', '').strategy;
const refusal = (...lines: readonly string[]) => refusalOf(() => strategyOf(...lines));

describe('strategy', () => {
  test('is rolling when the playbook does not say', () => {
    expect(strategyOf()).toBe('rolling');
    expect(strategyOf('strategy: rolling')).toBe('rolling');
    expect(strategyOf('strategy: rolling', 'outage: declared')).toBe('rolling');
  });

  test('stop-all is taken with a declared outage', () => {
    expect(strategyOf('strategy: stop-all', 'outage: declared')).toBe('stop-all');
  });

  test('stop-all without a declared outage is refused at its place', () => {
    expect(refusal('strategy: stop-all')).toMatchObject({
      code: 'INPUT_VALUE',
      place: { file: 'playbook.yaml', line: 4, column: 11 },
      message: expect.stringContaining('takes every server down'),
      hint: expect.stringContaining('outage: declared'),
    });
  });

  test.each([
    ['strategy: all-at-once', 11],
    ['outage: maybe', 9],
    ['outage: true', 9],
  ])('%s is refused at its place', (line, column) => {
    expect(refusal(line)).toMatchObject({ code: 'INPUT_VALUE', place: { line: 4, column } });
  });
});
