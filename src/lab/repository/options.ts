// Arguments of an AdminTask command, in the two forms of wsadmin: one text `[-alias x -enabledCiphers ]` or one list
// `['-alias', 'x']`. An option without a value, also at the end, is an empty value: the console writes it so.
// Message texts ADMF0002E and ADMF0003E are from memory, not verified on real WebSphere.
import { commandException } from './scripting-exception.ts';

export type Argument = string | readonly string[];
export type Options = ReadonlyMap<string, string>;

const TOKEN = /\s*(?:"([^"]*)"|'([^']*)'|(\S+))/g;

const tokens = (text: string): readonly string[] => {
  const inner = text.trim().replace(/^\[([\s\S]*)\]$/, '$1');
  return [...inner.matchAll(TOKEN)].map(([, double, single, plain]) => double ?? single ?? plain ?? '');
};

/** @param allowed `name*` is required
 * @throws ScriptingException for unknown and missing options */
export function parseOptions(command: string, args: readonly Argument[], allowed: readonly string[]): Options {
  const names = new Set(allowed.map((name) => name.replace('*', '')));
  const words = args.flatMap((argument) => (typeof argument === 'string' ? tokens(argument) : argument));
  const options = new Map<string, string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const name = word.slice(1);
    if (!word.startsWith('-') || !names.has(name)) {
      throw commandException(`ADMF0003E: Invalid parameter ${word} for command ${command}.`);
    }
    const next = words[at + 1];
    const isValue = next !== undefined && !(next.startsWith('-') && names.has(next.slice(1)));
    // wsadmin trims white space around a value.
    options.set(name, isValue ? next.trim() : '');
    if (isValue) at += 1;
  }
  const missing = allowed.find((name) => name.endsWith('*') && !options.get(name.slice(0, -1)));
  if (missing !== undefined) {
    throw commandException(
      `ADMF0002E: Required parameter ${missing.slice(0, -1)} is not found for command ${command}.`,
    );
  }
  return options;
}

export const isTrue = (options: Options, name: string): boolean => options.get(name)?.toLowerCase() === 'true';
