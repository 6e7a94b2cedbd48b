import { expect, test } from 'vitest';
import { openTestCommunity } from '../helpers/community-lab.ts';
import { strictstep } from '../helpers/cli.ts';

test('lab hand plays a person, lab fault breaks something, and nonsense of both is refused', async () => {
  await using lab = await openTestCommunity();
  const moved = await strictstep('lab', 'hand', 'bot', 'tls', '--dir', lab.dir, '--json');
  expect(moved).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('"done":"nightly-bot restarted, connection tls"'),
  });
  const killed = await strictstep('lab', 'fault', '{"kind":"kill","process":"st2"}', '--dir', lab.dir);
  expect(killed.exitCode, killed.stderr).toBe(0);
  await expect
    .poll(() => lab.processes().find(({ process }) => process === 'st2')?.state, { timeout: 5000 })
    .toBe('stopped');
  const dance = await strictstep('lab', 'hand', 'dance', '--dir', lab.dir);
  expect(dance).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('hands know: proxy|media-manager|bot') });
  expect(await strictstep('lab', 'fault', 'nonsense', '--dir', lab.dir)).toMatchObject({ exitCode: 65 });
});
