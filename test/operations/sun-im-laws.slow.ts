// The operations on a Sun Instant Messaging server over the lab's hosts: the same tools, files and processes as in a run, each
// operation in the starting points that matter.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { openSunImLab } from '../../src/lab/sun-im/index.ts';
import { operationNamed } from '../../src/operations/index.ts';
import { makeGatewayWorld, makeSunImWorld, type SunImWorld } from '../helpers/sun-im-world.ts';
import { describeLaws, type LawWorld } from './laws.ts';

const folder = await mkdtemp(join(tmpdir(), 'strictstep-laws-'));
const lab = await openSunImLab({ dir: folder, delays: { startMs: 5, retryMs: 50 } });
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});

const certificate = 'messaging';
const withStores = (world: SunImWorld): Promise<void> => world.apply('sun-im-stores', { certificate });
const dynamic = async (world: SunImWorld): Promise<void> => {
  await withStores(world);
  await world.apply('sun-im-settings', { mode: 'dynamic', certificate });
};
const withDatabase = (world: SunImWorld): Promise<void> =>
  world.apply('sun-im-stores', { certificate, for: ['multiplexor'] });

type Case = readonly [string, string, Json, ((world: SunImWorld) => Promise<void>)?];
const CASES: readonly Case[] = [
  ['a key store that is new', 'sun-im-stores', { certificate }],
  ['databases beside a key store', 'sun-im-stores', { certificate, for: ['multiplexor'] }, withStores],
  ['dynamic for the first time', 'sun-im-settings', { mode: 'dynamic', certificate }, withStores],
  ['links that need TLS', 'sun-im-settings', { peers: 'strict' }, dynamic],
  ['one link that needs TLS', 'sun-im-settings', { peers: 'strict', coservers: ['coserver1'] }, dynamic],
  ['strict', 'sun-im-settings', { mode: 'strict' }, dynamic],
  ['legacy SSL', 'sun-im-settings', { legacySsl: 'on', certificate }, withDatabase],
];

const world = await makeSunImWorld(lab, 'im3');
const laid = world.keep();

/** What the preparation leaves is where each law begins. */
async function inWorld(
  kind: string,
  wish: Json,
  prepare: (world: SunImWorld) => Promise<void> = async () => undefined,
): Promise<{ readonly params: Json; readonly world: () => Promise<LawWorld> }> {
  world.restore(laid);
  await prepare(world);
  const start = world.keep();
  return {
    params: world.params(kind, wish),
    world: async () => {
      world.restore(start);
      return world;
    },
  };
}

for (const [name, kind, wish, prepare] of CASES) {
  const found = await inWorld(kind, wish, prepare);
  describe(`operation ${kind}`, () => {
    describeLaws({ name, operation: operationNamed(kind), ...found });
  });
}

describe('operation sun-im-restart', async () => {
  const found = await inWorld('sun-im-restart', {}, dynamic);
  const operation = operationNamed('sun-im-restart');
  describeLaws({ name: 'a server that is older than its file', operation, ...found, isUndoable: false });
});

describe('operation sun-im-gateway', async () => {
  const gateway = await makeGatewayWorld(lab);
  const operation = operationNamed('sun-im-gateway');
  describeLaws({ name: 'a gateway behind a multiplexor', operation, ...gateway });
});
