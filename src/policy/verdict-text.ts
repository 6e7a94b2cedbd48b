// Verdicts of a port for the terminal, below what the probe found.
import type { Difference } from './baseline.ts';
import type { ExpectationVerdict } from './expectation.ts';
import type { Policy, PolicyVerdict, Violation } from './types.ts';

export function renderPolicyVerdict({ pass, violations }: PolicyVerdict, { name, version, notes }: Policy): string {
  const head = `policy ${name} (version ${version})`;
  return [headline(head, pass, violations), ...lines(violations), ...notes.map((note) => `  note: ${note}`), ''].join(
    '\n',
  );
}

export const renderExpectationVerdict = ({ name, pass, violations }: ExpectationVerdict): string =>
  [headline(`expectation ${name}`, pass, violations), ...lines(violations), ''].join('\n');

export function renderDifferences(file: string, differences: readonly Difference[]): string {
  const head = `since ${file}: ${differences.length === 0 ? 'no difference' : count(differences.length, 'difference')}`;
  const rows = differences.map(
    ({ field, before, after }) => `  ${field}: ${before ?? '(nothing)'} -> ${after ?? '(nothing)'}`,
  );
  return [head, ...rows, ''].join('\n');
}

const headline = (head: string, pass: boolean, violations: readonly Violation[]): string =>
  `${head}: ${pass ? 'held' : `NOT held, ${count(violations.length, 'violation')}`}`;

const lines = (violations: readonly Violation[]): readonly string[] =>
  violations.map(({ code, what, where, reference }) => `  ${code}  ${where}: ${what} [${reference}]`);

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
