// One value of iim.conf: quotes, escapes, lists. Source: Sun Java System Instant Messaging 7.2, "iim.conf File Syntax"
// (a value with comma, blank, newline, tab, quote or backslash is quoted as a whole; CR, LF, tab, backslash and quote are
// escaped). The vendor's own examples leave lists and blanks unquoted, so both are read.

/** quote-open: no closing quote; behind-quote: something follows it; escape: a backslash in front of a sign that has no
 * escape; unquoted: a quote or backslash in a value that does not begin with a quote */
export type IimFault = 'quote-open' | 'behind-quote' | 'escape' | 'unquoted';

export type IimText = {
  /** as written when there is a fault: then it is not known what the server makes of it */
  readonly text: string;
  readonly isQuoted: boolean;
  readonly fault: IimFault | null;
};

const QUOTED = /^"((?:[^"\\]|\\.)*)"(.*)$/su;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** @param written between the equals sign and the line end, continued lines joined, without outer blanks */
export function readValue(written: string): IimText {
  if (!written.startsWith('"')) {
    return { text: written, isQuoted: false, fault: /["\\]/u.test(written) ? 'unquoted' : null };
  }
  const faulty = (fault: IimFault): IimText => ({ text: written, isQuoted: true, fault });
  const [, inside, behind] = QUOTED.exec(written) ?? [];
  if (inside === undefined) return faulty('quote-open');
  if (behind !== '') return faulty('behind-quote');
  const escapes = [...inside.matchAll(/\\(.)/gsu)].map(([, sign = '']) => sign);
  if (escapes.some((sign) => ESCAPES[sign] === undefined)) return faulty('escape');
  const text = inside.replace(/\\(.)/gsu, (_, sign: string) => ESCAPES[sign] ?? sign);
  return { text, isQuoted: true, fault: null };
}

/** ASCII without control characters other than those that have an escape. */
export const isIimText = (text: string): boolean => /^[\t\n\r -~]*$/u.test(text);

/** Quoted where the grammar asks for it, and where it was quoted before. */
export function renderValue(text: string, wasQuoted: boolean): string {
  if (!wasQuoted && !/[, \n\r\t"\\]/u.test(text)) return text;
  const signs = Object.entries(ESCAPES).map(([sign, meaning]) => [meaning, `\\${sign}`] as const);
  return `"${text.replace(/[\n\r\t"\\]/gu, (char) => signs.find(([meaning]) => meaning === char)?.[1] ?? char)}"`;
}

/** Parts between commas, without blanks around them; an empty text is an empty list. */
export const listOf = (text: string): readonly string[] =>
  text.trim() === '' ? [] : text.split(',').map((part) => part.trim());
