// The integrity check of a PKCS12 file, which is also what tells a wrong password. Source: RFC 7292 section 4 and appendix B.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import forge from 'node-forge';
import {
  childOf,
  childrenOf,
  integer,
  integerOf,
  nothing,
  octets,
  octetsOf,
  oid,
  oidOf,
  sequence,
} from './asn1-value.ts';
import type { Asn1Value } from './asn1-value.ts';
import { checkedIterations, derivePkcs12Key, ITERATIONS } from './password-encryption.ts';

const MAC_KEY = 3;

type Digest = {
  readonly oid: string;
  readonly name: string;
  readonly bytes: number;
  readonly make: () => forge.md.MessageDigest;
};

const SHA1: Digest = { oid: '1.3.14.3.2.26', name: 'sha1', bytes: 20, make: () => forge.md.sha1.create() };
const SHA256: Digest = {
  oid: '2.16.840.1.101.3.4.2.1',
  name: 'sha256',
  bytes: 32,
  make: () => forge.md.sha256.create(),
};
const DIGESTS: readonly Digest[] = [
  SHA1,
  SHA256,
  { oid: '2.16.840.1.101.3.4.2.2', name: 'sha384', bytes: 48, make: () => forge.md.sha384.create() },
  { oid: '2.16.840.1.101.3.4.2.3', name: 'sha512', bytes: 64, make: () => forge.md.sha512.create() },
];

export type MacCheck = { readonly holds: boolean; readonly isModern: boolean };

/** @throws Error for an unknown digest */
export function checkMac(macData: Asn1Value, content: Uint8Array, password: string): MacCheck {
  const [digestInfo, salt, iterations] = childrenOf(macData);
  const digestOid = oidOf(childOf(childOf(digestInfo, 0), 0));
  const digest = DIGESTS.find((known) => known.oid === digestOid);
  if (digest === undefined) throw new Error(`an unknown integrity check ${digestOid}`);
  const count = iterations === undefined ? 1 : checkedIterations(integerOf(iterations));
  const expected = octetsOf(childOf(digestInfo, 1));
  const actual = macOf(digest, content, password, octetsOf(salt), count);
  const holds = expected.length === actual.length && timingSafeEqual(expected, actual);
  return { holds, isModern: digest !== SHA1 };
}

export function makeMac(content: Uint8Array, password: string, { legacy }: { readonly legacy: boolean }): Asn1Value {
  const digest = legacy ? SHA1 : SHA256;
  const salt = randomBytes(16);
  const mac = macOf(digest, content, password, salt, ITERATIONS);
  return sequence(sequence(sequence(oid(digest.oid), nothing()), octets(mac)), octets(salt), integer(ITERATIONS));
}

function macOf(
  digest: Digest,
  content: Uint8Array,
  password: string,
  salt: Uint8Array,
  iterations: number,
): Uint8Array {
  const key = derivePkcs12Key(password, salt, MAC_KEY, iterations, digest.bytes, digest.make());
  return createHmac(digest.name, key).update(content).digest();
}
