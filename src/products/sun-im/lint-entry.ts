// Findings about one entry of iim.conf: what looks like a comment, a quote or a known key and is none. The typographic quotes are
// those of the vendor's own example 12-1. Source: Sun Java System Instant Messaging 7.2, "iim.conf File Syntax".
import { draft, type FindingDraft } from './finding.ts';
import type { IimEntry } from './iim.ts';
import type { IimFault } from './iim-value.ts';
import { SETTINGS } from './setting-table.ts';

const FAULTS: Readonly<Record<IimFault, string>> = {
  'quote-open': 'begins with a quote and has no closing one',
  'behind-quote': 'goes on behind its closing quote',
  escape: 'has a backslash in front of a sign that has no escape',
  unquoted: 'has a quote or a backslash without being quoted as a whole',
};

export function lintEntry({ key, value, fault, isOpen }: IimEntry): readonly FindingDraft[] {
  const name = key.replace(/^[!#]\s*/u, '');
  const isCurly = typeof value === 'string' && /[\u2018-\u201f]/u.test(value);
  const own = SETTINGS.find((row) => row.key !== key && row.key.toLowerCase() === key.toLowerCase())?.key;
  return [
    ...(key.startsWith('!')
      ? [
          draft(
            'fails',
            'COMMENT_INDENTED',
            `! is not in the first column, so the line is a key named "${key}" and no comment`,
            'Move the ! to the first column.',
          ),
        ]
      : []),
    ...(key.startsWith('#')
      ? [
          draft(
            'warning',
            'NUMBER_SIGN',
            `# is no comment sign: the line is a key named "${key}"; ${name} itself is not switched off by it where it stands elsewhere`,
            'Write ! in the first column.',
          ),
        ]
      : []),
    ...(isCurly
      ? [
          draft(
            'fails',
            'CURLY_QUOTE',
            `the value of ${key} has a typographic quote, which is no quote for the server`,
            'Write the value again with plain quotes, or with none.',
          ),
        ]
      : []),
    ...(!isCurly && fault !== null
      ? [
          draft(
            'fails',
            'VALUE_BROKEN',
            `the value of ${key} ${FAULTS[fault]}, and what the server makes of it is not known`,
            'Correct the value.',
          ),
        ]
      : []),
    ...(!isCurly && typeof value === 'string' && !/^[\0-\x7f]*$/u.test(value)
      ? [draft('warning', 'NOT_ASCII', `the value of ${key} has signs outside ASCII`, 'Use ASCII.')]
      : []),
    ...(isOpen
      ? [
          draft(
            'warning',
            'LINE_OPEN',
            `the line of ${key} ends with a backslash and the file ends there`,
            'Remove the backslash, or the next line that is added becomes part of this one.',
          ),
        ]
      : []),
    ...(own === undefined
      ? []
      : [
          draft(
            'warning',
            'KEY_CASE',
            `${key} is written in another case than ${own}, and whether the server minds is not documented`,
            `Write ${own}.`,
          ),
        ]),
  ];
}
