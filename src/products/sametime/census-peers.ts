// Who called during a census: sightings of several sensors joined to peers with a name, an owner, and first and last time.

/** One caller seen by one sensor. Times are ISO 8601, UTC. */
export type Sighting = {
  readonly address: string;
  readonly at: string;
  /** unknown: the sensor cannot tell, as a list of sockets on a dynamic port */
  readonly encryption: 'legacy' | 'tls' | 'unknown';
  /** as the log tells it; null: the sensor sees addresses only */
  readonly name: string | null;
  readonly component: string | null;
};

/** Somebody whom the inventory knows. */
export type ExpectedCaller = {
  readonly name: string;
  readonly component: string;
  readonly owner: string | null;
  /** empty: it is known by name only */
  readonly addresses: readonly string[];
  /** how often it comes at least; null: not known */
  readonly cycleMs: number | null;
  /** true: a census that did not see it says nothing about it */
  readonly required: boolean;
};

export type CensusPeer = {
  /** name in the inventory, else the name in the log, else the address */
  readonly name: string;
  readonly addresses: readonly string[];
  /** other names that it gave */
  readonly seenAs: readonly string[];
  readonly component: string | null;
  readonly owner: string | null;
  readonly isExpected: boolean;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly legacy: number;
  readonly tls: number;
  /** sightings that no other sensor explains */
  readonly unexplained: number;
  readonly lastLegacy: string | null;
};

type Sensed = { readonly sensor: string; readonly sighting: Sighting };
type Owned = Sensed & { readonly caller: ExpectedCaller | undefined; readonly key: string };

/** In order of their first sighting. */
export function peersOf(sensed: readonly Sensed[], expected: readonly ExpectedCaller[]): readonly CensusPeer[] {
  // A sensor that sees addresses only means the caller whose name another sensor saw there, when there is one alone.
  const namesAt = Map.groupBy(
    sensed.flatMap(({ sighting: { address, name } }) => (name === null ? [] : [{ address, name }])),
    ({ address }) => address,
  );
  const nameOf = ({ name, address }: Sighting): string | null => {
    const names = new Set((namesAt.get(address) ?? []).map((one) => one.name));
    return name ?? (names.size === 1 ? ([...names][0] ?? null) : null);
  };
  const owned = sensed.map((one): Owned => {
    const name = nameOf(one.sighting);
    const caller = callerOf(expected, one.sighting.address, name);
    return {
      ...one,
      caller,
      key: caller === undefined ? `other ${name ?? one.sighting.address}` : `known ${caller.name}`,
    };
  });
  return [...Map.groupBy(owned, ({ key }) => key).values()]
    .map((group) => peerOf(group, owned))
    .toSorted((a, b) => (a.firstSeen < b.firstSeen ? -1 : Number(a.firstSeen > b.firstSeen)));
}

/** A name decides before an address: several callers may share a host. */
const callerOf = (
  expected: readonly ExpectedCaller[],
  address: string,
  name: string | null,
): ExpectedCaller | undefined => {
  const named = name === null ? undefined : expected.find((one) => one.name === name);
  const there = expected.filter(({ addresses }) => addresses.includes(address));
  return named ?? (there.length === 1 ? there[0] : undefined);
};

function peerOf(group: readonly Owned[], all: readonly Owned[]): CensusPeer {
  const [first] = group;
  const times = group.map(({ sighting }) => sighting.at).toSorted();
  const count = (encryption: Sighting['encryption']) =>
    group.filter(({ sighting }) => sighting.encryption === encryption);
  const names = [...new Set(group.flatMap(({ sighting }) => sighting.name ?? []))];
  const addresses = [...new Set(group.map(({ sighting }) => sighting.address))].toSorted();
  const name = first?.caller?.name ?? names[0] ?? addresses[0] ?? '';
  return {
    name,
    addresses,
    seenAs: names.filter((one) => one !== name),
    component:
      first?.caller?.component ?? group.find(({ sighting }) => sighting.component !== null)?.sighting.component ?? null,
    owner: first?.caller?.owner ?? null,
    isExpected: first?.caller !== undefined,
    firstSeen: times[0] ?? '',
    lastSeen: times.at(-1) ?? '',
    legacy: count('legacy').length,
    tls: count('tls').length,
    unexplained: count('unknown').filter((one) => !isExplained(one, all)).length,
    lastLegacy:
      count('legacy')
        .map(({ sighting }) => sighting.at)
        .toSorted()
        .at(-1) ?? null,
  };
}

/** Another sensor told how a caller from this address came. */
const isExplained = ({ sensor, sighting }: Sensed, all: readonly Sensed[]): boolean =>
  all.some(
    (one) =>
      one.sensor !== sensor && one.sighting.address === sighting.address && one.sighting.encryption !== 'unknown',
  );
