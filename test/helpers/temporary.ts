// One temporary folder for all that the tests of one run lay down, gone at its end. STRICTSTEP_KEEP=1 keeps it.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export function setup(): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), 'strictstep-tests-'));
  // Tests that become another user have to get through it.
  chmodSync(folder, 0o711);
  process.env['TMPDIR'] = folder;
  return () => {
    if (process.env['STRICTSTEP_KEEP'] === '1') process.stdout.write(`kept: ${folder}\n`);
    else rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
}
