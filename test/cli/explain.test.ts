// explain: every code has a page or a row, offline, in the form that the pages have.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/core/errors.ts';
import { readErrorPage, renderPlain } from '../../src/cli/explain/error-page.ts';
import { findingRows } from '../../src/cli/explain/findings.ts';
import { strictstep } from '../helpers/cli.ts';

const PAGES = new URL('../../docs/errors/', import.meta.url);
const CODES = Object.keys(ERROR_CODES) as (keyof typeof ERROR_CODES)[];

test('every error code has a page, and there is no page without a code', () => {
  expect(readdirSync(PAGES).toSorted()).toEqual([...CODES.map((code) => `${code}.md`), 'README.md'].toSorted());
});

test.each(CODES)('the page of %s says when it comes and what to do', (code) => {
  const page = readErrorPage(code);
  expect(page).toMatch(
    /^# [A-Z_]+\n\n## When it comes\n\n(- [A-Z`][^]+?[.!]\n)+\n## What to do\n\n(- [A-Z`][^]+?[.!]\n)+$/,
  );
  expect(page).toContain(`# ${code}\n`);
  expect(renderPlain(page)).not.toMatch(/[`#]|\]\(/);
  for (const line of page.split('\n')) expect(line.length, line).toBeLessThan(132);
});

/** The words of a union type, from the source: nothing else knows them. */
function codesOfType(file: string, type: string): readonly string[] {
  const text = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
  const body = new RegExp(`type ${type} =([^;]+);`).exec(text)?.[1] ?? '';
  const codes = [...body.matchAll(/'([A-Za-z_-]+)'/g)].map(([, code = '']) => code);
  expect(codes.length, `${type} in ${file}`).toBeGreaterThan(5);
  return codes;
}

test.each([
  ['tls/judge-certificate.ts', 'FindingCode'],
  ['check/types.ts', 'PairCode'],
  ['policy/types.ts', 'ViolationCode'],
])('every code of findings in src/%s has a row in the documentation', (file, type) => {
  const explained = new Set(findingRows().map(({ code }) => code));
  expect(codesOfType(file, type).filter((code) => !explained.has(code))).toEqual([]);
});

test('every code of a finding about iim.conf and its stores has a row', () => {
  const explained = new Set(findingRows().map(({ code }) => code));
  const folder = new URL('../../src/products/sun-im/', import.meta.url);
  const codes = readdirSync(folder).flatMap((file) =>
    [...readFileSync(new URL(file, folder), 'utf8').matchAll(/'(?:fails|warning)',\s*'([A-Z_]+)'/g)].map(
      ([, code = '']) => code,
    ),
  );
  expect(codes.length).toBeGreaterThan(20);
  expect(codes.filter((code) => !explained.has(code))).toEqual([]);
});

test('explain tells the exit status, when the code comes and what to do', async () => {
  const { stdout, stderr, exitCode } = await strictstep('explain', 'host_key');
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout).toMatch(/^HOST_KEY \(error, exit 69\)\n.+\n\nWhen it comes:\n {2}- /);
});

test('explain of a finding names who shows it and where more is written', async () => {
  const { stdout } = await strictstep('explain', 'cleartext-accepted');
  expect(stdout).toContain('cleartext-accepted (finding of probe --policy');
  expect(stdout).toContain('docs/policies.md');
});

test('a code that does not exist gets a suggestion and status 64', async () => {
  const result = await strictstep('explain', 'HOST_KEYS');
  expect(result).toMatchObject({ exitCode: 64, stdout: '' });
  expect(result.stderr).toContain('hint: Did you mean HOST_KEY?');
});

test('explain alone lists every code, also as JSON', async () => {
  const { stdout } = await strictstep('explain', '--json');
  const list = JSON.parse(stdout);
  expect(list.errors.map(({ code }: { code: string }) => code)).toEqual(CODES);
  expect(list.findings.length).toBeGreaterThan(30);
});
