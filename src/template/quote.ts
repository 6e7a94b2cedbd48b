// Quoting of a text as a value of another language. Each function gives the whole literal, quotes included, so a template
// never adds its own.
import { OperatorError } from '../core/errors.ts';

export type Language = 'sql' | 'sh';

// A line break or a NUL inside a value is never wanted, and line-oriented tools cut at it.
const CONTROL = /\p{Cc}/u;

/** @throws OperatorError INPUT_VALUE for a text with control characters */
export function quote(language: Language, text: string): string {
  if (CONTROL.test(text)) {
    const hint = 'Take line breaks and other control characters out of the value.';
    throw new OperatorError('INPUT_VALUE', `the value ${JSON.stringify(text)} holds a control character`, { hint });
  }
  return language === 'sql' ? sqlText(text) : shellWord(text);
}

/** SQL standard: a quote inside a text is doubled; nothing else is special. */
const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** POSIX: inside single quotes nothing is special, so only the quote itself leaves them. Plain words stay as they are. */
const shellWord = (text: string): string =>
  /^[\w./:=@%+,-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
