// Holds the table of rooms: who may import whom. The table is also in docs/architecture.md.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ROOMS } from './rooms.ts';

const SRC = resolve(import.meta.dirname, '../../src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

const roomOf = (file: string): string =>
  file.startsWith('products/') ? file.split('/').slice(0, 2).join('/') : (file.split('/')[0] ?? '');

type Import = { readonly file: string; readonly target: string };

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const found = text.matchAll(
    /(?:import|export)\s+(type\s+)?[^;'"]*?from\s+['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]\s*\)/g,
  );
  return [...found].map(([, , from, dynamic]) => ({
    file,
    target: relative(SRC, resolve(dirname(join(SRC, file)), from ?? dynamic ?? '')),
  }));
}

test('every file belongs to a room of the table', () => {
  expect(files.filter((file) => !(roomOf(file) in ROOMS))).toEqual([]);
  expect(files.length).toBeGreaterThan(100);
});

test('a room imports only rooms that its row names; types.ts files are words, open to all', () => {
  const wrong = files.flatMap(importsOf).filter(({ file, target }) => {
    const [from, to] = [roomOf(file), roomOf(target)];
    if (from === to || to === 'core') return false;
    if (/(^|\/)(types|security-model)\.ts$/.test(target)) return false;
    return !(ROOMS[from] ?? []).includes(to);
  });
  expect(wrong.map(({ file, target }) => `${file} -> ${target}`)).toEqual([]);
});

test('the table has no circle', () => {
  const reach = (room: string, seen: readonly string[]): readonly string[] =>
    (ROOMS[room] ?? []).flatMap((next) =>
      seen.includes(next) ? [[...seen, next].join(' -> ')] : reach(next, [...seen, next]),
    );
  expect(Object.keys(ROOMS).flatMap((room) => reach(room, [room]))).toEqual([]);
});

test('only the files named here see the value of a secret', () => {
  const callers = files.filter((file) =>
    /\bexposeSecret\b|Secret\.expose\b/.test(readFileSync(join(SRC, file), 'utf8')),
  );
  const allowed = [/^core\/secret\.ts$/, /^transport\//, /^tls\//, /^lab\//, /^run\/context\.ts$/];
  expect(callers.filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([]);
});

test('only src/cli and src/lab print, and no file is longer than 250 lines', () => {
  const printing = files.filter(
    (file) =>
      !/^(cli|lab)\//.test(file) && /console\.|process\.std(out|err)/.test(readFileSync(join(SRC, file), 'utf8')),
  );
  const long = files.filter((file) => readFileSync(join(SRC, file), 'utf8').split('\n').length > 251);
  expect({ printing, long }).toEqual({ printing: [], long: [] });
});

test('pure rooms take no clock, random source, file system or network', () => {
  const pure = files.filter((file) => /^(topology|plan)\//.test(file) && file !== 'plan/load.ts');
  const impure = pure.filter((file) =>
    /node:(fs|net|http|child_process|dgram|tls)|Date\.now|new Date\(|Math\.random|performance\./.test(
      readFileSync(join(SRC, file), 'utf8'),
    ),
  );
  expect(impure).toEqual([]);
});

test('only one file asks where it lies, as building puts files elsewhere', () => {
  const asking = files.filter((file) => /\bimport\.meta\b/.test(readFileSync(join(SRC, file), 'utf8')));
  expect(asking).toEqual(['core/program-files.ts']);
});
