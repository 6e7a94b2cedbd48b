// Password-based encryption as PKCS12 files use it, both ways. RC2 and the PKCS12 key derivation come from node-forge,
// because Node's OpenSSL has neither; the rest is node:crypto. Sources: RFC 7292 appendix B and C, RFC 8018 (PBES2).
import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import forge from 'node-forge';
import {
  childOf,
  childrenOf,
  fromBinary,
  integer,
  integerOf,
  isInteger,
  nothing,
  octets,
  octetsOf,
  oid,
  oidOf,
  sequence,
  toBinary,
} from './asn1-value.ts';
import type { Asn1Value } from './asn1-value.ts';

export type Encrypted = { readonly algorithm: Asn1Value; readonly data: Uint8Array };

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const SHA1_3DES = '1.2.840.113549.1.12.1.3';
const SHA1_RC2_128 = '1.2.840.113549.1.12.1.5';
const SHA1_RC2_40 = '1.2.840.113549.1.12.1.6';
const AES256_CBC = '2.16.840.1.101.3.4.1.42';
const HMAC_SHA256 = '1.2.840.113549.2.9';

const PRF_DIGESTS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  [HMAC_SHA256]: 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const PBES2_CIPHERS: Readonly<Record<string, { readonly name: string; readonly keyBytes: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24 },
  [AES256_CBC]: { name: 'aes-256-cbc', keyBytes: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24 },
};

/** Files of real tools have 1 to 600 000; more is a way to keep the reader busy for hours. */
const MAX_ITERATIONS = 2_000_000;
export const ITERATIONS = 2048;
const KEY_MATERIAL = 1;
const INITIAL_VECTOR = 2;

export function checkedIterations(count: number): number {
  if (count < 1 || count > MAX_ITERATIONS) throw new Error(`an iteration count of ${count}`);
  return count;
}

/** Only OpenSSL 1.1, Java 8u301 and later read PBES2 in a PKCS12 file. */
export const isModernEncryption = (algorithm: Asn1Value): boolean => oidOf(childOf(algorithm, 0)) === PBES2;

/** @throws Error for an unknown scheme, or when the padding shows that the password is wrong */
export function decrypt({ algorithm, data }: Encrypted, password: string): Uint8Array {
  const scheme = oidOf(childOf(algorithm, 0));
  const parameters = childOf(algorithm, 1);
  if (scheme === PBES2) return decryptPbes2(parameters, data, password);
  const salt = octetsOf(childOf(parameters, 0));
  const iterations = checkedIterations(integerOf(childOf(parameters, 1)));
  const derive = (purpose: number, length: number): Uint8Array =>
    derivePkcs12Key(password, salt, purpose, iterations, length);
  if (scheme === SHA1_3DES) {
    return decipher('des-ede3-cbc', derive(KEY_MATERIAL, 24), derive(INITIAL_VECTOR, 8), data);
  }
  if (scheme !== SHA1_RC2_40 && scheme !== SHA1_RC2_128) throw new Error(`an unknown encryption ${scheme}`);
  const keyBytes = scheme === SHA1_RC2_40 ? 5 : 16;
  const cipher = forge.rc2.createDecryptionCipher(toBinary(derive(KEY_MATERIAL, keyBytes)), keyBytes * 8);
  cipher.start(toBinary(derive(INITIAL_VECTOR, 8)));
  cipher.update(forge.util.createBuffer(toBinary(data)));
  if (!cipher.finish()) throw new Error('wrong padding after decryption');
  return fromBinary(cipher.output.getBytes());
}

function decryptPbes2(parameters: Asn1Value, data: Uint8Array, password: string): Uint8Array {
  const [kdf, encryption] = childrenOf(parameters);
  if (oidOf(childOf(kdf, 0)) !== PBKDF2) throw new Error(`an unknown key derivation ${oidOf(childOf(kdf, 0))}`);
  const [salt, count, ...rest] = childrenOf(childOf(kdf, 1));
  const prf = rest.find((part) => !isInteger(part));
  const digest = prf === undefined ? 'sha1' : PRF_DIGESTS[oidOf(childOf(prf, 0))];
  const cipher = PBES2_CIPHERS[oidOf(childOf(encryption, 0))];
  if (digest === undefined || cipher === undefined) throw new Error('an unknown cipher or digest in PBES2');
  const key = pbkdf2Sync(password, octetsOf(salt), checkedIterations(integerOf(count)), cipher.keyBytes, digest);
  return decipher(cipher.name, key, octetsOf(childOf(encryption, 1)), data);
}

function decipher(name: string, key: Uint8Array, vector: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createDecipheriv(name, key, vector);
  return Uint8Array.from([...cipher.update(data), ...cipher.final()]);
}

/** RFC 7292 appendix B.2 with SHA-1, or with the digest given. */
export function derivePkcs12Key(
  password: string,
  salt: Uint8Array,
  purpose: number,
  iterations: number,
  length: number,
  digest: forge.md.MessageDigest = forge.md.sha1.create(),
): Uint8Array {
  const buffer = forge.util.createBuffer(toBinary(salt));
  return fromBinary(forge.pkcs12.generateKey(password, buffer, purpose, iterations, length, digest).getBytes());
}

/** AES-256 under PBES2, what OpenSSL 3 and Java 17 write. */
export function encryptModern(data: Uint8Array, password: string): Encrypted {
  const [salt, vector] = [randomBytes(16), randomBytes(16)];
  const key = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const kdf = sequence(octets(salt), integer(ITERATIONS), sequence(oid(HMAC_SHA256), nothing()));
  const parameters = sequence(sequence(oid(PBKDF2), kdf), sequence(oid(AES256_CBC), octets(vector)));
  const cipher = createCipheriv('aes-256-cbc', key, vector);
  return { algorithm: sequence(oid(PBES2), parameters), data: Buffer.concat([cipher.update(data), cipher.final()]) };
}

/** 3DES for keys and RC2 of 40 bits for certificates, what Java 8 and OpenSSL -legacy write. */
export function encryptLegacy(data: Uint8Array, password: string, use: 'key' | 'certificates'): Encrypted {
  const salt = randomBytes(8);
  const derive = (purpose: number, length: number): Uint8Array =>
    derivePkcs12Key(password, salt, purpose, ITERATIONS, length);
  const algorithm = (scheme: string): Asn1Value => sequence(oid(scheme), sequence(octets(salt), integer(ITERATIONS)));
  if (use === 'key') {
    const cipher = createCipheriv('des-ede3-cbc', derive(KEY_MATERIAL, 24), derive(INITIAL_VECTOR, 8));
    return { algorithm: algorithm(SHA1_3DES), data: Buffer.concat([cipher.update(data), cipher.final()]) };
  }
  const cipher = forge.rc2.createEncryptionCipher(toBinary(derive(KEY_MATERIAL, 5)), 40);
  cipher.start(toBinary(derive(INITIAL_VECTOR, 8)));
  cipher.update(forge.util.createBuffer(toBinary(data)));
  cipher.finish();
  return { algorithm: algorithm(SHA1_RC2_40), data: fromBinary(cipher.output.getBytes()) };
}
