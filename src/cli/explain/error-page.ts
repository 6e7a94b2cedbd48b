// The page of an error code, offline: docs/errors/CODE.md as plain text.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorCode } from '../../core/errors.ts';
import { shippedFile } from '../../core/program-files.ts';

export const readErrorPage = (code: ErrorCode): string =>
  readFileSync(join(shippedFile('docs/errors'), `${code}.md`), 'utf8');

/** Headings lose their signs, code its backquotes, links become paths; the title is the caller's. */
export const renderPlain = (page: string): string =>
  page
    .replace(/^# .*\n+/, '')
    .replaceAll(/^## (.*)\n+/gm, '$1:\n')
    .replaceAll(/`([^`]*)`/g, '$1')
    .replaceAll(/\[[^\]]*\]\(\.\.\/([^)]*)\)/g, 'docs/$1')
    .replaceAll(/^- /gm, '  - ')
    .replaceAll(/^ {2}(?=\S)(?!- )/gm, '    ')
    .trimEnd();
