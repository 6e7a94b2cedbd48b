// The operations on community servers in folders of this machine, each in the starting points that matter.
import { afterAll, describe } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { operationNamed } from '../../src/operations/index.ts';
import {
  DYNAMIC_MUX,
  foreignTrust,
  LEGACY_INI,
  makeCommunityWorld,
  messaging,
  type CommunityWorld,
} from '../helpers/community-world.ts';
import { describeLaws, type LawWorld } from './laws.ts';

const worlds: CommunityWorld[] = [];
afterAll(async () => {
  for (const world of worlds) await world[Symbol.asyncDispose]();
});

/** Params hold paths of a world, so all cases of one kind live in one folder that each law lays anew. */
async function inWorld(
  kind: string,
  wish: Json,
  ini: string,
  prepare: (world: CommunityWorld) => Promise<void> = async () => undefined,
): Promise<{ readonly params: Json; readonly world: () => Promise<LawWorld> }> {
  const operation = operationNamed(kind);
  const world = makeCommunityWorld(ini);
  worlds.push(world);
  await prepare(world);
  const shell = await world.context().shell('st1');
  const saved = `${world.data}.saved`;
  await shell.change({ argv: ['cp', '-a', world.data, saved], timeoutMs: 5000 });
  worlds.push({
    ...world,
    [Symbol.asyncDispose]: async () => void (await shell.change({ argv: ['rm', '-r', saved], timeoutMs: 5000 })),
  });
  return {
    params: operation.parse({ target: world.target, with: wish }),
    world: async () => {
      const script = 'rm -rf "$1" && cp -a "$2" "$1"';
      await shell.change({ argv: ['sh', '-c', script, 'sh', world.data, saved], timeoutMs: 5000 });
      return world;
    },
  };
}

const apply = async (world: CommunityWorld, kind: string, wish: Json): Promise<void> => {
  const operation = operationNamed(kind);
  await operation.apply(world.context(), operation.parse({ target: world.target, with: wish }));
};
const certificate = 'messaging';
const withStores = (world: CommunityWorld): Promise<void> => apply(world, 'community-stores', { certificate });
const withSettings = async (world: CommunityWorld): Promise<void> => {
  await withStores(world);
  await apply(world, 'community-settings', { serverMode: 'dynamic', stores: { certificate, stash: 'no' } });
};
const INI = `${LEGACY_INI}${DYNAMIC_MUX}`;

type Case = readonly [string, string, Json, string, ((world: CommunityWorld) => Promise<void>)?];
const CASES: readonly Case[] = [
  ['stores that are new', 'community-stores', { certificate }, LEGACY_INI],
  [
    'a trust store that holds something already',
    'community-stores',
    { certificate },
    LEGACY_INI,
    async (world) => world.write('trust.p12', foreignTrust()),
  ],
  [
    'a key store that others can read',
    'community-stores',
    { certificate },
    LEGACY_INI,
    async (world) => world.write('key.p12', messaging.bytes),
  ],
  [
    'dynamic with passwords',
    'community-settings',
    { serverMode: 'dynamic', stores: { certificate, stash: 'no' } },
    INI,
    withStores,
  ],
  ['dynamic with stashes', 'community-settings', { serverMode: 'dynamic', stores: { certificate } }, INI, withStores],
  ['client port dynamic', 'community-settings', { clientMode: 'dynamic' }, INI, withSettings],
  ['from a password to a stash', 'community-settings', { stores: { certificate } }, INI, withSettings],
  ['strict', 'community-settings', { serverMode: 'strict', clientMode: 'strict' }, INI, withSettings],
  [
    'hardening',
    'community-settings',
    {
      clientAuthentication: { server: 'need', client: 'none' },
      mirrorTrustedHosts: true,
      securityLevel: 2,
      fips: true,
      sessionAge: 86_400,
      minimumProtocol: 'TLSv1.2',
      maximumProtocol: 'TLSv1.2',
      cipherSuites: ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
    },
    INI,
    withSettings,
  ],
];

for (const [name, kind, wish, ini, prepare] of CASES) {
  const { params, world } = await inWorld(kind, wish, ini, prepare);
  describe(`operation ${kind}`, () => {
    describeLaws({ name, operation: operationNamed(kind), params, world });
  });
}

describe('operation client-push', async () => {
  const operation = operationNamed('client-push');
  const { world } = await inWorld('community-stores', { certificate }, LEGACY_INI, async (one) =>
    one.write('site/plugin_customization.ini', 'com.example/other=1'),
  );
  const { data } = worlds.at(-2) ?? { data: '' };
  const target = {
    kind: 'population',
    client: 'rich',
    owner: null,
    offers: ['TLSv1.2'],
    communities: [{ community: 'c', host: 'st.acme.example', port: 1533 }],
    members: [],
  };
  const params = operation.parse({ target, with: { host: 'web', path: `${data}/site` } });
  describeLaws({ name: 'an update site with other preferences', operation, params, world });
});

describe('operation community-restart', async () => {
  const restart = await inWorld('community-restart', {}, LEGACY_INI);
  describeLaws({
    name: 'a server that is down',
    operation: operationNamed('community-restart'),
    ...restart,
    isUndoable: false,
  });
});
