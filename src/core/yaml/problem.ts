// What is wrong with an input file. All of a file's problems are collected; the first in reading order is thrown, and its
// hint says where the others are.
import type { ErrorCode } from '../errors.ts';
import { OperatorError } from '../errors.ts';
import type { Place } from '../place.ts';
import type { YamlPath } from './yaml-tree.ts';

export type Problem = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly place: Place;
};

/** A problem before its place is looked up: the value at `path`, or its key. */
export type Finding = Omit<Problem, 'place'> & { readonly path: YamlPath; readonly at: 'value' | 'key' };

export function throwFirst(problems: readonly Problem[]): void {
  const [first, ...others] = problems.toSorted(
    (a, b) => a.place.line - b.place.line || a.place.column - b.place.column,
  );
  if (first === undefined) return;
  const hint = [first.hint, elsewhere(others)].join(' ').trim();
  throw new OperatorError(first.code, first.message, { hint, place: first.place });
}

function elsewhere(others: readonly Problem[]): string {
  if (others.length === 0) return '';
  const lines = [...new Set(others.map(({ place }) => place.line))];
  const listed = `${lines.length === 1 ? 'line' : 'lines'} ${lines.slice(0, 5).join(', ')}`;
  const count = others.length === 1 ? 'One more problem is' : `${others.length} more problems are`;
  return `${count} in ${listed}${lines.length > 5 ? ' and below' : ''}.`;
}
