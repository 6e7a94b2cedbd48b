// What a shell asks for at every Tab: `strictstep __complete WORD...`. Prints a candidate a line with what it is after a
// tab, and at the end which paths the shell adds by itself. Fast, quiet, always exit 0.
import type { Command, Option } from 'commander';
import { leavesOf } from '../help.ts';
import { completionOf, type Candidate, type Completion } from './sources.ts';
import { wantedAt, type Wanted } from './words.ts';

/** @param words after the program, the unfinished one last */
export async function complete(program: Command, words: readonly string[]): Promise<string> {
  const wanted = wantedAt(program, words);
  const { candidates, also } = await possible(program, wanted);
  const before = wanted.kind === 'value' ? wanted.before : '';
  const lines = candidates
    .filter(({ value }) => value.startsWith(wanted.prefix))
    .map(({ value, what }) => `${before}${value}\t${firstClause(what)}`);
  return [...lines, `:${also}`, ''].join('\n');
}

async function possible(program: Command, wanted: Wanted): Promise<Completion> {
  const { verb, values } = wanted;
  if (wanted.kind === 'flag') return { candidates: flagsOf(verb, values), also: 'none' };
  if (wanted.kind === 'value') {
    const { option } = wanted;
    const form = valueFormOf(option);
    return await completionOf({ name: option.long ?? '', form, choices: option.argChoices }, values);
  }
  const children = childrenOf(program, verb);
  const { argument } = wanted;
  if (argument === undefined || children.length > 0) return { candidates: children, also: 'none' };
  const name = argument.name();
  return await completionOf({ name, form: name, choices: argument.argChoices }, values);
}

function childrenOf(program: Command, verb: Command): readonly Candidate[] {
  const shown = leavesOf(program);
  const isShown = (child: Command): boolean => shown.includes(child) || child.commands.some(isShown);
  return verb.commands.filter(isShown).map((child) => ({ value: child.name(), what: child.description() }));
}

/** A flag that is there already is not offered again, except where it may be repeated. */
const flagsOf = (verb: Command, values: ReadonlyMap<string, string>): readonly Candidate[] => [
  ...verb.options
    .filter(({ long, hidden, parseArg }) => !hidden && (parseArg !== undefined || !values.has(long ?? '')))
    .map(({ long, description }) => ({ value: long ?? '', what: description })),
  { value: '--help', what: 'show this' },
];

/** "--state <dir>" -> "dir" */
export const valueFormOf = ({ flags }: Option): string => /[<[]([^>\]]+?)(?:\.\.\.)?[>\]]/.exec(flags)?.[1] ?? '';

const LONGEST = 60;

const firstClause = (text: string): string => {
  const clause = text.split(/[;:.](?: |$)/)[0] ?? '';
  return clause.length <= LONGEST ? clause : `${clause.slice(0, LONGEST - 3)}...`;
};
