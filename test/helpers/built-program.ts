// The program as it is published, built once for all tests of a run: less than half of the processor time of a start from src/, and
// what users have. Lies in the temporary folder, see temporary.ts, which has to come first.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from '../../build/build.ts';
import { MAIN_VARIABLE } from './program.ts';

const ROOT = path.join(import.meta.dirname, '../..');

export async function setup(): Promise<void> {
  const { files } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { readonly files: string[] };
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'strictstep-program-')), 'strictstep');
  mkdirSync(folder);
  copyFileSync(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
  for (const name of files.filter((one) => one !== 'dist')) symlinkSync(path.join(ROOT, name), path.join(folder, name));
  await build(path.join(folder, 'dist'));
  process.env[MAIN_VARIABLE] = path.join(folder, 'dist/cli/main.cjs');
}
