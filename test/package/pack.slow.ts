// The published package: packed as for a release, installed into an empty folder without a registry, and used there with
// nothing of the checkout in reach.
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { files: FOLDERS, version: VERSION } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly files: readonly string[];
  readonly version: string;
};
const FILES = ['LICENSE', 'README.md', 'package.json'];
const folder = mkdtempSync(join(tmpdir(), 'strictstep-package-'));
const [checkout, user] = [join(folder, 'checkout'), join(folder, 'user')];
/** A Node, npm and the shell, as on any machine. */
const PATH = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
const options = { env: { PATH, HOME: folder, CI: 'true', NO_COLOR: '1' }, extendEnv: false, stdin: 'ignore' } as const;
const installed = join(user, 'node_modules/strictstep');
const use = (...args: readonly string[]) =>
  execa(join(user, 'node_modules/.bin/strictstep'), args, { ...options, cwd: user, reject: false });

beforeAll(async () => {
  // A copy, because packing changes package.json for a moment.
  const parts = ['src', 'build', ...FOLDERS.filter((name) => name !== 'dist'), ...FILES];
  for (const name of parts) cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  await execa('npm', ['pack', '--pack-destination', folder], { ...options, cwd: checkout });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  cpSync(join(folder, tarball), join(user, tarball));
  writeFileSync(join(user, 'package.json'), '{"private":true}\n');
  await execa('npm', ['install', '--offline', '--no-audit', join(user, tarball)], { ...options, cwd: user });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('it needs no other package, brings no Node, and runs nothing when it is installed', () => {
  expect(readdirSync(join(user, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['strictstep']);
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as object;
  expect(Object.keys(manifest).toSorted()).toEqual(
    ['bin', 'description', 'engines', 'files', 'license', 'name', 'type', 'version'].toSorted(),
  );
  expect(readdirSync(installed).toSorted()).toEqual([...FOLDERS, ...FILES].toSorted());
});

test('the checkout has its own package.json back', () => {
  const [after, before] = [checkout, ROOT].map((where) => readFileSync(join(where, 'package.json'), 'utf8'));
  expect(after).toBe(before);
  expect(existsSync(join(checkout, 'package.json.checkout'))).toBe(false);
});

test('a pack that was killed in between is put right by the next', async () => {
  const manifest = join(checkout, 'package.json');
  const before = readFileSync(manifest, 'utf8');
  const swap = (...step: readonly string[]) =>
    execa(process.execPath, [join(checkout, 'build/manifest.ts'), ...step], { ...options, cwd: checkout });
  await swap('publish');
  expect(readFileSync(manifest, 'utf8')).not.toBe(before);
  await swap('publish');
  await swap();
  expect(readFileSync(manifest, 'utf8')).toBe(before);
});

test('every process that the program starts has a file to start', () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const started = sources.flatMap((name) => {
    const text = readFileSync(join(ROOT, 'src', name), 'utf8');
    return [...text.matchAll(/entryFile\('([^']+)'\)/g)].map(([, entry = '']) => entry);
  });
  expect(started.length).toBeGreaterThan(1);
  expect(started.filter((entry) => !existsSync(join(installed, 'dist', `${entry}.cjs`)))).toEqual([]);
});

test('the licences of the packages inside come along', () => {
  const notices = readFileSync(join(installed, 'dist/third-party-notices.txt'), 'utf8');
  for (const name of [
    'commander',
    'execa',
    'inquirer',
    'listr2',
    'node-forge',
    'skulpt',
    'ssh2',
    'xml2js',
    'yaml',
    'zod',
  ])
    expect(notices).toMatch(new RegExp(`^${name} \\d.*\\(.*\\)$`, 'm'));
});

test('help, version, explain and the shipped files answer', async () => {
  expect((await use('version')).stdout).toContain(`strictstep ${VERSION}`);
  expect((await use('--help')).stdout).toContain('Usage: strictstep');
  expect((await use('explain', 'USAGE')).exitCode).toBe(0);
  const policy = await use('probe', '127.0.0.1:1', '--policy', 'rfc9325');
  expect(policy.exitCode).toBe(69);
  expect((await use('prob')).stderr).toContain('Did you mean probe?');
});

test('demo migrates the simulated cell, with the real agent in its wsadmin', { timeout: 400_000 }, async () => {
  const { exitCode, stderr } = await use('demo', '--out', 'shown');
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(readFileSync(join(user, 'shown/report.html'), 'utf8')).toContain('TLSv1.2');
  const wsadmin = readFileSync(findFile(join(user, 'shown'), 'wsadmin.sh'), 'utf8');
  expect(wsadmin).toContain(join(installed, 'dist/lab/wsadmin/main.cjs'));
});

function findFile(below: string, name: string): string {
  const found = readdirSync(below, { recursive: true, encoding: 'utf8' }).find((file) => file.endsWith(`/${name}`));
  return join(below, found ?? name);
}
