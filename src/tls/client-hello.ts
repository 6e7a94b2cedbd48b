// Builds ClientHello messages byte by byte, because OpenSSL (and so Node) cannot offer SSLv3 or suites it does not know.
// Sources: RFC 6101, 5246, 8446 section 4.1.2, 6066 (server_name), 7301 (ALPN), 7627, 5746; numbers from the IANA TLS registries.
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

/** Big-endian, at most three bytes; written out, because a hello has a dozen of them. */
const uint = (value: number, width: number): Uint8Array => {
  if (width === 1) return Uint8Array.of(value);
  return width === 2 ? Uint8Array.of(value >> 8, value) : Uint8Array.of(value >> 16, value >> 8, value);
};

/** A hello names hundreds of suites and a probe sends hundreds of hellos, so lists are written in place. */
function uintList(values: readonly number[], width: 2 | 3): Uint8Array {
  const bytes = new Uint8Array(values.length * width);
  let at = 0;
  for (const value of values) {
    if (width === 3) bytes[at++] = value >> 16;
    bytes[at++] = value >> 8;
    bytes[at++] = value;
  }
  return bytes;
}

const vector = (bytes: Uint8Array, width: number): Uint8Array => join(uint(bytes.length, width), bytes);
const extension = (id: number, body: Uint8Array): Uint8Array => join(uint(id, 2), vector(body, 2));
const join = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);

const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

const NOTHING = new Uint8Array(0);
const HANDSHAKE_RECORD = Uint8Array.of(22);
const CLIENT_HELLO = Uint8Array.of(1);
const NO_SESSION = Uint8Array.of(0);
const NO_COMPRESSION = Uint8Array.of(1, 0);
const DEFLATE_OR_NOTHING = Uint8Array.of(2, 1, 0);
const SUPPORTED_GROUPS = extension(10, vector(uintList(GROUPS, 2), 2));
const POINT_FORMATS = extension(11, Uint8Array.of(1, 0));
const SIGNATURES = extension(13, vector(uintList(SIGNATURE_ALGORITHMS, 2), 2));
const EXTENDED_MASTER_SECRET = extension(23, NOTHING);
const RENEGOTIATION_INFO = extension(0xff01, Uint8Array.of(0));

/** What a client asks for by name. */
export type HelloNames = { readonly serverName?: string; readonly applicationProtocol?: string };

/** @param random 32 bytes for SSLv3 and later, of which SSLv2 takes 16 as its challenge */
export function makeClientHello(offer: HelloOffer, random: Uint8Array, names: HelloNames = {}): Uint8Array {
  if (random.length !== RANDOM_LENGTH) throw new RangeError(`a hello needs ${RANDOM_LENGTH} random bytes`);
  return offer.version === 'SSLv2' ? makeSslv2Hello(offer, random) : makeRecordHello(offer, random, names);
}

function makeRecordHello(offer: HelloOffer, random: Uint8Array, names: HelloNames): Uint8Array {
  const { version, suites, deflate = false } = offer;
  const isSslv3 = version === 'SSLv3';
  const isTls13 = version === 'TLSv1.3';
  const list = uintList(isSslv3 ? [...suites, RENEGOTIATION_SCSV] : suites, 2);
  const extensions = isSslv3 ? [] : makeExtensions(offer, names);
  const body = [
    uint(isTls13 ? WIRE_VERSION['TLSv1.2'] : WIRE_VERSION[version], 2),
    random,
    NO_SESSION,
    uint(list.length, 2),
    list,
    deflate && !isTls13 ? DEFLATE_OR_NOTHING : NO_COMPRESSION,
    isSslv3 ? NOTHING : uint(lengthOf(extensions), 2),
    ...extensions,
  ];
  const length = lengthOf(body);
  // Joined once: a probe sends hundreds of hellos.
  return join(
    HANDSHAKE_RECORD,
    uint(isSslv3 ? WIRE_VERSION.SSLv3 : WIRE_VERSION.TLSv1, 2),
    uint(length + 4, 2),
    CLIENT_HELLO,
    uint(length, 3),
    ...body,
  );
}

function makeExtensions(
  { version, keyShares = [] }: HelloOffer,
  { serverName, applicationProtocol }: HelloNames,
): readonly Uint8Array[] {
  // RFC 6066 section 3: an IP address is no server name.
  const hasName = serverName !== undefined && serverName !== '' && isIP(serverName) === 0;
  const name = hasName ? vector(Buffer.from(serverName, 'latin1'), 2) : NOTHING;
  const shared = [
    hasName ? extension(0, vector(join(Uint8Array.of(0), name), 2)) : NOTHING,
    // A group named without a share would only be asked for in a HelloRetryRequest.
    keyShares.length === 0 ? SUPPORTED_GROUPS : groupsOf(keyShares),
    applicationProtocol === undefined
      ? NOTHING
      : extension(16, vector(vector(Buffer.from(applicationProtocol, 'latin1'), 1), 2)),
  ];
  if (version !== 'TLSv1.3') {
    const signatures = version === 'TLSv1.2' ? SIGNATURES : NOTHING;
    return [...shared, POINT_FORMATS, signatures, EXTENDED_MASTER_SECRET, RENEGOTIATION_INFO];
  }
  const shares = keyShares.map(({ group, key }) => join(uint(group, 2), vector(key, 2)));
  const versions = extension(43, vector(uint(WIRE_VERSION[version], 2), 1));
  return [...shared, SIGNATURES, versions, extension(51, vector(join(...shares), 2))];
}

function groupsOf(shares: readonly KeyShare[]): Uint8Array {
  const groups = shares.map(({ group }) => group);
  return extension(10, vector(uintList(groups, 2), 2));
}

/** SSL 2.0 CLIENT-HELLO, draft-hickman-netscape-ssl-00: suites are three bytes each. */
function makeSslv2Hello({ suites }: HelloOffer, random: Uint8Array): Uint8Array {
  const challenge = random.subarray(0, 16);
  const specs = uintList(suites, 3);
  const lengths = uintList([specs.length, 0, challenge.length], 2);
  const body = join(Uint8Array.of(1), uint(WIRE_VERSION.SSLv2, 2), lengths, specs, challenge);
  return join(uint(0x8000 + body.length, 2), body);
}
