// What rehearse refuses before it contacts anybody. What it does on hosts is in test/e2e/community-revert.long.ts.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { strictstep } from '../helpers/cli.ts';
import { communityText } from '../helpers/community.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strictstep-rehearse-'));
  await writeFile(join(folder, 'inventory.yaml'), communityText());
  for (const name of ['id', 'kh']) await writeFile(join(folder, name), '', { mode: 0o600 });
});
afterAll(() => rm(folder, { recursive: true }));

const rehearse = (...words: readonly string[]) =>
  strictstep('rehearse', '--inventory', join(folder, 'inventory.yaml'), '--state', join(folder, 'runs'), ...words);

test.each([
  [['--server', 'stCommunity/st9'], 65, 'stCommunity/st1, stCommunity/st2'],
  [['--server', 'stCommunity/mux1', '--port', 'server'], 64, 'stCommunity/mux1 has no server port'],
  [['--server', 'stCommunity/st1', '--for', 'soon'], 64, '--for soon is no time'],
  [['--for', '15m'], 64, '--server'],
] as const)('%j is refused with %i', async (words, exitCode, text) => {
  const refused = await rehearse(...words);
  expect(refused).toMatchObject({ exitCode });
  expect(refused.stderr).toContain(text);
  expect(await readdir(folder)).not.toContain('runs');
});
