// Every command line of the documentation is one that the program takes, and every link leads somewhere.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { leavesOf } from '../../src/cli/help.ts';
import { makeProgram } from '../../src/cli/program.ts';
import { blockLines, pageOf, strictstepWords } from './recipes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const pages = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file));

/** With lines to copy, not with forms such as [--quick]. */
const COPIED = ['README.md', 'docs/getting-started.md', 'docs/cookbook.md'];

test.each(COPIED)('the command lines of %s are taken', async (page) => {
  const lines = blockLines(pageOf(page)).flatMap((line) => {
    const words = strictstepWords(line);
    return words === undefined ? [] : [{ line, words }];
  });
  expect(lines.length).toBeGreaterThan(2);
  for (const { line, words } of lines) {
    const program = makeProgram();
    const called: string[] = [];
    for (const leaf of leavesOf(program)) leaf.action(() => void called.push(leaf.name()));
    await program.parseAsync(['node', 'strictstep', ...words]);
    expect(called, line).toHaveLength(1);
  }
});

test.each(['README.md', 'CONTRIBUTING.md', ...pages('docs')])('the links of %s lead somewhere', (page) => {
  const links = [...pageOf(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
  const lost = links.filter((link) => !existsSync(join(ROOT, dirname(page), link)));
  expect(lost).toEqual([]);
});
