// The lines that init ends with: what was written, what is open, and commands that can be copied as they stand.
import { expect, test } from 'vitest';
import { closingText } from '../../src/cli/wizard-summary.ts';

const END = {
  files: ["it's/inventory.yaml"],
  questions: [],
  goal: 'tls12',
  folder: "it's",
  planned: 'plan for c1\n',
  confirm: 'c1',
  needsApproval: false,
} as const;

test('the commands name the files as a shell reads them, and the confirmation that the plan asks for', () => {
  const text = closingText(END);
  expect(text).toContain(String.raw`strictstep apply 'it'\''s/plan.json' --confirm c1`);
  expect(text).toContain("written:\n  it's/inventory.yaml\n\nplan for c1\n\nto go on:");
});

test('an approval is a step of the way only where other people have to give one', () => {
  expect(closingText(END)).not.toContain('approve');
  expect(closingText({ ...END, needsApproval: true })).toMatch(/strictstep approve .*\n +strictstep apply/u);
});

test('what is open is listed with its line, and looking only leads to an audit', () => {
  const questions = [{ path: 'cells.c1.nodes.n1.host', line: 7, column: 3, text: 'where is it?' }];
  expect(closingText({ ...END, questions })).toContain(
    "still to be answered by hand:\n  it's/inventory.yaml:7  cells.c1.nodes.n1.host",
  );
  expect(closingText({ ...END, goal: 'audit' })).toMatch(/to go on:\n {2}strictstep audit .*\n$/u);
});
