// What the program reads at run time is what the package ships.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

test('every file that the program looks for beside itself is in a folder that is shipped', () => {
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly files: readonly string[];
  };
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const wanted = sources.flatMap((name) => {
    const text = readFileSync(join(ROOT, 'src', name), 'utf8');
    return [...text.matchAll(/\bshippedFile\(['`]([\w.-]+)/g)].map(([, first = '']) => first);
  });
  expect(new Set(wanted)).toContain('templates');
  expect(wanted.filter((first) => ![...files, 'package.json'].includes(first))).toEqual([]);
  expect(files.filter((folder) => folder !== 'dist' && !existsSync(join(ROOT, folder)))).toEqual([]);
});
