// ssh2 gives Node the bytes of a key with every packet of AES-GCM, and Node makes a key of them each time, which takes twice as
// long as encrypting a small packet. Here the key is made once. Where ssh2 keeps its keys otherwise nothing happens.
// Source: ssh2 1.17 (lib/protocol/crypto.js, AESGCMCipherNative and AESGCMDecipherNative); Node, crypto.createCipheriv.
import { createSecretKey } from 'node:crypto';
import type { Client } from 'ssh2';

const KEYS = [
  ['_cipher', '_encSSLName', '_encKey'],
  ['_decipher', '_decipherSSLName', '_decipherKey'],
] as const;

/** Call it when keys have been exchanged. */
export function prepareKeys(client: Client): void {
  const protocol: unknown = Reflect.get(client, '_protocol');
  for (const [direction, algorithm, name] of KEYS) {
    const cipher = partOf(protocol, direction);
    const key = partOf(cipher, name);
    const isGcm = /^aes-\d+-gcm$/.test(String(partOf(cipher, algorithm)));
    if (isGcm && key instanceof Uint8Array && isObject(cipher)) Reflect.set(cipher, name, createSecretKey(key));
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const partOf = (of: unknown, name: string): unknown => (isObject(of) ? Reflect.get(of, name) : undefined);
