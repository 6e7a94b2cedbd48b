// What a security level takes away from the running copy of a server's TLS settings. Written apart from
// src/tls/security-levels.ts on purpose, as the other side of its check; sources as there, none of it verified on a real
// community server: NIST SP 800-131A (transition and strict), RFC 6460 (Suite B), and for FIPS the algorithms of FIPS 140-2.
import type { X509Certificate } from 'node:crypto';
import { getCiphers } from 'node:tls';
import { cipherSuites } from '../../tls/cipher-suites.ts';
import type { CipherSuite } from '../../tls/cipher-suites.ts';

export type Level = 0 | 1 | 2 | 3 | 4;

const digestOf = (certificate: X509Certificate): number =>
  Number(/sha-?(\d+)/i.exec(certificate.signatureAlgorithm ?? '')?.[1] ?? 0);

const CURVE_BITS: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

/** false: a server at this level discards the certificate */
export function isStrongEnough(level: Level, certificate: X509Certificate): boolean {
  if (level === 0) return true;
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  const isRsa = type === 'rsa' || type === 'rsa-pss';
  const bits = isRsa ? (details?.modulusLength ?? 0) : (CURVE_BITS[details?.namedCurve ?? ''] ?? 0);
  const digest = digestOf(certificate);
  if (level === 1) return isRsa ? bits >= 1024 && digest >= 1 : bits >= 160 && digest >= 1;
  if (level === 2) return bits >= (isRsa ? 2048 : 244) && digest >= 256;
  if (isRsa) return false;
  return level === 3
    ? (bits === 256 || bits === 384) && (digest === 256 || digest === 384)
    : bits === 384 && digest === 384;
}

/** Lowest version that the level leaves, as sametime.ini writes it. */
export const lowestVersion = (level: Level): number => (level >= 2 ? 0x303 : 0x301);

const SUITE_B_128 = new Set(['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384']);
const SUITE_B_192 = new Set(['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384']);

const isKept = (level: Level, fips: boolean, { iana, bits }: CipherSuite): boolean => {
  if (/_anon_|_NULL_|_EXPORT_/.test(iana)) return false;
  if (level === 3) return SUITE_B_128.has(iana);
  if (level === 4) return SUITE_B_192.has(iana);
  const isWeak = bits < 112 || /_RC4_|_DES_CBC_|_MD5$|_RC2_/.test(iana);
  const isUnapproved = /_(CAMELLIA|SEED|IDEA|ARIA|CHACHA20)_/.test(iana);
  return !((level > 0 || fips) && (isWeak || isUnapproved));
};

const OFFERED = new Set(getCiphers().map((name) => name.toUpperCase()));
const SPEAKABLE = cipherSuites()
  .filter(({ openssl, isTls13 }) => !isTls13 && openssl !== null)
  .filter(({ openssl, iana }) => OFFERED.has(openssl ?? '') && !/_(PSK|SRP)_/.test(iana));

/** OpenSSL's list; undefined: nothing is left
 * @param names IANA names as written in the file; undefined: all but anonymous */
export function remainingCiphers(
  level: Level,
  fips: boolean,
  names: readonly string[] | undefined,
): string | undefined {
  const wanted =
    names === undefined ? SPEAKABLE : names.flatMap((name) => SPEAKABLE.find(({ iana }) => iana === name) ?? []);
  const kept = wanted.filter((suite) => isKept(level, fips, suite));
  return kept.length === 0 ? undefined : `${kept.map(({ openssl }) => openssl).join(':')}:@SECLEVEL=0`;
}
