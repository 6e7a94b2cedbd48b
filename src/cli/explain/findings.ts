// Codes of findings are explained where they are documented: rows of tables in docs/, first cell the codes, last one the
// meaning. The page is the only source; a test holds that every code of the program has a row.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedFile } from '../../core/program-files.ts';

export type FindingRow = {
  readonly code: string;
  readonly meaning: string;
  readonly shownBy: string;
  readonly page: string;
};

/** page below docs -> who shows its codes */
const PAGES: Readonly<Record<string, string>> = {
  'certificates.md': 'cert inspect and check',
  'policies.md': 'probe --policy, probe --expect and audit',
  'products/sun-im.md': 'the linter of iim.conf and its stores',
};

export const findingRows = (): readonly FindingRow[] =>
  Object.entries(PAGES).flatMap(([file, shownBy]) => {
    const text = readFileSync(join(shippedFile('docs'), file), 'utf8');
    return text.split('\n').flatMap((line) => rowOf(line).map((row) => ({ ...row, shownBy, page: `docs/${file}` })));
  });

/** "| `EXPIRED`, `NOT_YET_VALID` | fails | as of `--at`, or now |" -> two codes with their severity and meaning */
function rowOf(line: string): readonly { readonly code: string; readonly meaning: string }[] {
  const [, first = '', ...rest] = line.split(/\s*(?<!\\)\|\s*/);
  if (!line.startsWith('| `') || rest.length < 2) return [];
  const meaning = rest
    .filter((cell) => cell !== '')
    .map((cell) => cell.replaceAll(/`([^`]*)`/g, '$1'))
    .join('; ');
  return [...first.matchAll(/`([A-Za-z_-]+)`/g)].map(([, code = '']) => ({ code, meaning }));
}
