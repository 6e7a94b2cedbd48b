// What the accepted hellos told beside version and suite, put together for one port.
import type { FlightFacts } from './flight-facts.ts';
import { PROTOCOL_VERSIONS } from './types.ts';
import type { ProtocolVersion } from './types.ts';

export type Negotiation = {
  /** RFC 5746, below TLS 1.3; null: no such version is accepted */
  readonly secureRenegotiation: boolean | null;
  /** RFC 7627, TLS 1.0 to 1.2; null: no such version is accepted */
  readonly extendedMasterSecret: boolean | null;
  /** null: not offered, which only a whole probe does */
  readonly compression: boolean | null;
  /** curves and sizes of Diffie-Hellman primes that the server chose */
  readonly ephemeralKeys: Readonly<Partial<Record<ProtocolVersion, readonly string[]>>>;
};

type Scanned = { readonly version: ProtocolVersion; readonly facts: readonly FlightFacts[] };

export function describeNegotiation(
  first: Readonly<Partial<Record<ProtocolVersion, FlightFacts>>>,
  scanned: readonly Scanned[],
): Negotiation {
  const factsOf = (version: ProtocolVersion): readonly FlightFacts[] => [
    ...(first[version] === undefined ? [] : [first[version]]),
    ...scanned.filter((scan) => scan.version === version).flatMap(({ facts }) => facts),
  ];
  const older = PROTOCOL_VERSIONS.filter((version) => version !== 'TLSv1.3').flatMap(factsOf);
  // An SSLv3 hello has no extensions to ask with.
  const extended = (['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const).flatMap(factsOf);
  const isOffered = scanned.some(({ version }) => version !== 'TLSv1.3');
  return {
    secureRenegotiation: older.length === 0 ? null : older.every(({ secureRenegotiation }) => secureRenegotiation),
    extendedMasterSecret:
      extended.length === 0 ? null : extended.every(({ extendedMasterSecret }) => extendedMasterSecret),
    compression: isOffered ? older.some(({ compression }) => compression) : null,
    ephemeralKeys: Object.fromEntries(
      PROTOCOL_VERSIONS.map((version) => [version, keysOf(factsOf(version))] as const).filter(
        ([, keys]) => keys.length > 0,
      ),
    ),
  };
}

const keysOf = (facts: readonly FlightFacts[]): readonly string[] =>
  [...new Set(facts.flatMap(({ ephemeralKey }) => (ephemeralKey === null ? [] : [ephemeralKey])))].toSorted();
