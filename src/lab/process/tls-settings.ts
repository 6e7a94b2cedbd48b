// What a WebSphere process finds on its disk: the SSL configuration that holds for it or for one of its endpoints, with
// the opened key store and trust store. The deployment manager's disk is the master; a node's is its replica. Message ids
// other than CWPKI0022E and CWPKI0033E are from memory or ours, not verified on real WebSphere.
import type { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { sha256Hex } from '../../core/json.ts';
import type { Secret } from '../../core/secret.ts';
import type { Direction } from '../../core/topology-change.ts';
import { effectiveSsl } from '../../products/websphere/effective-ssl.ts';
import { protocolsOf } from '../../products/websphere/qop.ts';
import { renderScope } from '../../products/websphere/scopes.ts';
import type { ScopePath } from '../../products/websphere/scopes.ts';
import type { SecurityModel, SslConfiguration, StoreReference } from '../../products/websphere/security-model.ts';
import { parseSecurityXml } from '../../products/websphere/security-xml.ts';
import { parsePassword } from '../../products/websphere/xor.ts';
import { suiteByName } from '../../tls/cipher-suites.ts';
import { objectAt, parseSecurity } from '../repository/security-document.ts';
import type { SecurityDocument } from '../repository/security-document.ts';
import { attributeOf } from '../repository/xml-tree.ts';
import type { StoreContent } from '../repository/store-file.ts';
import { keyOf, openStoreBytes, openStoreFile, signersOf } from '../stores.ts';
import type { ServedKey } from '../stores.ts';
import { ANY_CIPHERS, rangeOf } from '../tls-client.ts';
import type { VersionRange } from '../tls-client.ts';

export type Security = {
  readonly configRoot: string;
  readonly model: SecurityModel;
  readonly passwordOf: (store: StoreReference) => Secret;
  /** by file: the stores that a process took into memory; else they are read from the disk when they are needed */
  readonly kept?: ReadonlyMap<string, Uint8Array>;
};

/** Settings with which a connection can be made. */
export type TlsSettings = {
  readonly configuration: string;
  readonly qop: string;
  readonly versions: VersionRange;
  readonly ciphers: string;
  readonly keyStore: StoreReference;
  readonly trustStore: StoreReference;
};

type Parsed = { readonly model: SecurityModel; readonly document: SecurityDocument };

// By digest: replicas are equal to the master most of the time.
const parsed = new Map<string, Parsed>();
const REMEMBERED = 16;

function parseOnce(text: string): Parsed {
  const digest = sha256Hex(text);
  const known = parsed.get(digest);
  if (known !== undefined) return known;
  const fresh = { model: parseSecurityXml(text), document: parseSecurity(text) };
  parsed.set(digest, fresh);
  const [oldest = ''] = parsed.keys();
  if (parsed.size > REMEMBERED) parsed.delete(oldest);
  return fresh;
}

/** @param configRoot `<profile>/config` */
export async function readSecurity(configRoot: string, cell: string): Promise<Security> {
  const { model, document } = parseOnce(await readFile(`${configRoot}/cells/${cell}/security.xml`, 'utf8'));
  const passwordOf = ({ name, scope }: StoreReference): Secret => {
    const element = objectAt(document, 'keyStores', { name }, scope);
    const encoded = element === undefined ? undefined : attributeOf(element, 'password');
    if (encoded === undefined) throw new Error(`CWPKI0033E: key store ${name} ${scope} is not in security.xml`);
    return parsePassword(encoded, `password of key store ${name}`);
  };
  return { configRoot, model, passwordOf };
}

/** What a process takes into memory when it starts: the configuration with all its stores. */
export async function readForStart(configRoot: string, cell: string): Promise<Security> {
  const security = await readSecurity(configRoot, cell);
  const kept = new Map<string, Uint8Array>();
  for (const store of security.model.keyStores) {
    const file = storeFile(security, store);
    // A store that is not there is found missing by whoever needs it.
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes !== undefined) kept.set(file, bytes);
  }
  return { ...security, kept };
}

/** With what a running process calls now: outbound follows the disk at once when dynamic update is on, else it stays as
 * the process found it when it started. Source: IBM WebSphere, "Dynamic configuration updates in SSL". */
export async function outboundInForce(started: Security, cell: string): Promise<Security> {
  const onDisk = await readSecurity(started.configRoot, cell);
  return onDisk.model.dynamicUpdate ? onDisk : started;
}

/** @throws Error with the words for the log when the process could not use the configuration */
export function settingsFor(
  security: Security,
  path: ScopePath,
  direction: Direction,
): TlsSettings & { readonly certificateAlias: string } {
  const effective = effectiveSsl(security.model, path, direction);
  if (effective === undefined)
    throw new Error(`CWPKI0016E: no SSL configuration for ${renderScope(path)} ${direction}`);
  return { ...settingsOf(effective.configuration), certificateAlias: effective.certificateAlias };
}

/** The overlay network's caller uses this configuration of the cell when there is one. */
export function overlaySettings(security: Security, path: ScopePath): TlsSettings {
  const scope = renderScope({ cell: path.cell });
  const xda = security.model.configurations.find((one) => one.alias === 'XDADefaultSSLSettings' && one.scope === scope);
  return xda === undefined ? settingsFor(security, path, 'outbound') : settingsOf(xda);
}

function settingsOf(configuration: SslConfiguration): TlsSettings {
  const { alias, protocol, keyStore, trustStore } = configuration;
  const versions = rangeOf(protocolsOf(protocol) ?? []);
  if (versions === undefined) {
    throw new Error(`CWPKI0045E: SSL configuration ${alias}: the lab has no TLS version for the protocol ${protocol}`);
  }
  return { configuration: alias, qop: protocol, versions, ciphers: ciphersOf(configuration), keyStore, trustStore };
}

function ciphersOf({ alias, securityLevel, enabledCiphers }: SslConfiguration): string {
  if (securityLevel !== 'CUSTOM') return ANY_CIPHERS;
  const names = enabledCiphers.split(/\s+/).flatMap((name) => suiteByName(name)?.openssl ?? []);
  if (names.length === 0) throw new Error(`CWPKI0045E: SSL configuration ${alias}: no cipher suite can be used`);
  return `${names.join(':')}:@SECLEVEL=0`;
}

export const storeFile = (security: Security, { name, scope }: StoreReference): string => {
  const entry = security.model.keyStores.find((one) => one.name === name && one.scope === scope);
  if (entry === undefined) throw new Error(`CWPKI0033E: key store ${name} ${scope} is not in security.xml`);
  return entry.location.replace('${CONFIG_ROOT}', security.configRoot);
};

/** @throws Error with CWPKI0033E when the store cannot be loaded, CWPKI0024E when it lacks the alias */
export async function servedKey(security: Security, { keyStore }: TlsSettings, alias: string): Promise<ServedKey> {
  const file = storeFile(security, keyStore);
  const store = await openStore(security, keyStore).catch((error: Error) => {
    throw new Error(
      `CWPKI0033E: The keystore located at "${file}" failed to load due to the following error: ${error.message}.`,
    );
  });
  const key = keyOf(store, alias);
  if (key !== undefined) return key;
  throw new Error(
    `CWPKI0024E: The certificate alias "${alias}" specified by the property com.ibm.ssl.keyStoreServerAlias is not found in KeyStore "${file}".`,
  );
}

export const trustedSigners = async (
  security: Security,
  { trustStore }: TlsSettings,
): Promise<readonly X509Certificate[]> => signersOf(await openStore(security, trustStore));

async function openStore(security: Security, store: StoreReference): Promise<StoreContent> {
  const file = storeFile(security, store);
  const kept = security.kept?.get(file);
  const password = security.passwordOf(store);
  return kept === undefined ? await openStoreFile(file, password) : openStoreBytes(kept, password);
}
