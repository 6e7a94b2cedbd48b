// The key and trust stores in a node's replica that are not those of the master: a store that was changed after the last
// synchronization. AdminTask lists the master's alone, so these are read as files.
import { OperatorError } from '../core/errors.ts';
import type { ReadShell } from '../core/shell.ts';
import { documentOfLocation } from '../products/websphere/profile-paths.ts';
import type { KeyStoreEntry, SecurityModel } from '../products/websphere/security-model.ts';
import { readStorePassword } from '../products/websphere/store-password.ts';
import { openPkcs12, type KeyStore } from '../tls/open-pkcs12.ts';
import { usedStores } from './stores.ts';
import type { ReplicaStoreFacts } from './types.ts';

export type ConfigurationFolder = { readonly shell: ReadShell; readonly root: string };

export async function readReplicaStores(
  replica: ConfigurationFolder,
  master: ConfigurationFolder,
  security: SecurityModel,
  securityXml: string,
): Promise<readonly ReplicaStoreFacts[]> {
  const found = await Promise.all(
    usedStores(security).map((entry) => readIfDifferent(replica, master, entry, securityXml)),
  );
  return found.filter((store) => store !== undefined);
}

async function readIfDifferent(
  { shell, root }: ConfigurationFolder,
  master: ConfigurationFolder,
  { name, scope, location }: KeyStoreEntry,
  securityXml: string,
): Promise<ReplicaStoreFacts | undefined> {
  const document = documentOfLocation(location);
  // Elsewhere on the disk: no synchronization ever changes it.
  if (document === undefined) return undefined;
  const path = `${root}/${document}`;
  const [wanted, own] = [await master.shell.fileFacts(`${master.root}/${document}`), await shell.fileFacts(path)];
  // The folders of other nodes are not part of a replica.
  if (own === undefined || own.sha256 === wanted?.sha256) return undefined;
  const bytes = await shell.readFile(path);
  const contents = bytes && contentsOf(bytes, { name, scope }, securityXml, { host: shell.host, path });
  return { name, scope, contents: contents ?? null };
}

type StoreName = { readonly name: string; readonly scope: string };
type StoreFile = { readonly host: string; readonly path: string };

function contentsOf(
  bytes: Uint8Array,
  store: StoreName,
  securityXml: string,
  source: StoreFile,
): NonNullable<ReplicaStoreFacts['contents']> | undefined {
  const opened = openConfigured(bytes, store, securityXml, source);
  if (opened === undefined) return undefined;
  const { entries, signers } = opened;
  const personal = entries
    .filter(({ hasKey }) => hasKey)
    .map(({ alias, chain }) => ({ alias, chain: chain.map(({ sha1 }) => sha1) }));
  const trusted = signers.filter(({ javaTrusted }) => javaTrusted);
  return { personal, signers: trusted.map(({ certificate }) => certificate.sha1).toSorted() };
}

/** With the password in security.xml. Undefined: the store cannot be opened, so nothing is known of it. */
export function openConfigured(
  bytes: Uint8Array,
  store: StoreName,
  securityXml: string,
  source: StoreFile,
): KeyStore | undefined {
  try {
    const password = readStorePassword(securityXml, store, source);
    return password && openPkcs12(bytes, password, { file: `${source.host}:${source.path}` });
  } catch (error) {
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}
