import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/core/json.ts';
import { loadText } from '../../../src/core/yaml/load-text.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strictstep-load-text-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const written = async (name: string, bytes: Uint8Array | string): Promise<string> => {
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
};

test('text comes with the digest of the bytes of the file, and without a byte order mark', async () => {
  const bytes = '\ufeffa: é\n';
  expect(await loadText(await written('a.yaml', bytes))).toEqual({ text: 'a: é\n', sha256: sha256Hex(bytes) });
});

test('a file that is not there is named with the reason', async () => {
  const file = join(folder, 'none.yaml');
  const message = `${file} cannot be read (ENOENT)`;
  await expect(loadText(file)).rejects.toMatchObject({ code: 'INPUT_UNREADABLE', message });
});

test('a folder is not a file', async () => {
  await expect(loadText(folder)).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
});

test('a file that is not UTF-8 is refused at its beginning', async () => {
  const file = await written('latin1.yaml', Buffer.from('a: \u00e9', 'latin1'));
  await expect(loadText(file)).rejects.toMatchObject({ code: 'INPUT_SYNTAX', place: { file, line: 1, column: 1 } });
});

test('a file of more than one MiB is refused unread', async () => {
  const file = await written('big.yaml', '#'.repeat(1024 * 1024 + 1));
  await expect(loadText(file)).rejects.toMatchObject({
    code: 'INPUT_UNREADABLE',
    message: `${file} is larger than 1 MiB`,
  });
});
