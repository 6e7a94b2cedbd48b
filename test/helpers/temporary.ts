// One temporary folder for all that the tests of one run lay down, gone at its end. STRICTSTEP_KEEP=1 keeps it. And one, which
// stays, for the compiled form of what they start: a thousand processes strip and compile the same files.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const COMPILED = path.join(import.meta.dirname, '../../node_modules/.cache/strictstep-tests');
const IN_MEMORY = '/dev/shm';
/** several times what the tests lay down at most */
const ENOUGH_BYTES = 8 * 2 ** 30;

export function setup(): () => void {
  const folder = makeFolder();
  process.env['TMPDIR'] = folder;
  process.env['NODE_COMPILE_CACHE'] ??= COMPILED;
  return () => {
    if (process.env['STRICTSTEP_KEEP'] === '1') process.stdout.write(`kept: ${folder}\n`);
    else rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
}

/** In memory where there is plenty of it: labs are thousands of small files, written with fsync and removed again. */
function makeFolder(): string {
  const isWished = process.env['TMPDIR'] !== undefined || process.env['STRICTSTEP_KEEP'] === '1';
  if (isWished || freeBytes(IN_MEMORY) < ENOUGH_BYTES) return openFolder(tmpdir());
  const folder = openFolder(IN_MEMORY);
  if (canExecute(folder)) return folder;
  rmSync(folder, { recursive: true });
  return openFolder(tmpdir());
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

function openFolder(parent: string): string {
  const folder = mkdtempSync(path.join(parent, 'strictstep-tests-'));
  // Tests that become another user have to get through it.
  chmodSync(folder, 0o711);
  return folder;
}

/** The tools of a lab are scripts in it; containers like to forbid that there. */
function canExecute(folder: string): boolean {
  const script = path.join(folder, 'script');
  writeFileSync(script, '#!/bin/sh\n', { mode: 0o755 });
  try {
    execFileSync(script);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(script);
  }
}
