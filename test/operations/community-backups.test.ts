// Backups of sametime.ini and passwords: what stays on the host, and when it goes. A real file, a real shell.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { operationNamed } from '../../src/operations/index.ts';
import {
  DYNAMIC_MUX,
  LEGACY_INI,
  makeCommunityWorld,
  PASSWORD,
  type CommunityWorld,
} from '../helpers/community-world.ts';

const OPEN = 'the old password';
const OPEN_INI = `${LEGACY_INI}ST_TLS_KEY_STORE_FILE=old.p12\r\nST_TLS_KEY_STORE_PASSWORD=${OPEN}\r\n${DYNAMIC_MUX}`;

const settings = operationNamed('community-settings');
const parse = (world: CommunityWorld, wish: Json): Json => settings.parse({ target: world.target, with: wish });
const STORES = { serverMode: 'dynamic', stores: { certificate: 'messaging' } };

/** The stores are there, and the password in the file is one of before. */
async function openWorld(): Promise<CommunityWorld> {
  const world = makeCommunityWorld(OPEN_INI);
  const stores = operationNamed('community-stores');
  await stores.apply(world.context(), stores.parse({ target: world.target, with: { certificate: 'messaging' } }));
  return world;
}
const backups = ({ data }: CommunityWorld): readonly string[] =>
  readdirSync(data).filter((name) => name.startsWith('sametime.ini.') && name.endsWith('.bak'));
const holding = (world: CommunityWorld, secret: string): readonly string[] =>
  backups(world).filter((name) => readFileSync(join(world.data, name), 'latin1').includes(secret));

test('the password of before stays in the backup as long as the run may need it, and not longer', async () => {
  await using world = await openWorld();
  const params = parse(world, STORES);
  const before = await settings.read(world.context(), params);
  await settings.apply(world.context(), params);
  expect(holding(world, OPEN)).toHaveLength(1);
  await settings.undo(world.context(), params, before);
  expect(world.text('sametime.ini')).toContain(`ST_TLS_KEY_STORE_PASSWORD=${OPEN}`);
  // What the way back has found held the new one, and nobody needs that.
  expect(holding(world, PASSWORD)).toEqual([]);
  await settings.tidy?.(world.context(), params);
  expect(holding(world, OPEN)).toEqual([]);
});

test('after a run that ended well a person has to write it, and nothing is half taken back', async () => {
  await using world = await openWorld();
  const params = parse(world, STORES);
  const before = await settings.read(world.context(), params);
  await settings.apply(world.context(), params);
  const restart = operationNamed('community-restart');
  await restart.apply(world.context(), restart.parse({ target: world.target, with: { replaces: null } }));
  await settings.tidy?.(world.context(), params);
  expect(holding(world, OPEN)).toEqual([]);
  const then = world.text('sametime.ini');
  await expect(settings.undo(world.context(), params, before)).rejects.toMatchObject({ code: 'STEP_FAILED' });
  expect(world.text('sametime.ini')).toBe(then);
});

test('a backup that no undo needs is not kept with a password in it', async () => {
  await using world = await openWorld();
  await settings.apply(world.context(), parse(world, STORES));
  expect(world.text('sametime.ini')).toContain(PASSWORD);
  await settings.apply(world.context(), parse(world, { minimumProtocol: 'TLSv1.2', maximumProtocol: 'TLSv1.2' }));
  expect(holding(world, PASSWORD)).toEqual([]);
});

test('a backup without a password stays', async () => {
  await using world = makeCommunityWorld(`${LEGACY_INI}${DYNAMIC_MUX}`);
  const stores = operationNamed('community-stores');
  await stores.apply(world.context(), stores.parse({ target: world.target, with: { certificate: 'messaging' } }));
  const params = parse(world, STORES);
  await settings.apply(world.context(), params);
  await settings.tidy?.(world.context(), params);
  expect(backups(world)).toHaveLength(1);
});
