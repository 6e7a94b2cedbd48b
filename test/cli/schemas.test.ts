// JSON Schemas for editors: the files are those that the program makes, and what is shipped keeps them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { renderEditorSchema } from '../../src/cli/editor-schemas.ts';
import { SCHEMA_NAMES, type SchemaName } from '../../src/cli/schema-names.ts';
import { communityText } from '../helpers/community.ts';
import { openTestLab } from '../helpers/lab.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const yamlIn = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => join(folder, file));

/** zod reads the JSON Schema back: another reader than the one that made it. */
const validatorOf = (name: SchemaName): z.ZodType => z.fromJSONSchema(JSON.parse(renderEditorSchema(name)));
const objectionsTo = (name: SchemaName, text: string): readonly string[] =>
  validatorOf(name)
    .safeParse(parse(text))
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

test.each(SCHEMA_NAMES)('schemas/%s.schema.json is what the program makes', (name) => {
  const file = join(ROOT, `schemas/${name}.schema.json`);
  expect(readFileSync(file, 'utf8'), `npx strictstep schema ${name} > schemas/${name}.schema.json`).toBe(
    renderEditorSchema(name),
  );
});

describe.each([
  ...yamlIn('playbooks').map((file) => ['playbook', file] as const),
  ...yamlIn('templates/policies').map((file) => ['policy', file] as const),
])('%s %s', (name, file) => {
  const text = readFileSync(join(ROOT, file), 'utf8');
  test('keeps its schema', () => {
    expect(objectionsTo(name, text)).toEqual([]);
  });
  test('tells editors where the schema is', () => {
    const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text) ?? [];
    expect(path).not.toBe('');
    expect(resolve(ROOT, dirname(file), path)).toBe(join(ROOT, `schemas/${name}.schema.json`));
    expect(existsSync(join(ROOT, dirname(file), path))).toBe(true);
  });
});

test('inventories keep their schema: the one of a lab and one of a community', async () => {
  await using lab = await openTestLab();
  const text = readFileSync(lab.inventoryFile, 'utf8');
  expect(objectionsTo('inventory', text)).toEqual([]);
  expect(text).toContain(`$schema=${join(ROOT, 'schemas/inventory.schema.json')}\n`);
  expect(objectionsTo('inventory', communityText())).toEqual([]);
});

test.each([
  ['inventory', communityText().replace('data: /local', 'daten: /local'), 'servers'],
  ['inventory', communityText().replace('offers: [TLSv1.2], connects', 'offers: [TLSv1.4], connects'), 'offers'],
  [
    'inventory',
    communityText().replace('{ address: 192.0.2.11 }', '{ address: 192.0.2.11, port: 0 }'),
    'hosts.st1.port',
  ],
  ['playbook', 'apiVersion: strictstep/v1\nplaybook: x\ntitle: X\nphases: []\n', 'phases'],
  ['waivers', 'waivers: [{ peer: bot }]\n', 'waivers.0'],
  ['answers', 'apiVersion: strictstep/v1\nanswers: { gaol: audit }\n', 'answers'],
] as const)('an editor objects to a wrong %s (%#)', (name, text, where) => {
  expect(objectionsTo(name, text).join('\n')).toContain(where);
});
