// PKCS12 files as the repository works with them: personal certificates with their keys, and signers. Aliases are lower
// case, as PKCS12 stores have them.
import type { KeyObject } from 'node:crypto';
import type { CertificateSummary } from '../../core/certificate.ts';
import { digestOf, sha256Hex } from '../../core/json.ts';
import { exposeSecret } from '../../core/secret.ts';
import type { Secret } from '../../core/secret.ts';
import { extractKey, openPkcs12 } from '../../tls/open-pkcs12.ts';
import { writePkcs12 } from '../../tls/write-pkcs12.ts';

export type PersonalEntry = {
  readonly alias: string;
  /** leaf first */
  readonly chain: readonly CertificateSummary[];
  /** decrypted when it is asked for: most calls only list */
  readonly key: () => KeyObject;
};
export type SignerEntry = { readonly alias: string; readonly certificate: CertificateSummary };
export type StoreContent = {
  readonly legacy: boolean;
  readonly personal: readonly PersonalEntry[];
  readonly signers: readonly SignerEntry[];
};

export interface StoreFiles {
  /** @throws OperatorError KEYSTORE_PASSWORD, KEYSTORE_FORMAT */
  open(bytes: Uint8Array, password: Secret): StoreContent;
  write(content: StoreContent, password: Secret): Uint8Array;
}

/** Opening and writing derive keys and are slow. So what was opened once is remembered by the digest of its bytes, with
 * the password that opened it, and the same content is written with the same bytes. */
export function makeStoreFiles(limit = 256): StoreFiles {
  const opened = new Map<string, { readonly password: Secret; readonly content: StoreContent }>();
  const written = new Map<string, { readonly password: Secret; readonly bytes: Uint8Array }>();
  const remember = (bytes: Uint8Array, password: Secret, content: StoreContent): void => {
    opened.set(sha256Hex(bytes), { password, content });
    const oldest = opened.keys().next().value;
    if (opened.size > limit && oldest !== undefined) opened.delete(oldest);
  };
  return {
    open(bytes, password) {
      const known = opened.get(sha256Hex(bytes));
      if (known !== undefined && exposeSecret(known.password) === exposeSecret(password)) return known.content;
      const content = readContent(bytes, password);
      remember(bytes, password, content);
      return content;
    },
    write(content, password) {
      const digest = digestOfContent(content);
      const before = written.get(digest);
      if (before !== undefined && exposeSecret(before.password) === exposeSecret(password)) return before.bytes;
      const bytes = writePkcs12({
        entries: content.personal.map(({ alias, chain, key }) => ({ alias, chain, key: key() })),
        signers: content.signers,
        password,
        legacy: content.legacy,
      });
      remember(bytes, password, content);
      written.set(digest, { password, bytes });
      const oldest = written.keys().next().value;
      if (written.size > limit && oldest !== undefined) written.delete(oldest);
      return bytes;
    },
  };
}

/** Used by all processes, tools and workspaces of a daemon. */
export const storeFiles: StoreFiles = makeStoreFiles();

/** A certificate stands for its key. */
const digestOfContent = ({ legacy, personal, signers }: StoreContent): string =>
  digestOf([
    legacy,
    personal.map(({ alias, chain }) => [alias, chain.map(({ sha256 }) => sha256)]),
    signers.map(({ alias, certificate }) => [alias, certificate.sha256]),
  ]);

function readContent(bytes: Uint8Array, password: Secret): StoreContent {
  const { format, entries, signers } = openPkcs12(bytes, password);
  const personal = entries
    .filter(({ hasKey }) => hasKey)
    .map(({ alias, chain }) => {
      let key: KeyObject | undefined;
      return {
        alias,
        chain,
        key: () => (key ??= extractKey(bytes, password, alias).key),
      };
    });
  return {
    legacy: format === 'legacy',
    personal,
    signers: signers.filter(({ alias }) => alias !== '').map(({ alias, certificate }) => ({ alias, certificate })),
  };
}
