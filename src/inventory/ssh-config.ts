// The client configuration of OpenSSH as statements in the order in which ssh reads them. Pure; a few keys only, see
// ssh-config-lookup.ts. Source: ssh_config(5); misc.c of OpenSSH (argv_split) for quotes and backslashes.
import { OperatorError } from '../core/errors.ts';
import type { Place } from '../core/place.ts';

export type Statement =
  | { readonly kind: 'host'; readonly patterns: readonly string[]; readonly place: Place }
  | { readonly kind: 'match'; readonly words: readonly string[]; readonly place: Place }
  /** `keyword` in lower case */
  | { readonly kind: 'set'; readonly keyword: string; readonly values: readonly string[]; readonly place: Place }
  | { readonly kind: 'include'; readonly patterns: readonly string[]; readonly place: Place };

/** @throws OperatorError INPUT_SYNTAX */
export const parseSshConfig = (text: string, file: string): readonly Statement[] =>
  text.split('\n').flatMap((line, index) => parseLine(line, { file, line: index + 1, column: 1 }));

function parseLine(text: string, place: Place): readonly Statement[] {
  const line = text.trim();
  if (line === '' || line.startsWith('#')) return [];
  // One `=` may stand between the keyword and its values.
  const [, word = '', rest = ''] = /^"?([^\s="]+)"?(?:\s*=\s*|\s+|$)(.*)$/.exec(line) ?? [];
  const keyword = word.toLowerCase();
  const values = splitWords(rest, place);
  if (keyword === '' || values.length === 0) throw syntaxError(`the line ${line} has no value`, place);
  if (keyword === 'host') return [{ kind: 'host', patterns: values, place }];
  if (keyword === 'match') return [{ kind: 'match', words: values, place }];
  if (keyword === 'include') return [{ kind: 'include', patterns: values, place }];
  return [{ kind: 'set', keyword, values, place }];
}

/** Words as ssh splits them: either kind of quote, a backslash before a quote, a backslash or (outside quotes) a blank. */
function splitWords(text: string, place: Place): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    const next = text.charAt(at + 1);
    if (letter === '\\' && next !== '' && (`'"\\`.includes(next) || (quote === '' && next === ' '))) {
      word = (word ?? '') + next;
      at += 1;
    } else if (quote === '' && (letter === ' ' || letter === '\t')) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (quote === '' && letter === '#' && word === undefined) {
      return words;
    } else if (quote === '' && (letter === '"' || letter === "'")) {
      quote = letter;
      word ??= '';
    } else if (quote !== '' && letter === quote) {
      quote = '';
    } else {
      word = (word ?? '') + letter;
    }
  }
  if (quote !== '') throw syntaxError('a quote is not closed', place);
  return word === undefined ? words : [...words, word];
}

const syntaxError = (fact: string, place: Place): OperatorError =>
  new OperatorError('INPUT_SYNTAX', `SSH configuration: ${fact}`, {
    hint: 'Look at what ssh -G HOST says of the file, or set sshConfig: false in the inventory.',
    place,
  });
