// Opens the private key of a JKS entry. Source: OpenJDK 17, sun.security.provider.KeyProtector: a key stream of chained SHA-1
// over password and salt, and a SHA-1 check. JCEKS protects keys otherwise and is left to keytool.
import { createHash, createPrivateKey, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { exposeSecret } from '../core/secret.ts';
import type { Secret } from '../core/secret.ts';
import { childOf, octetsOf, oidOf, parseDer } from './asn1-value.ts';

const KEY_PROTECTOR = '1.3.6.1.4.1.42.2.17.1.1';
const DIGEST_BYTES = 20;

/** What of Java's text the digests take: two bytes a character, high byte first. */
export const javaPassword = (password: Secret): Uint8Array => Buffer.from(exposeSecret(password), 'utf16le').swap16();

/** undefined: another password, or not a key as JKS protects it
 * @param sealed EncryptedPrivateKeyInfo, DER */
export function openJksKey(sealed: Uint8Array, password: Secret): KeyObject | undefined {
  try {
    const info = parseDer(sealed);
    return oidOf(childOf(childOf(info, 0), 0)) === KEY_PROTECTOR
      ? unseal(octetsOf(childOf(info, 1)), password)
      : undefined;
  } catch {
    // The cause could quote bytes of the key; it is dropped on purpose.
    return undefined;
  }
}

function unseal(bytes: Uint8Array, password: Secret): KeyObject | undefined {
  if (bytes.length <= 2 * DIGEST_BYTES) return undefined;
  const secret = javaPassword(password);
  const body = bytes.subarray(DIGEST_BYTES, -DIGEST_BYTES);
  const plain = Buffer.alloc(body.length);
  let stream = bytes.subarray(0, DIGEST_BYTES);
  for (const [at, byte] of body.entries()) {
    if (at % DIGEST_BYTES === 0) stream = sha1(secret, stream);
    plain[at] = byte ^ (stream[at % DIGEST_BYTES] ?? 0);
  }
  if (!timingSafeEqual(sha1(secret, plain), bytes.subarray(-DIGEST_BYTES))) return undefined;
  return createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' });
}

const sha1 = (first: Uint8Array, second: Uint8Array): Uint8Array =>
  createHash('sha1').update(first).update(second).digest();
