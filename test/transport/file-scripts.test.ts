// The scripts alone, in every POSIX shell that this machine has, with the digest tools that other systems have.
// What `digest` (Solaris) and `csum` (AIX) print is from their manuals.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../src/core/json.ts';
import {
  FILE_EXIT,
  FILE_FACTS,
  PLACE_PRIVATE_FILE,
  READ_FILE,
  REPLACE_FILE,
} from '../../src/transport/file-scripts.ts';

const find = (program: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => spawnSync('test', ['-x', path]).status === 0);

const SHELLS = ['sh', 'dash', 'bash', 'ksh', 'mksh', 'yash'].filter((name) => find(name) !== undefined);
const TOOLS = ['dirname', 'sed', 'tr', 'cat', 'ln', 'ls', 'awk', 'cp', 'mv', 'rm', 'cmp', 'sync', 'mkdir', 'rmdir'];

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strictstep-scripts-'));
  path = join(folder, 'plain.xml');
  writeFileSync(path, 'old');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Options = { readonly shell?: string; readonly path?: string; readonly input?: string; readonly uid?: number };

const run = (script: string, args: readonly string[], options: Options = {}) =>
  spawnSync(find(options.shell ?? 'sh') ?? 'sh', ['-c', script, 'sh', ...args], {
    // bash without SHLVL takes a socket as input for a remote log-in and reads .bashrc.
    env: { PATH: options.path ?? process.env['PATH'], HOME: folder, SHLVL: '1' },
    input: options.input ?? '',
    encoding: 'utf8',
    ...(options.uid !== undefined && { uid: options.uid }),
  });

/** A PATH with the usual tools and only this one for digests. */
function pathWith(tool: string, text?: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of TOOLS) symlinkSync(find(name) ?? name, join(bin, name));
  if (text === undefined) symlinkSync(find(tool) ?? tool, join(bin, tool));
  else writeFileSync(join(bin, tool), text, { mode: 0o755 });
  return bin;
}

const replace = (wanted: string, options: Options = {}) =>
  run(REPLACE_FILE, [path, `${path}.bak`, `${path}.temp`, wanted], options);

describe.each(SHELLS)('in %s', (shell) => {
  test('a file is read, described, replaced and placed', () => {
    expect(run(READ_FILE, [path], { shell }).stdout).toBe('old');
    expect(run(FILE_FACTS, [path], { shell }).stdout).toMatch(new RegExp(`^${sha256Hex('old')}\n-rw.* 3\n$`));
    expect(replace(sha256Hex('new'), { shell, input: 'new' })).toMatchObject({ status: 0, stderr: '' });
    expect([readFileSync(path, 'utf8'), readFileSync(`${path}.bak`, 'utf8')]).toEqual(['new', 'old']);
    const placed = run(PLACE_PRIVATE_FILE, ['private', 'k', sha256Hex('key')], { shell, input: 'key' });
    expect(placed).toMatchObject({ status: 0, stdout: `${folder}/.strictstep/private/private/k\n` });
    expect(readdirSync(folder).toSorted()).toEqual(['.strictstep', 'plain.xml', 'plain.xml.bak']);
  });

  test('bytes that are not the ones that were sent leave the old file and nothing else', () => {
    expect(replace(sha256Hex('new'), { shell, input: 'ne' }).status).toBe(FILE_EXIT.digestDiffers);
    const placed = run(PLACE_PRIVATE_FILE, ['private', 'k', sha256Hex('key')], { shell, input: 'ke' });
    expect(placed.status).toBe(FILE_EXIT.digestDiffers);
    expect(readdirSync(folder)).toEqual(['.strictstep', 'plain.xml']);
    expect(readdirSync(join(folder, '.strictstep'))).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  test('a signal leaves the old file and nothing else', () => {
    // The worst moments: all is written, and the old file has no second name yet; it has, and nothing is renamed.
    for (const [tool, left] of [
      ['ln', []],
      ['mv', ['plain.xml.bak']],
    ] as const) {
      const bin = join(folder, 'bin');
      mkdirSync(bin);
      writeFileSync(join(bin, tool), '#!/bin/sh\nkill -TERM $PPID\n', { mode: 0o755 });
      const result = replace(sha256Hex('new'), { shell, input: 'new', path: `${bin}:${process.env['PATH']}` });
      expect(result.status).toBe(130);
      expect(readdirSync(folder).toSorted()).toEqual(['bin', 'plain.xml', ...left]);
      for (const name of ['plain.xml', ...left]) expect(readFileSync(join(folder, name), 'utf8')).toBe('old');
      rmSync(bin, { recursive: true });
    }
  });

  test('where a file cannot have two names its backup is a copy, which a signal leaves out', () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'ln'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const among = `${bin}:${process.env['PATH']}`;
    writeFileSync(join(bin, 'mv'), '#!/bin/sh\nkill -TERM $PPID\n', { mode: 0o755 });
    expect(replace(sha256Hex('new'), { shell, input: 'new', path: among }).status).toBe(130);
    expect(readdirSync(folder).toSorted()).toEqual(['bin', 'plain.xml']);
    rmSync(join(bin, 'mv'));
    expect(replace(sha256Hex('new'), { shell, input: 'new', path: among })).toMatchObject({ status: 0, stderr: '' });
    expect([readFileSync(path, 'utf8'), readFileSync(`${path}.bak`, 'utf8')]).toEqual(['new', 'old']);
    expect(readdirSync(folder).toSorted()).toEqual(['bin', 'plain.xml', 'plain.xml.bak']);
  });

  test('a file that has changed since it was read is left as it is', () => {
    const args = (was: string) => [path, `${path}.bak`, `${path}.temp`, sha256Hex('new'), folder, was];
    const stale = run(REPLACE_FILE, args(sha256Hex('older')), { shell, input: 'new' });
    expect(stale.status).toBe(FILE_EXIT.changedMeanwhile);
    const cut = run(REPLACE_FILE, args(sha256Hex('old')), { shell, input: 'ne' });
    expect(cut.status).toBe(FILE_EXIT.digestDiffers);
    expect(readdirSync(folder)).toEqual(['plain.xml']);
    const ours = run(REPLACE_FILE, args(sha256Hex('old')), { shell, input: 'new' });
    expect(ours).toMatchObject({ status: 0, stderr: '' });
    expect([readFileSync(path, 'utf8'), readFileSync(`${path}.bak`, 'utf8')]).toEqual(['new', 'old']);
  });

  test('what may not be searched is unreadable, never absent', () => {
    const secret = join(folder, 'secret');
    mkdirSync(secret);
    chmodSync(folder, 0o755);
    // Root may search everything: it becomes somebody else for this.
    const other = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    chmodSync(secret, process.getuid?.() === 0 ? 0o700 : 0o000);
    const read = (file: string) => run(READ_FILE, [file], { shell, ...other }).status;
    expect([read(join(secret, 'a')), read(join(secret, 'a', 'b'))]).toEqual([
      FILE_EXIT.unreadable,
      FILE_EXIT.unreadable,
    ]);
    expect(read(join(folder, 'none', 'a'))).toBe(FILE_EXIT.absent);
    chmodSync(secret, 0o700);
  });
});

describe('the digest', () => {
  const hex = sha256Hex('old');
  test.each([
    ['shasum', undefined],
    ['openssl', undefined],
    ['digest', `#!/bin/sh\n[ "$1 $2" = "-a sha256" ] && echo ${hex}\n`],
    ['csum', `#!/bin/sh\n[ "$1 $2" = "-h SHA256" ] && echo "${hex}  $3"\n`],
    ['sha256sum', `#!/bin/sh\necho '${hex.toUpperCase()}  -'\n`],
  ])('can come from %s alone', (tool, text) => {
    const result = run(FILE_FACTS, [path], { path: pathWith(tool, text) });
    expect(result.stdout.split('\n')[0]).toBe(hex);
  });

  test('is not made up when no tool gives it', () => {
    const bin = pathWith('sha256sum', '#!/bin/sh\necho broken\nexit 1\n');
    expect(run(FILE_FACTS, [path], { path: bin }).status).toBe(FILE_EXIT.noDigestTool);
    expect(replace(hex, { path: bin, input: 'old' }).status).toBe(FILE_EXIT.noDigestTool);
    expect(readdirSync(folder).toSorted()).toEqual(['bin', 'plain.xml']);
  });
});

test('a file whose owner or mode cannot be kept is not replaced', () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  // A `cp` that ignores -p, as for a file of another owner.
  writeFileSync(join(bin, 'cp'), '#!/bin/sh\n/bin/cat "$2" > "$3"; chmod 600 "$3"\n', { mode: 0o755 });
  chmodSync(path, 0o640);
  const result = replace(sha256Hex('new'), { input: 'new', path: `${bin}:${process.env['PATH']}` });
  expect(result.status).toBe(FILE_EXIT.notKept);
  expect(readdirSync(folder).toSorted()).toEqual(['bin', 'plain.xml']);
});
