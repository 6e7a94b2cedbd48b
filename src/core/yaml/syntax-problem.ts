// The YAML library's error codes in our words. Its own messages are not shown: some repeat text from the file, and a file
// may hold a secret where none belongs.
import type { YAMLError } from 'yaml';
import type { Place } from '../place.ts';
import type { Problem } from './problem.ts';
import { quoted } from './yaml-tree.ts';

const PLAIN = 'Write the value out in full where it is needed.';
const INDENT = 'Indent with blanks; what belongs together starts in the same column.';
const QUOTE = 'Put the text in quotes, or look for a missing quote, bracket, comma or colon before this place.';

const WORDS: Readonly<Record<YAMLError['code'], readonly [message: string, hint: string]>> = {
  ALIAS_PROPS: ['an alias (*name) is not read by strictstep', PLAIN],
  BAD_ALIAS: ['an alias (*name) is not read by strictstep', 'Put the text in quotes if it begins with * or &.'],
  BAD_DIRECTIVE: ['a % directive is not read by strictstep', 'Remove the line.'],
  BAD_DQ_ESCAPE: ['a backslash in double quotes begins an unknown escape', 'Use single quotes around Windows paths.'],
  BAD_INDENT: ['the indentation does not fit', INDENT],
  BAD_PROP_ORDER: ['an anchor or tag is not read by strictstep', PLAIN],
  BAD_SCALAR_START: ['a text begins with a character that YAML reserves', 'Put the text in quotes.'],
  BLOCK_AS_IMPLICIT_KEY: ['a second key or list begins in the same line', QUOTE],
  BLOCK_IN_FLOW: ['an indented block stands inside brackets or braces', QUOTE],
  DUPLICATE_KEY: ['the key is given twice', 'Keep one of the two.'],
  IMPOSSIBLE: ['the text cannot be read as YAML', QUOTE],
  KEY_OVER_1024_CHARS: ['a key is longer than 1024 characters', QUOTE],
  MISSING_CHAR: ['a character is missing', QUOTE],
  MULTILINE_IMPLICIT_KEY: ['a key goes over more than one line', QUOTE],
  MULTIPLE_ANCHORS: ['an anchor (&name) is not read by strictstep', PLAIN],
  MULTIPLE_DOCS: ['a second document begins', 'Use one file for each document and remove the line ---.'],
  MULTIPLE_TAGS: ['a tag (!name) is not read by strictstep', PLAIN],
  NON_STRING_KEY: ['a key is not plain text', QUOTE],
  RESOURCE_EXHAUSTION: ['the value is nested too deep', 'No key of this file needs to be that deep.'],
  TAB_AS_INDENT: ['a tab is used for indentation', 'Use blanks.'],
  TAG_RESOLVE_FAILED: ['a tag (!name) is not read by strictstep', 'Put the text in quotes if it begins with !.'],
  UNEXPECTED_TOKEN: ['something stands here that does not belong', QUOTE],
  BAD_COLLECTION_TYPE: ['a tag (!name) is not read by strictstep', PLAIN],
};

export function syntaxProblem(error: YAMLError, text: string, placeOf: (offset: number) => Place): Problem {
  const [message, hint] = WORDS[error.code];
  const [offset] = error.pos;
  const key = error.code === 'DUPLICATE_KEY' ? /^[\w.-]+/.exec(text.slice(offset, offset + 100))?.[0] : undefined;
  const said = key === undefined ? message : `the key ${quoted(key)} is given twice`;
  return { code: 'INPUT_SYNTAX', message: said, hint, place: placeOf(offset) };
}
