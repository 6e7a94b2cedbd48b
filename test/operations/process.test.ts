// The script that tells a process's state, in a real shell with a real process: this one.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROCESS_SCRIPT } from '../../src/operations/process.ts';

const write = (path: string | undefined, text: string, seconds: number): void => {
  writeFileSync(path ?? '', text);
  utimesSync(path ?? '', seconds, seconds);
};

test('the process script prints a living process id, and whether a file is younger than its pid file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'strictstep-'));
  try {
    const [pidFile, older, younger, missing] = ['a pid', 'older', 'younger', 'missing'].map((name) =>
      join(folder, name),
    );
    const run = (...files: readonly (string | undefined)[]): string =>
      execFileSync('sh', ['-c', PROCESS_SCRIPT, 'sh', pidFile ?? '', ...files.map((file) => file ?? '')], {
        encoding: 'utf8',
      });
    expect(run(older)).toBe('');
    write(older, 'x', 1000);
    write(pidFile, `${process.pid}\n`, 2000);
    write(younger, 'x', 3000);
    expect(run(older, missing)).toBe(`${process.pid}\n`);
    expect(run(older, younger)).toBe(`${process.pid}\nolder\n`);
    write(older, 'x', 2000);
    expect(run(older)).toBe(`${process.pid}\nolder\n`);
    write(pidFile, '2147483646\n', 2000);
    expect(run(older)).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
