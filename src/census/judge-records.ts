// From the lines of a census file and the inventory to what the verdict is made of.
import type { CommunityEntry, Inventory } from '../inventory/types.ts';
import type { CensusInput, CensusSensor, Waiver } from '../products/sametime/census.ts';
import type { ExpectedCaller, Sighting } from '../products/sametime/census-peers.ts';
import type { CensusRecord, Look } from './records.ts';

type Parts = {
  readonly inventory: Inventory;
  readonly community: CommunityEntry;
  readonly waivers: readonly Waiver[];
  readonly everyMs: number;
  readonly from: string;
  readonly to: string;
  readonly now: string;
};

/** Looks that failed one after another: one alone may be a host that was restarted. */
const FAILURES = 2;
const GAP_FACTOR = 3;
const SHORTEST_GAP_MS = 60_000;

export function inputFrom(records: readonly CensusRecord[], parts: Parts): CensusInput {
  const { community, inventory, waivers, from, to, now } = parts;
  const looks = records.filter((record) => record.type === 'look');
  const servers = community.servers.map(({ name }) => name);
  return {
    window: { from, to },
    servers,
    sensors: servers.flatMap((server) =>
      (['sockets', 'server-log'] as const).map((kind) =>
        sensorFrom(
          looks.filter((look) => look.server === server && look.kind === kind),
          looks.filter((look) => look.server === server && look.kind === 'sockets'),
          { ...parts, server, kind },
        ),
      ),
    ),
    controls: records
      .filter((record) => record.type === 'control')
      .map(({ server, address, opened, closed }) => ({ server, address, opened, closed })),
    expected: expectedIn(inventory, community),
    waivers,
    now,
  };
}

function sensorFrom(
  looks: readonly Look[],
  sockets: readonly Look[],
  { server, kind, from, to, everyMs }: Parts & Pick<CensusSensor, 'server' | 'kind'>,
): CensusSensor {
  const sightings = looks.flatMap((look) => look.sightings);
  const times = looks.filter(({ broken }) => broken === null).map(({ at }) => at);
  return {
    kind,
    server,
    broken: brokenIn(looks, Math.max(everyMs * GAP_FACTOR, SHORTEST_GAP_MS)),
    // Looks are taken at the begin and at the end; gaps between them are faults of their own.
    from,
    to: [to, times.at(-1) ?? to].toSorted()[0] ?? to,
    sightings: kind === 'server-log' ? [...sightings, ...stillConnected(sightings, sockets, from)] : sightings,
  };
}

/** Who logged in before the window and stays connected has no line of its own in it: the last line before counts. */
function stillConnected(logins: readonly Sighting[], sockets: readonly Look[], from: string): readonly Sighting[] {
  return sockets.flatMap(({ at, sightings }) =>
    sightings.flatMap(({ address }): readonly Sighting[] => {
      const last = logins.findLast((login) => login.address === address && login.at <= at);
      return last === undefined || last.at >= from ? [] : [{ ...last, at }];
    }),
  );
}

function brokenIn(looks: readonly Look[], longestGapMs: number): string | null {
  if (looks.length === 0) return 'it was never asked';
  for (const [index, { broken, at }] of looks.entries()) {
    const next = looks[index + 1];
    const isLast = next === undefined;
    if (broken !== null && (isLast || next.broken !== null || looks.length < FAILURES)) return `${broken} (${at})`;
    if (next !== undefined && Date.parse(next.at) - Date.parse(at) > longestGapMs)
      return `nobody looked between ${at} and ${next.at}`;
  }
  return null;
}

/** Servers call each other; what is known of the others is what the inventory says. */
function expectedIn(
  { clients }: Inventory,
  { name: community, servers, neighbours }: CommunityEntry,
): readonly ExpectedCaller[] {
  return [
    ...servers.map(({ name, kind, address }): ExpectedCaller => ({
      name,
      component: kind,
      owner: null,
      addresses: [address],
      cycleMs: null,
      required: false,
    })),
    ...neighbours
      .filter(({ connects }) => connects === 'all' || connects.length > 0)
      .map(({ name, kind, owner, address, cycleMs, required }): ExpectedCaller => ({
        name,
        component: kind,
        owner: owner ?? null,
        addresses: address === undefined ? [] : [address],
        cycleMs: cycleMs ?? null,
        required,
      })),
    ...clients
      .filter(({ communityPorts = [] }) => communityPorts.some((port) => port.community === community))
      .map(({ name, owner, cycleMs, required, addresses = [] }): ExpectedCaller => ({
        name,
        component: 'clients',
        owner: owner ?? null,
        addresses,
        cycleMs: cycleMs ?? null,
        // Where its addresses are not known, nobody could tell whether it came.
        required: required && addresses.length > 0,
      })),
  ];
}
