// Findings about how iim.conf is written: lines, duplicates, languages, line ends. Source: Sun Java System
// Instant Messaging 7.2, "iim.conf File Syntax".
import { draft, type FindingDraft } from './finding.ts';
import { entriesOf, findEntries, type IimFile, type IimLine } from './iim.ts';
import { lintEntry } from './lint-entry.ts';
import { RETIRED, SETTINGS } from './setting-table.ts';
import type { SunImFinding } from './types.ts';

export const lintLines = (conf: IimFile): readonly SunImFinding[] => [
  ...conf.lines.flatMap((line) => findingsOf(line).map((finding) => ({ ...finding, line: line.line }))),
  ...duplicateFindings(conf),
  ...languageFindings(conf),
  ...(conf.lines.some(({ eol }) => eol === '\r')
    ? [
        draft(
          'note',
          'LINE_END_CR',
          'a line ends with CR alone: the server reads it, and grep and sed take it and the next for one line',
          'Compare such lines by eye.',
        ),
      ]
    : []),
];

function findingsOf(line: IimLine): readonly FindingDraft[] {
  if (line.kind === 'entry') return lintEntry(line);
  if (line.kind === 'comment' && line.isOpen)
    return [
      draft(
        'warning',
        'COMMENT_OPEN',
        'a comment ends with a backslash, and whether it goes on in the next line is not documented',
        'Remove the backslash.',
      ),
    ];
  if (line.kind === 'comment' && !line.isAscii)
    return [
      draft(
        'note',
        'NOT_ASCII',
        'a comment has signs outside ASCII, which this file should not have',
        'Nothing has to be done, the line is ignored.',
      ),
    ];
  if (line.kind === 'other')
    return [
      draft(
        'warning',
        'NO_ENTRY',
        'the line is neither a comment nor key=value',
        'Correct or remove it; a comment begins with ! in the first column.',
      ),
    ];
  return [];
}

function duplicateFindings(conf: IimFile): readonly SunImFinding[] {
  const keys = new Set(entriesOf(conf).map(({ key }) => key));
  return [...keys].flatMap((key): readonly SunImFinding[] => {
    const found = findEntries(conf, key);
    const last = found.at(-1);
    if (last === undefined || found.length < 2) return [];
    const lines = found.map(({ line }) => line).join(', ');
    const text = `${key} stands in lines ${lines}; the last one counts, the others only look as if they did`;
    return [{ ...draft('warning', 'DUPLICATE_KEY', text, 'Remove the lines that do not count.'), line: last.line }];
  });
}

const OURS: ReadonlySet<string> = new Set([...SETTINGS.map(({ key }) => key), ...Object.keys(RETIRED)]);

const languageFindings = (conf: IimFile): readonly SunImFinding[] =>
  entriesOf(conf)
    .filter(({ key, language }) => language !== null && OURS.has(key))
    .map(({ key, language, line }) => ({
      ...draft(
        'warning',
        'LANGUAGE_ONLY',
        `${key};lang-${language} is a value for one language, and does not set ${key}`,
        `Write ${key} without the language.`,
      ),
      line,
    }));
