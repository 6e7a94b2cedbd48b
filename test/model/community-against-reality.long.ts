// The model of communities against the lab's: random modes, stores and limits in every server's own files, programs with and
// without TLS; the lab's servers read their files themselves, in a way that does not share a line with ours. Each link that
// the model judges is compared with the session that the caller really has, or does not have.
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { gatherFacts } from '../../src/facts/gather.ts';
import { loadInventory } from '../../src/inventory/index.ts';
import type { Inventory } from '../../src/inventory/types.ts';
import type { CommunityLab } from '../../src/lab/community/index.ts';
import { logFile, programFolder } from '../../src/lab/community/site.ts';
import { openWorld } from '../../src/run/context.ts';
import { applyChange } from '../../src/topology/apply-change.ts';
import { evaluateLinks } from '../../src/topology/evaluate.ts';
import { isComponentLink } from '../../src/topology/link.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import type { LinkOutcome } from '../../src/topology/types.ts';
import {
  giveForeignStores,
  giveStores,
  openTestCommunity,
  setIni,
  setMode,
  start,
  stop,
} from '../helpers/community-lab.ts';

const CASES = Number(process.env['COMMUNITY_CASES'] ?? 30);
const SEED = Number(process.env['COMMUNITY_SEED'] ?? 4);
const SERVERS = ['st1', 'st2', 'st3', 'st4'] as const;
const MEMBERS = [...SERVERS, 'mux1', 'mux2'] as const;
const PROGRAMS = { stproxy: 'proxy', 'media-manager': 'media-manager', 'nightly-bot': 'bot' } as const;
const SETTLE_MS = 6000;

type Random = { pick<Item>(items: readonly Item[]): Item };

/** mulberry32: the same cases for the same seed */
function makeRandom(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    pick(items) {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}

/** Random settings in the files of stopped members, and how the programs are to call them. */
function shuffle(lab: CommunityLab, random: Random): readonly string[] {
  const told: string[] = [];
  for (const name of MEMBERS) {
    const stores = random.pick(['own', 'own', 'own', 'none', 'foreign'] as const);
    const wish = {
      server: random.pick(['legacy', 'dynamic', 'dynamic', 'strict'] as const),
      client: random.pick(['legacy', 'dynamic', 'strict'] as const),
      authentication: random.pick(['0', '0', '2'] as const),
      versions: random.pick([
        ['0x303', '0x303'],
        ['0x301', '0x303'],
        ['0x301', '0x302'],
      ] as const),
      level: random.pick(['0', '0', '2'] as const),
    };
    for (const store of ['KEY', 'TRUST'])
      for (const key of ['FILE', 'TYPE', 'PASSWORD'])
        setIni(lab, name, 'Config', `ST_TLS_${store}_STORE_${key}`, undefined);
    if (stores === 'own') giveStores(lab, name);
    if (stores === 'foreign') giveForeignStores(lab, name);
    if ((SERVERS as readonly string[]).includes(name)) setMode(lab, name, 'server', wish.server);
    setMode(lab, name, 'client', wish.client);
    setIni(lab, name, 'Config', 'STSRV_TLS_CLIENT_AUTH', wish.authentication);
    setIni(lab, name, 'Config', 'ST_TLS_MIN_PROTOCOL_VERSION', wish.versions[0]);
    setIni(lab, name, 'Config', 'ST_TLS_MAX_PROTOCOL_VERSION', wish.versions[1]);
    setIni(lab, name, 'Config', 'ST_TLS_SECURITY_LEVEL', wish.level);
    told.push(`${name}: ${stores} ${JSON.stringify(wish)}`);
  }
  for (const name of Object.keys(PROGRAMS)) told.push(`${name}: ${random.pick(['legacy', 'tls'] as const)}`);
  return told;
}

/** What the owners of the programs would have written into the inventory. */
function declared(inventory: Inventory, lab: CommunityLab, told: readonly string[]): Inventory {
  const ofProgram = (name: string): string | undefined =>
    told.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  return {
    ...inventory,
    communities: inventory.communities.map((community) => ({
      ...community,
      neighbours: community.neighbours.map((neighbour) => {
        const application = lab.site.scenario.applications.find(({ name }) => name === neighbour.name);
        const connection = ofProgram(neighbour.name);
        if (application === undefined || connection === undefined || connection === 'legacy') return neighbour;
        const folder = programFolder(lab.site, application);
        return {
          ...neighbour,
          offers: ['TLSv1.2'],
          trustFile: path.join(folder, 'roots.pem'),
          certificateFile: path.join(folder, 'own.pem'),
        };
      }),
    })),
  };
}

type Seen = Pick<LinkOutcome, 'outcome' | 'protocol'> & { readonly line: string };

/** The last thing that a caller's own log says of a server, after the mark. */
function seenBy(lab: CommunityLab, caller: string, server: string, mark: string): Seen | undefined {
  const { members, applications } = lab.site.scenario;
  const member = members.find(({ name }) => name === caller);
  const application = applications.find(({ name }) => name === caller);
  const target = members.find(({ name }) => name === server);
  const file =
    member !== undefined
      ? logFile(lab.site, member)
      : application === undefined
        ? undefined
        : path.join(programFolder(lab.site, application), 'logs/trace.log');
  if (file === undefined || target === undefined) return undefined;
  const lines = (readFileSync(file, 'utf8').split(`# ${mark}\n`)[1] ?? '').split(/\r?\n/);
  const line = lines.findLast(
    (one) => one.includes(`server ${server} at ${target.address} called`) || one.includes(`server ${target.address}`),
  );
  if (line?.includes('Failed to connect') === true) return { outcome: 'broken', protocol: null, line };
  if (line === undefined || line.includes('Connection to server') || line.includes('Logged in to server'))
    return undefined;
  const secure = line.slice(line.lastIndexOf(', ') + 2).trim();
  const isLegacy = secure === 'legacy';
  return {
    outcome: isLegacy ? 'legacy' : 'tls',
    protocol: isLegacy ? null : (secure as NonNullable<LinkOutcome['protocol']>),
    line,
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const nameOf = (component: string): string => component.slice(component.indexOf('/') + 1);

test(`${CASES} random communities: every link as the model says`, { timeout: 900_000 }, async () => {
  const random = makeRandom(SEED);
  await using lab = await openTestCommunity();
  const loaded = await loadInventory(lab.inventoryFile);
  const figures = { legacy: 0, tls: 0, broken: 0 };
  for (let at = 0; at < CASES; at += 1) {
    const mark = `case ${at}`;
    for (const name of MEMBERS) await stop(lab, name);
    const told = shuffle(lab, random);
    for (const member of lab.site.scenario.members) appendFileSync(logFile(lab.site, member), `# ${mark}\n`);
    for (const application of lab.site.scenario.applications)
      appendFileSync(path.join(programFolder(lab.site, application), 'logs/trace.log'), `# ${mark}\n`);
    const inventory = declared(loaded, lab, told);
    await using world = openWorld({
      inventory,
      certificates: new Map(),
      logins: new Map(),
      signal: new AbortController().signal,
    });
    const stopped = await gatherFacts(inventory, world.reader, []);
    const start0 = makeTopology(inventory, stopped);
    const predicted = MEMBERS.map((name) => `stCommunity/${name}`).reduce(
      (state, component) => applyChange(state, { kind: 'component-started', component }),
      start0,
    );
    for (const name of MEMBERS) await start(lab, name);
    // A log tells a reason once: the programs begin anew when all servers are there.
    for (const [name, hand] of Object.entries(PROGRAMS))
      await lab.hand(hand, told.includes(`${name}: tls`) ? 'tls' : 'legacy');
    const running = makeTopology(inventory, await gatherFacts(inventory, world.reader, []));
    for (const [layer, state] of [
      ['files', predicted],
      ['ports', running],
    ] as const) {
      const expected = evaluateLinks(state).filter((_, position) => {
        const link = state.links[position];
        return link !== undefined && isComponentLink(link) && link.listener.port === 'server';
      });
      const differing = () =>
        expected.flatMap((link) => {
          const [from, to] = [nameOf(link.from), nameOf(link.to).replace(/ server$/, '')];
          const seen = seenBy(lab, from, to, mark);
          const isSame = seen?.outcome === link.outcome && seen.protocol === link.protocol;
          return isSame
            ? []
            : [
                `${link.id}: model ${link.outcome} ${link.protocol ?? ''} (${link.reason}); lab ${seen?.line ?? 'nothing'}`,
              ];
        });
      for (const end = Date.now() + SETTLE_MS; Date.now() < end && differing().length > 0;) await sleep(50);
      expect(differing(), `${mark}, seed ${SEED}, from ${layer}:\n${told.join('\n')}`).toEqual([]);
      for (const { outcome } of expected) if (outcome !== 'down') figures[outcome] += 1;
    }
  }
  expect(Math.min(...Object.values(figures)), JSON.stringify(figures)).toBeGreaterThan(0);
  process.stdout.write(`${CASES} communities, links compared: ${JSON.stringify(figures)}\n`);
});
