// Secrets and key stores that are wrong in one thing.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../../src/core/secret.ts';
import { makeKey } from '../../../src/tls/issue-certificate.ts';
import { writePkcs12 } from '../../../src/tls/write-pkcs12.ts';
import { at, authority, fresh, key, leaf, PASSWORD, PLACE, put, store, type Case } from './site.ts';

const otherKey = makeKey();

export const STORES: readonly Case[] = [
  ['no password file', (folder) => rmSync(join(folder, 'password')), 'INPUT_UNREADABLE', 'password'],
  ['a password for all to read', (folder) => chmodSync(join(folder, 'password'), 0o640), 'SECRET_EXPOSED', 'chmod 600'],
  ['a wrong password', put('password', 'wrong'), 'KEYSTORE_PASSWORD', PLACE],
  ['no key store', (folder) => rmSync(join(folder, 'store.p12')), 'INPUT_UNREADABLE', PLACE],
  ['an empty key store', put('store.p12', ''), 'KEYSTORE_FORMAT', 'store.p12'],
  ['a page that asks to log in', put('store.p12', '<!DOCTYPE html><title>Log in</title>'), 'KEYSTORE_FORMAT', PLACE],
  [
    'a folder as key store',
    (folder) => {
      rmSync(join(folder, 'store.p12'));
      mkdirSync(join(folder, 'store.p12'));
    },
    'INPUT_UNREADABLE',
    PLACE,
  ],
  [
    'half a key store',
    (folder) => writeFileSync(join(folder, 'store.p12'), readFileSync(join(folder, 'store.p12')).subarray(0, 900)),
    'KEYSTORE_FORMAT',
    PLACE,
  ],
  [
    'no key in it',
    put(
      'store.p12',
      writePkcs12({
        entries: [],
        signers: [{ alias: 'root', certificate: authority.certificate }],
        password: new Secret(PASSWORD, 'test'),
        legacy: false,
      }),
    ),
    'CERTIFICATE_ALIAS',
    PLACE,
  ],
  [
    'two keys and no choice',
    put(
      'store.p12',
      store(
        { alias: 'a', key, chain: [fresh, authority.certificate] },
        { alias: 'b', key, chain: [fresh, authority.certificate] },
      ),
    ),
    'CERTIFICATE_ALIAS',
    /a.*b/s,
  ],
  [
    'a certificate of tomorrow',
    put('store.p12', store({ alias: 'chat', key, chain: [leaf(at(1), at(80)), authority.certificate] })),
    'CERTIFICATE_EXPIRED',
    PLACE,
  ],
  [
    'the key of another certificate',
    put('store.p12', store({ alias: 'chat', key: otherKey, chain: [fresh, authority.certificate] })),
    'CERTIFICATE_ALIAS',
    PLACE,
  ],
];
