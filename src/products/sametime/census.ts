// The verdict of a census: does anybody still come without TLS? PASS needs two sensors that saw a deliberate legacy session,
// a window as long as the longest cycle, and every required caller; whatever is not known makes it INCONCLUSIVE, never PASS.
// Source of the idea: the audit events 2886 to 2889 for LDAP signing of Active Directory, without their blind spots.
import { peersOf, type CensusPeer, type ExpectedCaller, type Sighting } from './census-peers.ts';

const MS_PER_DAY = 86_400_000;
/** A log has whole seconds, and a list of sockets is taken at intervals. */
const CONTROL_TOLERANCE_MS = 5000;

type Span = { readonly from: string; readonly to: string };

/** What one sensor on one server saw of one port. */
export type CensusSensor = Span & {
  readonly kind: 'sockets' | 'server-log' | 'packets';
  readonly server: string;
  /** why what it saw does not count; null: it worked */
  readonly broken: string | null;
  readonly sightings: readonly Sighting[];
};

/** A legacy session that was opened on purpose: a sensor that misses it is blind. */
export type ControlSession = {
  readonly server: string;
  readonly address: string;
  readonly opened: string;
  readonly closed: string;
};

export type Waiver = {
  /** name or address of the peer */
  readonly peer: string;
  readonly reason: string;
  /** ISO 8601, UTC */
  readonly expires: string;
};

export type CensusInput = {
  readonly window: Span;
  /** servers whose port is to become strict */
  readonly servers: readonly string[];
  readonly sensors: readonly CensusSensor[];
  readonly controls: readonly ControlSession[];
  readonly expected: readonly ExpectedCaller[];
  readonly waivers: readonly Waiver[];
  /** ISO 8601, UTC: decides which waivers are over */
  readonly now: string;
};

export type CensusVerdict = {
  readonly verdict: 'PASS' | 'FAIL' | 'INCONCLUSIVE';
  /** why it is not a PASS, in words */
  readonly reasons: readonly string[];
  /** names of callers without TLS that no waiver covers */
  readonly legacy: readonly string[];
  readonly peers: readonly CensusPeer[];
  readonly waived: readonly { readonly peer: string; readonly reason: string; readonly expires: string }[];
};

/** A caller without TLS is FAIL however short the window was: it exists. */
export function judgeCensus(input: CensusInput): CensusVerdict {
  const { sensors, controls, expected, window } = input;
  const sensed = sensors
    .filter(({ broken }) => broken === null)
    .flatMap((sensor) =>
      sensor.sightings
        .filter(
          (sighting) =>
            isWithin(sighting.at, window) && !controls.some((control) => isControl(control, sensor, sighting)),
        )
        .map((sighting) => ({ sensor: nameOf(sensor), sighting })),
    );
  const peers = peersOf(sensed, expected);
  const waivers = input.waivers.filter((waiver) => isInForce(waiver, input.now));
  const waiverOf = (names: readonly string[]): Waiver | undefined => waivers.find(({ peer }) => names.includes(peer));
  const isOpen = (peer: CensusPeer): boolean => waiverOf([peer.name, ...peer.addresses]) === undefined;
  const legacy = peers.filter((peer) => peer.legacy > 0 && isOpen(peer));
  const unclear = [
    ...windowReasons(input),
    ...sensorReasons(input),
    ...expected
      .filter(({ name, addresses, required }) => required && waiverOf([name, ...addresses]) === undefined)
      .filter(({ name }) => !peers.some((peer) => peer.isExpected && peer.name === name))
      .map(({ name, owner }) => `${name}${ownedBy(owner)} was not seen, which says nothing about how it would come`),
    ...peers
      .filter((peer) => peer.legacy === 0 && peer.unexplained > 0 && isOpen(peer))
      .map((peer) => `how ${describe(peer)} came is not known: no sensor could tell`),
  ];
  const over = input.waivers.filter((waiver) => !isInForce(waiver, input.now));
  const verdict = legacy.length > 0 ? 'FAIL' : unclear.length > 0 ? 'INCONCLUSIVE' : 'PASS';
  return {
    verdict,
    reasons: [
      ...legacy.map((peer) => `${describe(peer)} came without TLS, last at ${peer.lastLegacy}`),
      ...unclear,
      ...(verdict === 'PASS' ? [] : over.map(waiverFault)),
    ],
    legacy: legacy.map(({ name }) => name),
    peers,
    waived: waivers.filter(({ peer }) => peers.some(({ name, addresses }) => [name, ...addresses].includes(peer))),
  };
}

const at = (time: string): number => new Date(time).getTime();
const isWithin = (time: string, { from, to }: Span): boolean => at(time) >= at(from) && at(time) <= at(to);
const ownedBy = (owner: string | null): string => (owner === null ? '' : ` (${owner})`);
const nameOf = ({ kind, server }: CensusSensor): string => `${kind} of ${server}`;

function days(ms: number): string {
  const count = Math.round((ms / MS_PER_DAY) * 10) / 10;
  return count === 1 ? '1 day' : `${count} days`;
}

function describe({ name, addresses, seenAs, component, owner }: CensusPeer): string {
  const where = addresses.filter((address) => address !== name).join(', ');
  const other = seenAs.map((one) => `as ${one}`).join(', ');
  const facts = [component, other, where, owner].filter((fact) => fact !== null && fact !== '').join(', ');
  return facts === '' ? name : `${name} (${facts})`;
}

const isInForce = ({ reason, expires }: Waiver, now: string): boolean => reason.trim() !== '' && at(expires) > at(now);

const waiverFault = ({ peer, reason, expires }: Waiver): string =>
  reason.trim() === ''
    ? `the waiver of ${peer} has no reason and does not count`
    : `the waiver of ${peer} ended at ${expires}`;

function windowReasons({ window, expected, now }: CensusInput): readonly string[] {
  const length = at(window.to) - at(window.from);
  // Written so that a time that cannot be read makes it true.
  if (!(length > 0)) return ['the window has no length'];
  const tooLong = expected.filter(({ cycleMs }) => cycleMs !== null && cycleMs > length);
  return [
    ...(at(window.to) > at(now) ? ['the window is not over yet'] : []),
    ...tooLong.map(
      ({ name, owner, cycleMs }) =>
        `the window of ${days(length)} is shorter than the cycle of ${name}${ownedBy(owner)}, ${days(cycleMs ?? 0)}`,
    ),
  ];
}

const sensorReasons = ({ servers, sensors, controls, window }: CensusInput): readonly string[] =>
  servers.flatMap((server) => {
    const own = sensors.filter((sensor) => sensor.server === server);
    const faults = own.flatMap((sensor) =>
      sensorFaults(sensor, controls, window).map((fault) => `${nameOf(sensor)} ${fault}`),
    );
    const kinds = new Set(own.filter(({ broken }) => broken === null).map(({ kind }) => kind));
    return [...(kinds.size < 2 ? [`${server} has fewer than two working sensors of different kinds`] : []), ...faults];
  });

function sensorFaults(sensor: CensusSensor, controls: readonly ControlSession[], window: Span): readonly string[] {
  if (sensor.broken !== null) return [`is broken: ${sensor.broken}`];
  const own = controls.filter(({ server }) => server === sensor.server);
  const hasSeen = (control: ControlSession): boolean =>
    sensor.sightings.some((sighting) => isControl(control, sensor, sighting));
  const covers = at(sensor.from) <= at(window.from) && at(sensor.to) >= at(window.to);
  return [
    ...(covers ? [] : [`covers only ${sensor.from} to ${sensor.to}`]),
    ...(own.length === 0 ? ['was not put to the test by a legacy session'] : []),
    ...own.filter((control) => !hasSeen(control)).map(({ opened }) => `did not see the legacy session of ${opened}`),
  ];
}

const isControl = (
  control: ControlSession,
  sensor: CensusSensor,
  { address, at: seen, encryption }: Sighting,
): boolean =>
  control.server === sensor.server &&
  control.address === address &&
  encryption !== 'tls' &&
  at(seen) >= at(control.opened) - CONTROL_TOLERANCE_MS &&
  at(seen) <= at(control.closed) + CONTROL_TOLERANCE_MS;
