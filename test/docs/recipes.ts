// Command lines of documentation: indented by four blanks, beginning with strictstep or npx strictstep.
import { readFileSync } from 'node:fs';

export const pageOf = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

/** All indented lines, without the indentation. */
export const blockLines = (page: string): readonly string[] =>
  page.split('\n').flatMap((line) => (/^ {4}\S/.test(line) ? [line.slice(4)] : []));

/** Words of the command alone: no remark, no pipe, no redirection, no second command. */
export function strictstepWords(line: string): readonly string[] | undefined {
  const [, rest] = /^(?:npx )?strictstep(?: (.*))?$/.exec(line) ?? [];
  if (!/^(?:npx )?strictstep\b/.test(line)) return undefined;
  const command = (rest ?? '').split(/ (?:#|\||>|&&) ?/)[0] ?? '';
  return command.match(/'[^']*'|"[^"]*"|\S+/g)?.map((word) => word.replaceAll(/^['"]|['"]$/g, '')) ?? [];
}
