// Words of an unfinished command line -> what may stand where the cursor is: a flag, a verb, or a value of a flag or an
// argument. Pure; the tree of verbs is the only source.
import type { Argument, Command, Option } from 'commander';

export type Line = {
  readonly verb: Command;
  /** values that the line has so far, by long flag and by argument name */
  readonly values: ReadonlyMap<string, string>;
};

export type Wanted = Line &
  (
    | { readonly kind: 'flag'; readonly prefix: string }
    | { readonly kind: 'word'; readonly prefix: string; readonly argument: Argument | undefined }
    /** @param before what the shell has in the same word: "--state=" */
    | { readonly kind: 'value'; readonly prefix: string; readonly before: string; readonly option: Option }
  );

/** @param words all after the program, the unfinished one last; bash makes a word of every "=" */
export function wantedAt(program: Command, words: readonly string[]): Wanted {
  const whole = words.filter((word, index) => word !== '=' || index === words.length - 1);
  const prefix = whole.at(-1) === '=' ? '' : (whole.at(-1) ?? '');
  const values = new Map<string, string>();
  let verb = program;
  let pending: Option | undefined;
  let isFlagsOver = false;
  const given: string[] = [];
  for (const word of whole.slice(0, -1)) {
    if (pending !== undefined) {
      values.set(pending.long ?? '', word);
      pending = undefined;
    } else if (word === '--' || isFlagsOver) isFlagsOver = true;
    else if (word.startsWith('-')) {
      const [flag = '', value] = word.split(/=(.*)/s);
      const option = optionOf(verb, flag);
      if (option?.required !== true) continue;
      if (value === undefined) pending = option;
      else values.set(option.long ?? '', value);
    } else {
      const child = verb.commands.find((one) => one.name() === word);
      if (child !== undefined) verb = child;
      else given.push(word);
    }
  }
  given.forEach((word, index) => values.set(verb.registeredArguments[index]?.name() ?? '', word));
  const line = { verb, values };
  if (pending !== undefined) return { ...line, kind: 'value', prefix, before: '', option: pending };
  const inside = /^(--[a-z-]+)=(.*)$/s.exec(prefix);
  const option = inside === null ? undefined : optionOf(verb, inside[1] ?? '');
  if (option?.required === true)
    return { ...line, kind: 'value', prefix: inside?.[2] ?? '', before: `${option.long}=`, option };
  if (prefix.startsWith('-') && !isFlagsOver) return { ...line, kind: 'flag', prefix };
  const { registeredArguments: all } = verb;
  const last = all.at(-1);
  return { ...line, kind: 'word', prefix, argument: all[given.length] ?? (last?.variadic === true ? last : undefined) };
}

const optionOf = (verb: Command, flag: string): Option | undefined =>
  verb.options.find(({ long, short }) => long === flag || short === flag);
