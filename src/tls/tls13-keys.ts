// The key schedule of TLS 1.3 as far as the server's first encrypted flight, and its record protection.
// Source: RFC 8446 sections 5.2, 5.3 and 7.1; RFC 5869 (HKDF).
import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import type { CipherGCMTypes } from 'node:crypto';

type Protection = {
  readonly cipher: CipherGCMTypes | 'chacha20-poly1305';
  readonly hash: string;
  readonly keyLength: number;
};

/** The three suites that servers have; CCM is rare and left to the full handshake. */
const PROTECTIONS: ReadonlyMap<number, Protection> = new Map([
  [0x1301, { cipher: 'aes-128-gcm', hash: 'sha256', keyLength: 16 }],
  [0x1302, { cipher: 'aes-256-gcm', hash: 'sha384', keyLength: 32 }],
  [0x1303, { cipher: 'chacha20-poly1305', hash: 'sha256', keyLength: 32 }],
]);
export const READABLE_SUITES: readonly number[] = [...PROTECTIONS.keys()];

const IV_LENGTH = 12;
const TAG_LENGTH = 16;

/** @param record with its header. @returns content and its type at the end, or undefined if it does not open */
export type OpenRecord = (record: Uint8Array, sequence: number) => Uint8Array | undefined;

/** @param transcript ClientHello and ServerHello, without record headers */
export function makeServerOpener(
  suite: number,
  sharedSecret: Uint8Array,
  transcript: Uint8Array,
): OpenRecord | undefined {
  const protection = PROTECTIONS.get(suite);
  if (protection === undefined) return undefined;
  const { cipher, hash, keyLength } = protection;
  const digest = (bytes: Uint8Array): Buffer => createHash(hash).update(bytes).digest();
  const extract = (salt: Uint8Array, secret: Uint8Array): Buffer => createHmac(hash, salt).update(secret).digest();
  const zeros = Buffer.alloc(digest(new Uint8Array(0)).length);
  const expand = (secret: Uint8Array, label: string, context: Uint8Array, length: number): Buffer => {
    const name = Buffer.from(`tls13 ${label}`, 'latin1');
    const info = Buffer.concat([Buffer.of(0, length, name.length), name, Buffer.of(context.length), context]);
    // One block is enough: no key is longer than the hash.
    return createHmac(hash, secret).update(info).update(Buffer.of(1)).digest().subarray(0, length);
  };
  const derived = expand(extract(zeros, zeros), 'derived', digest(new Uint8Array(0)), zeros.length);
  const traffic = expand(extract(derived, sharedSecret), 's hs traffic', digest(transcript), zeros.length);
  const key = expand(traffic, 'key', new Uint8Array(0), keyLength);
  const iv = expand(traffic, 'iv', new Uint8Array(0), IV_LENGTH);
  return (record, sequence) => {
    const nonce = Buffer.from(iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(IV_LENGTH - 4) ^ sequence) >>> 0, IV_LENGTH - 4);
    const [header, sealed] = [record.subarray(0, 5), record.subarray(5)];
    if (sealed.length <= TAG_LENGTH) return undefined;
    const size = sealed.length - TAG_LENGTH;
    const decipher =
      cipher === 'chacha20-poly1305'
        ? createDecipheriv(cipher, key, nonce, { authTagLength: TAG_LENGTH })
        : createDecipheriv(cipher, key, nonce);
    decipher.setAAD(header, { plaintextLength: size });
    decipher.setAuthTag(sealed.subarray(size));
    const plain = decipher.update(sealed.subarray(0, size));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return plain;
  };
}
