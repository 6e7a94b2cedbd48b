// The lab's stand-in for an NSS database: cert8.db is a list of nickname, trust and certificate, key3.db a .p12 that its password
// opens, secmod.db a word. The names are those of NSS (dbm: cert8.db, key3.db, secmod.db; sql: cert9.db, key4.db, pkcs11.txt); the
// contents are ours, since nothing here can write Berkeley DB 1.85.
import type { KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { CertificateSummary } from '../../core/certificate.ts';
import { OperatorError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import { extractKey, openPkcs12 } from '../../tls/open-pkcs12.ts';
import { orderChain } from '../../tls/order-chain.ts';
import { summarizeCertificate } from '../../tls/summarize-certificate.ts';
import { writePkcs12 } from '../../tls/write-pkcs12.ts';
import { isObject, textOf } from '../json-lines.ts';

export type DatabaseFiles = { readonly certificates: string; readonly keys: string; readonly modules: string };

export type Listed = {
  readonly nickname: string;
  /** `CT,,`; `u,u,u` of what has a key here */
  readonly trust: string;
  readonly certificate: CertificateSummary;
};

export type KeyEntry = {
  readonly nickname: string;
  readonly key: KeyObject;
  /** leaf first, as far as the database has it */
  readonly chain: readonly CertificateSummary[];
};

export type Unlocked = {
  readonly keys: readonly KeyEntry[];
  /** takes the place of what the database held */
  readonly save: (listed: readonly Listed[], keys: readonly KeyEntry[]) => void;
};

export type NssDatabase = {
  readonly listed: readonly Listed[];
  /** undefined: another password */
  readonly unlock: (password: Secret) => Unlocked | undefined;
};

const MARK = 'strictstep lab';

export function createDatabase(files: DatabaseFiles, password: Secret): void {
  save(files, password, [], []);
  writeFileSync(files.modules, `${MARK}\n`, { mode: 0o600 });
}

/** undefined: a file is missing or is none of ours */
export function openDatabase(files: DatabaseFiles): NssDatabase | undefined {
  const { certificates, keys, modules } = files;
  if (![certificates, keys, modules].every((file) => existsSync(file))) return undefined;
  if (!readFileSync(modules, 'latin1').startsWith(MARK)) return undefined;
  const listed = readList(readFileSync(certificates, 'utf8'));
  if (listed === undefined) return undefined;
  return { listed, unlock: (password) => unlock(files, password, listed) };
}

function readList(text: string): readonly Listed[] | undefined {
  try {
    const rows: unknown = JSON.parse(text);
    if (!Array.isArray(rows)) return undefined;
    return rows.filter(isObject).map((row) => ({
      nickname: textOf(row, 'nickname'),
      trust: textOf(row, 'trust'),
      certificate: summarizeCertificate(textOf(row, 'pem')),
    }));
  } catch {
    return undefined;
  }
}

function unlock(files: DatabaseFiles, password: Secret, listed: readonly Listed[]): Unlocked | undefined {
  const bytes = readFileSync(files.keys);
  try {
    const pool = listed.map(({ certificate }) => certificate);
    const keys = openPkcs12(bytes, password).entries.flatMap(({ alias }) => {
      const found = listed.find(({ certificate }) => aliasOf(certificate) === alias);
      if (found === undefined) return [];
      const { key } = extractKey(bytes, password, alias);
      return [{ nickname: found.nickname, key, chain: orderChain(pool, found.certificate).chain }];
    });
    return { keys, save: (list, all) => save(files, password, list, all) };
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'KEYSTORE_PASSWORD') return undefined;
    throw error;
  }
}

/** Aliases of a .p12 are lower case, nicknames are not. */
const aliasOf = ({ sha1 }: CertificateSummary): string => sha1.toLowerCase();

function save(files: DatabaseFiles, password: Secret, listed: readonly Listed[], keys: readonly KeyEntry[]): void {
  const rows = listed.map(({ nickname, trust, certificate }) => ({ nickname, trust, pem: certificate.pem }));
  const entries = keys.flatMap(({ key, chain }) => {
    const [leaf] = chain;
    return leaf === undefined ? [] : [{ alias: aliasOf(leaf), key, chain: [leaf] }];
  });
  writeFileSync(files.certificates, `${JSON.stringify(rows, null, 1)}\n`, { mode: 0o600 });
  writeFileSync(files.keys, writePkcs12({ entries, signers: [], password, legacy: true }), { mode: 0o600 });
}
