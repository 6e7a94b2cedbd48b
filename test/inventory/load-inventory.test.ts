import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256Hex } from '../../src/core/json.ts';
import { loadInventory } from '../../src/inventory/index.ts';
import { inventoryText } from './fixture.ts';

test('a loaded inventory knows its file, the digest of it and resolves paths beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'strictstep-inventory-'));
  const file = join(folder, 'inventory.yaml');
  await writeFile(file, inventoryText);
  const inventory = await loadInventory(file);
  expect(inventory).toMatchObject({ file, sha256: sha256Hex(inventoryText) });
  expect(inventory.certificates[0]?.file).toBe(join(folder, 'wild_acme_com.p12'));
  await rm(folder, { recursive: true });
});

test('an inventory that is not there is refused', async () => {
  await expect(loadInventory('/nonexistent/inventory.yaml')).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
});
