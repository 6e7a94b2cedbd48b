// docs/inventory.md is the contract for people: its example is read as it stands there.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { refusalOf } from '../core/yaml/refusal.ts';

const page = await readFile(new URL('../../docs/inventory.md', import.meta.url), 'utf8');
const example = /```yaml\n([^]*?)```/.exec(page)?.[1] ?? '';

test('the documented example is a good inventory with an entry of every kind', () => {
  const inventory = parseInventory(example, 'inventory.yaml', '');
  const { hosts, credentials, certificates, cells, databases, clients } = inventory;
  expect([hosts, credentials, certificates, cells, databases, clients].map(({ length }) => length)).toEqual([
    4, 2, 1, 1, 1, 1,
  ]);
});

test('the documented error is the one that a misspelt address gives', () => {
  const { code, message, hint, place } = refusalOf(() =>
    parseInventory(example.replace('address', 'adress'), 'inventory.yaml', ''),
  );
  const told = `error: ${code} ${place?.file}:${place?.line}:${place?.column}: ${message}`;
  expect(page).toContain(`    ${told}\n    hint: ${hint}\n`);
});

test('every key of the schema is described', async () => {
  const schema = await readFile(new URL('../../src/inventory/schema.ts', import.meta.url), 'utf8');
  const keys = [
    ...schema.matchAll(/\b(\w+): (?:oneLine|localPath|absolutePath|wordName|webSphereName|duration|address|alias)\b/g),
  ];
  expect(keys.length).toBeGreaterThan(15);
  for (const [, key] of keys) expect(page).toMatch(new RegExp(`\`(\\w+\\.)*${key}\``));
});
