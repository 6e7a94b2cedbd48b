// Markdown as text: what comes from outside cannot become a link, a table cell, a heading or HTML.

/** For running text and table cells: one line. */
export const inline = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`|[\]*]/g, (character) => `\\${character}`);

/** A fence that is longer than any row of backticks inside. */
export function fenced(lines: readonly string[]): readonly string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [fence, ...lines, fence];
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [
    `| ${head.join(' | ')} |`,
    `|${'---|'.repeat(head.length)}`,
    ...rows.map((row) => `| ${row.map(inline).join(' | ')} |`),
    '',
  ];
}

export const bullets = (lines: readonly string[]): readonly string[] => [
  ...lines.map((line) => `- ${inline(line.replace(/^- /, '  '))}`),
  '',
];
