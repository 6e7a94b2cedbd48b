// What a WebSphere process finds on its disk: the SSL configuration that holds for it or for one of its endpoints, with
// the opened key store and trust store. The deployment manager's disk is the master; a node's is its replica. Message ids
// other than CWPKI0022E and CWPKI0033E are from memory or ours, not verified on real WebSphere.
import type { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256Hex } from '../../core/json.ts';
import type { Secret } from '../../core/secret.ts';
import type { Direction } from '../../core/topology-change.ts';
import { effectiveSsl } from '../../products/websphere/effective-ssl.ts';
import { renderScope } from '../../products/websphere/scopes.ts';
import type { ScopePath } from '../../products/websphere/scopes.ts';
import type { SecurityModel, SslConfiguration, StoreReference } from '../../products/websphere/security-model.ts';
import { parseSecurityXml } from '../../products/websphere/security-xml.ts';
import { parsePassword } from '../../products/websphere/xor.ts';
import { suiteByName } from '../../tls/cipher-suites.ts';
import { objectAt, objects, parseSecurity } from '../repository/security-document.ts';
import type { SecurityDocument } from '../repository/security-document.ts';
import { attributeOf } from '../repository/xml-tree.ts';
import type { StoreContent } from '../repository/store-file.ts';
import { keyOf, keysOf, openStoreBytes, openStoreFile, signersOf } from '../stores.ts';
import type { ServedKey } from '../stores.ts';
import { ANY_CIPHERS, listenerRange, rangeOf } from '../tls-client.ts';
import type { VersionRange } from '../tls-client.ts';
import { machineOf, readArguments, readDisabled, versionsIn } from './java-machine.ts';
import type { JavaMachine } from './java-machine.ts';

export type Security = {
  readonly configRoot: string;
  readonly model: SecurityModel;
  readonly passwordOf: (store: StoreReference) => Secret;
  /** by file: the stores that a process took into memory; else they are read from the disk when they are needed */
  readonly kept?: ReadonlyMap<string, Uint8Array>;
  /** of the process that uses the configuration: it is the one that was started, whatever the disk says later */
  readonly machine: JavaMachine;
};

/** Settings with which a connection can be made. */
export type TlsSettings = {
  readonly configuration: string;
  readonly qop: string;
  readonly versions: VersionRange;
  readonly ciphers: string;
  readonly keyStore: StoreReference;
  readonly trustStore: StoreReference;
  /** whether a listener asks its callers for a certificate */
  readonly clients: 'none' | 'want' | 'need';
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

type ServerPath = { readonly cell: string; readonly node: string; readonly server: string };

/** @param configRoot `<profile>/config` */
export async function readSecurity(
  configRoot: string,
  cell: string,
  args: ReadonlyMap<string, string> = new Map(),
): Promise<Security> {
  const { model, document } = parseOnce(await readFile(`${configRoot}/cells/${cell}/security.xml`, 'utf8'));
  const passwordOf = ({ name, scope }: StoreReference): Secret => {
    const element = objectAt(document, 'keyStores', { name }, scope);
    const encoded = element === undefined ? undefined : attributeOf(element, 'password');
    if (encoded === undefined) throw new Error(`CWPKI0033E: key store ${name} ${scope} is not in security.xml`);
    return parsePassword(encoded, `password of key store ${name}`);
  };
  const properties = new Map(
    objects(document, 'properties').map((one) => [attributeOf(one, 'name') ?? '', attributeOf(one, 'value') ?? '']),
  );
  const machine = machineOf(await readDisabled(path.dirname(configRoot)), args, properties);
  return { configRoot, model, passwordOf, machine };
}

/** What a process takes into memory when it starts: the configuration with all its stores, and its Java machine. */
export async function readForStart(configRoot: string, { cell, node, server }: ServerPath): Promise<Security> {
  const args = await readArguments(
    path.join(configRoot, 'cells', cell, 'nodes', node, 'servers', server, 'server.xml'),
  );
  const security = await readSecurity(configRoot, cell, args);
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
  return onDisk.model.dynamicUpdate ? { ...onDisk, machine: started.machine } : started;
}

/** @throws Error with the words for the log when the process could not use the configuration */
export function settingsFor(
  security: Security,
  at: ScopePath,
  direction: Direction,
): TlsSettings & { readonly certificateAlias: string } {
  const effective = effectiveSsl(security.model, at, direction);
  if (effective === undefined) throw new Error(`CWPKI0016E: no SSL configuration for ${renderScope(at)} ${direction}`);
  return {
    ...settingsOf(effective.configuration, security.machine, direction),
    certificateAlias: effective.certificateAlias,
  };
}

/** The overlay network's caller uses this configuration of the cell when there is one. */
export function overlaySettings(
  security: Security,
  at: ScopePath,
): TlsSettings & { readonly certificateAlias: string } {
  const scope = renderScope({ cell: at.cell });
  const xda = security.model.configurations.find((one) => one.alias === 'XDADefaultSSLSettings' && one.scope === scope);
  return xda === undefined
    ? settingsFor(security, at, 'outbound')
    : { ...settingsOf(xda, security.machine, 'outbound'), certificateAlias: '' };
}

function settingsOf(configuration: SslConfiguration, machine: JavaMachine, direction: Direction): TlsSettings {
  const { alias, protocol, keyStore, trustStore, clientAuthentication, clientAuthenticationSupported } = configuration;
  const enabled = versionsIn(machine, protocol, direction);
  const versions = direction === 'inbound' ? listenerRange(enabled) : rangeOf(enabled);
  if (versions === undefined) {
    throw new Error(`CWPKI0045E: SSL configuration ${alias}: the lab has no TLS version for the protocol ${protocol}`);
  }
  const clients = clientAuthentication ? 'need' : clientAuthenticationSupported === true ? 'want' : 'none';
  const ciphers = ciphersOf(configuration);
  return { configuration: alias, qop: protocol, versions, ciphers, keyStore, trustStore, clients };
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

/** What a caller can show of itself: the certificate under the alias or nothing; without an alias any of the store. */
export async function clientKeys(
  security: Security,
  { keyStore }: TlsSettings,
  alias: string,
): Promise<readonly ServedKey[]> {
  // A key store that is not there or does not open is no reason not to call.
  const store = await openStore(security, keyStore).catch(() => undefined);
  return store === undefined ? [] : keysOf(store, alias);
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
