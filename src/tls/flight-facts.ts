// What an accepted flight tells beside version and suite: RFC 5746, RFC 7627, compression, and the size of the ephemeral
// key. Sources: RFC 5246 section 7.4.3, RFC 8422 section 5.4, RFC 8446 section 4.2.8; IANA TLS Supported Groups.
import { makeByteReader } from './byte-reader.ts';
import { suiteById } from './cipher-suites.ts';

export type FlightFacts = {
  /** RFC 5746; always true under TLS 1.3, which has no renegotiation */
  readonly secureRenegotiation: boolean;
  readonly extendedMasterSecret: boolean;
  readonly compression: boolean;
  /** `x25519`, `secp256r1`, `DH 1024 bits`; null: the suite has none, or it could not be read */
  readonly ephemeralKey: string | null;
};

const GROUP_NAMES: ReadonlyMap<number, string> = new Map([
  [9, 'sect283k1'],
  [10, 'sect283r1'],
  [11, 'sect409k1'],
  [13, 'sect571k1'],
  [14, 'sect571r1'],
  [19, 'secp192r1'],
  [21, 'secp224r1'],
  [22, 'secp256k1'],
  [23, 'secp256r1'],
  [24, 'secp384r1'],
  [25, 'secp521r1'],
  [29, 'x25519'],
  [30, 'x448'],
  [256, 'ffdhe2048'],
  [257, 'ffdhe3072'],
  [258, 'ffdhe4096'],
  [0x11ec, 'X25519MLKEM768'],
]);

const NAMED_CURVE = 3;

export const groupName = (id: number): string => GROUP_NAMES.get(id) ?? `group ${id}`;

/** @param body of the ServerKeyExchange */
export function readEphemeralKey(body: Uint8Array, suite: number): string | null {
  const name = suiteById(suite)?.iana ?? '';
  const reader = makeByteReader(body);
  if (/^TLS_ECDHE?_(RSA|ECDSA|anon|PSK)_/.test(name)) {
    // With PSK a hint comes before the parameters.
    if (name.includes('_PSK_')) reader.vector(2);
    const [type, group] = [reader.uint(1), reader.uint(2)];
    return reader.isWhole() && type === NAMED_CURVE ? groupName(group) : null;
  }
  if (!/^TLS_DHE?_(RSA|DSS|anon|PSK)_/.test(name)) return null;
  if (name.includes('_PSK_')) reader.vector(2);
  const prime = reader.vector(2);
  const first = prime.findIndex((byte) => byte !== 0);
  if (!reader.isWhole() || first === -1) return null;
  return `DH ${(prime.length - first - 1) * 8 + (32 - Math.clz32(prime[first] ?? 0))} bits`;
}
