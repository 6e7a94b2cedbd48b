// Builds ClientHello messages byte by byte, because OpenSSL (and so Node) cannot offer SSLv3 or suites it does not know.
// Sources: RFC 6101, 5246, 8446 section 4.1.2, 6066 (server_name), 7627, 5746; numbers from the IANA TLS registries.
import { isIP } from 'node:net';
import { WIRE_VERSION } from './protocol-versions.ts';
import type { ProtocolVersion } from './types.ts';

export type KeyShare = { readonly group: number; readonly key: Uint8Array };
export type HelloOffer = {
  readonly version: ProtocolVersion;
  readonly suites: readonly number[];
  /** below TLS 1.3: offers compression too, which no server should take (CRIME) */
  readonly deflate?: boolean;
  /** TLS 1.3 only. Empty makes the server name its suite in a HelloRetryRequest, without any key exchange work. */
  readonly keyShares?: readonly KeyShare[];
};

const RANDOM_LENGTH = 32;
/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV: the renegotiation sign for a hello that has no extensions. */
const RENEGOTIATION_SCSV = 0x00ff;

// X25519MLKEM768, x25519, x448, P-256, P-384, P-521, then finite-field and curves of the TLS 1.0 years.
const GROUPS = [
  0x11ec, 0x001d, 0x001e, 0x0017, 0x0018, 0x0019, 0x0100, 0x0101, 0x0102, 0x0016, 0x0015, 0x0013, 0x000e, 0x000d,
  0x000b, 0x000a, 0x0009,
];
// ECDSA, RSA-PSS, EdDSA and RSA, with SHA-1 and DSA at the end for servers of the TLS 1.0 years.
const SIGNATURE_ALGORITHMS = [
  0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601,
  0x0301, 0x0303, 0x0402, 0x0203, 0x0201, 0x0202,
];

const uint = (value: number, width: number): number[] =>
  Array.from({ length: width }, (_, index) => Math.floor(value / 256 ** (width - 1 - index)) % 256);

const vector = (bytes: readonly number[], width: number): number[] => [...uint(bytes.length, width), ...bytes];
const uint16List = (values: readonly number[]): number[] => values.flatMap((value) => uint(value, 2));
const extension = (id: number, body: readonly number[]): number[] => [...uint(id, 2), ...vector(body, 2)];

/** @param random 32 bytes for SSLv3 and later, of which SSLv2 takes 16 as its challenge */
export function makeClientHello(offer: HelloOffer, random: Uint8Array, serverName?: string): Uint8Array {
  if (random.length !== RANDOM_LENGTH) throw new RangeError(`a hello needs ${RANDOM_LENGTH} random bytes`);
  return offer.version === 'SSLv2' ? makeSslv2Hello(offer, random) : makeRecordHello(offer, random, serverName);
}

function makeRecordHello(offer: HelloOffer, random: Uint8Array, serverName?: string): Uint8Array {
  const { version, suites, deflate = false } = offer;
  const isSslv3 = version === 'SSLv3';
  const isTls13 = version === 'TLSv1.3';
  const body = [
    ...uint(isTls13 ? WIRE_VERSION['TLSv1.2'] : WIRE_VERSION[version], 2),
    ...random,
    ...vector([], 1),
    ...vector(uint16List(isSslv3 ? [...suites, RENEGOTIATION_SCSV] : suites), 2),
    ...vector(deflate && !isTls13 ? [1, 0] : [0], 1),
    ...(isSslv3 ? [] : vector(makeExtensions(offer, serverName), 2)),
  ];
  const recordVersion = isSslv3 ? WIRE_VERSION.SSLv3 : WIRE_VERSION.TLSv1;
  return Uint8Array.from([22, ...uint(recordVersion, 2), ...vector([1, ...vector(body, 3)], 2)]);
}

function makeExtensions({ version, keyShares = [] }: HelloOffer, serverName?: string): number[] {
  // RFC 6066 section 3: an IP address is no server name.
  const hasName = serverName !== undefined && serverName !== '' && isIP(serverName) === 0;
  const name = hasName ? [...Buffer.from(serverName, 'latin1')] : [];
  // A group named without a share would only be asked for in a HelloRetryRequest.
  const groups = keyShares.length > 0 ? keyShares.map(({ group }) => group) : GROUPS;
  const shared = [
    ...(hasName ? extension(0, vector([0, ...vector(name, 2)], 2)) : []),
    ...extension(10, vector(uint16List(groups), 2)),
  ];
  const signatures = extension(13, vector(uint16List(SIGNATURE_ALGORITHMS), 2));
  if (version === 'TLSv1.3') {
    const shares = keyShares.flatMap(({ group, key }) => [...uint(group, 2), ...vector([...key], 2)]);
    return [
      ...shared,
      ...signatures,
      ...extension(43, vector(uint16List([WIRE_VERSION[version]]), 1)),
      ...extension(51, vector(shares, 2)),
    ];
  }
  return [
    ...shared,
    ...extension(11, vector([0], 1)),
    ...(version === 'TLSv1.2' ? signatures : []),
    ...extension(23, []),
    ...extension(0xff01, vector([], 1)),
  ];
}

/** SSL 2.0 CLIENT-HELLO, draft-hickman-netscape-ssl-00: suites are three bytes each. */
function makeSslv2Hello({ suites }: HelloOffer, random: Uint8Array): Uint8Array {
  const challenge = [...random.subarray(0, 16)];
  const specs = suites.flatMap((suite) => uint(suite, 3));
  const lengths = [specs.length, 0, challenge.length].flatMap((length) => uint(length, 2));
  const body = [1, ...uint(WIRE_VERSION.SSLv2, 2), ...lengths, ...specs, ...challenge];
  return Uint8Array.from([...uint(0x8000 + body.length, 2), ...body]);
}
