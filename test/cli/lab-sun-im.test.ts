// The scenario sun-im by the command line: a lab as a process, its hands and faults, and that a folder goes on as what it is.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { labControl } from '../../src/lab/lab-control.ts';
import { strictstep } from '../helpers/cli.ts';

test('lab up, hand, fault and down work on the scenario sun-im, and another scenario is refused on its folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'strictstep-lab-sun-im-'));
  const dir = join(folder, 'lab');
  try {
    const up = await strictstep('lab', 'up', '--scenario', 'sun-im', '--dir', dir, '--detach', '--json');
    expect(up, up.stderr).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`${dir}/inventory.yaml`) });
    const hand = await strictstep('lab', 'hand', '--dir', dir, 'partner', 'plain');
    expect(hand, hand.stderr).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('the partner has no TLS') });
    await expect(labControl(dir).hand(['proxy', 'tls'])).rejects.toThrow('hands know: partner tls|plain');
    await labControl(dir).fault({ kind: 'kill', process: 'im2/server' });
    await expect
      .poll(async () => (await labControl(dir).processes()).find(({ process }) => process === 'im2/server')?.pid)
      .toBeNull();
    expect((await strictstep('lab', 'down', '--dir', dir)).exitCode).toBe(0);
    const other = await strictstep('lab', 'up', '--scenario', 'community', '--dir', dir);
    expect(other).toMatchObject({ stderr: expect.stringContaining('holds the scenario sun-im, not community') });
  } finally {
    await labControl(dir)
      .stop()
      .catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
