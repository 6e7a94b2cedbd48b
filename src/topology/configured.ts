// What a disk says for one process: the effective SSL configuration of a direction, and what it comes to.
import type { SslConfiguration } from '../products/websphere/security-model.ts';
import { effectiveSsl, type EffectiveSsl } from '../products/websphere/effective-ssl.ts';
import { effectiveVersions, type JavaLayer } from '../products/websphere/effective-versions.ts';
import { protocolsOf } from '../products/websphere/qop.ts';
import type { ProtocolVersion } from '../tls/types.ts';
import { isHeldBy } from './replica.ts';
import type { Disk, StartFailure, StoreContents } from './state.ts';
import { storeKey } from './state.ts';

export type Location = {
  readonly cell: string;
  readonly node: string;
  readonly server: string;
  readonly endpoint?: string;
};

/** A listener that would be made from this disk. */
export type ConfiguredListener =
  | {
      readonly kind: 'starts';
      readonly configuration: SslConfiguration;
      readonly protocols: readonly ProtocolVersion[];
      /** leaf first; undefined: not known */
      readonly chain: readonly string[] | undefined;
      readonly asks: ClientQuestion;
      /** what became of the protocol value, for messages */
      readonly value: string;
    }
  | { readonly kind: 'does-not-start'; readonly why: string; readonly help: string };

/** Whether a listener asks its callers for a certificate; signers undefined: its trust store is not known. */
export type ClientQuestion =
  | { readonly kind: 'none' }
  | { readonly kind: 'want' | 'need'; readonly store: string; readonly signers: ReadonlySet<string> | undefined };

export function configuredListener(disk: Disk, location: Location): ConfiguredListener {
  const effective = effectiveSsl(disk.security, location, 'inbound');
  if (effective === undefined)
    return {
      kind: 'does-not-start',
      why: 'no inbound SSL configuration applies to it',
      help: 'give it, its node or its cell an inbound SSL configuration group',
    };
  const { configuration, certificateAlias } = effective;
  const { keyStore } = configuration;
  const { versions: protocols, layers } = effectiveVersions(
    configuration.protocol,
    javaLayer(disk, location),
    'inbound',
  );
  const value = [configuration.protocol, ...layers].join(', ');
  if (protocols.length === 0)
    return {
      kind: 'does-not-start',
      why: `SSL configuration ${nameOf(configuration)} enables no version with ${value}`,
      help: `set the protocol of SSL configuration ${nameOf(configuration)} to one that can be used`,
    };
  if (!isHeldBy(keyStore.scope, disk.node))
    return {
      kind: 'does-not-start',
      why: `key store ${keyStore.name} ${keyStore.scope} is not part of the replica of node ${disk.node}`,
      help: 'choose an SSL configuration of the cell or of the same node',
    };
  const asks = clientQuestion(disk, configuration);
  if (asks.kind !== 'none' && !hasTrustStore(disk, configuration))
    return {
      kind: 'does-not-start',
      why: `it asks for client certificates, and trust store ${asks.store} is not part of the replica of node ${disk.node}`,
      help: 'choose an SSL configuration of the cell or of the same node',
    };
  const contents = disk.stores.get(storeKey(keyStore.name, keyStore.scope));
  const chain = contents === undefined ? 'not known' : chainOf(contents, certificateAlias);
  if (chain === undefined)
    return {
      kind: 'does-not-start',
      why: `alias ${certificateAlias} is not in key store ${keyStore.name} ${keyStore.scope} of SSL configuration ${configuration.alias} ${configuration.scope}`,
      help: `import the certificate as ${certificateAlias} into ${keyStore.name} ${keyStore.scope} and synchronize before the restart`,
    };
  return {
    kind: 'starts',
    configuration,
    protocols,
    chain: chain === 'not known' ? undefined : chain,
    asks,
    value,
  };
}

/** What a listener of a process that started from this disk asks, be it that another would not start from it. */
export function questionAt(disk: Disk, location: Location): ClientQuestion {
  const effective = effectiveSsl(disk.security, location, 'inbound');
  return effective === undefined ? { kind: 'none' } : clientQuestion(disk, effective.configuration);
}

function clientQuestion(disk: Disk, configuration: SslConfiguration): ClientQuestion {
  const { clientAuthentication, clientAuthenticationSupported = false, trustStore } = configuration;
  if (!clientAuthentication && !clientAuthenticationSupported) return { kind: 'none' };
  const store = `${trustStore.name} ${trustStore.scope}`;
  return { kind: clientAuthentication ? 'need' : 'want', store, signers: signersOf(disk, configuration) };
}

/** What a process that starts from this disk takes with it. */
export const javaLayer = (
  { security, javaDisabled, javaArguments }: Disk,
  { node, server }: Pick<Location, 'node' | 'server'>,
): JavaLayer => ({
  disabled: javaDisabled,
  arguments: javaArguments.get(`${node}/${server}`) ?? {},
  property: security.disabledAlgorithms,
  fips: security.fipsEnabled ? (security.fipsLevel ?? '') : undefined,
});

/** The first port that keeps a process from starting on this disk. A process starts wholly or not at all: the lab's rule,
 * the cautious one; whether a real server goes on without a port is not verified. */
export function startFailure(disk: Disk, location: Location, endpoints: readonly string[]): StartFailure | undefined {
  for (const endpoint of endpoints) {
    const configured = configuredListener(disk, { ...location, endpoint });
    if (configured.kind === 'does-not-start') return { endpoint, why: configured.why, help: configured.help };
  }
  return undefined;
}

/** A QoP value that nobody knows the meaning of proves no version. */
export const versionsOf = (qop: string): readonly ProtocolVersion[] => protocolsOf(qop) ?? [];

/** Without an alias the process takes the only certificate there is; among several nothing is claimed. */
function chainOf({ personal }: StoreContents, alias: string): readonly string[] | 'not known' | undefined {
  if (alias !== '') return personal.get(alias.toLowerCase());
  const [only, ...others] = personal.values();
  return others.length === 0 ? only : 'not known';
}

/** Chains that a caller with this configuration can show; undefined: not known. With an alias it shows that one or none,
 * without one whichever the listener takes. */
export function heldChains(
  disk: Disk,
  { keyStore }: SslConfiguration,
  alias: string,
): readonly (readonly string[])[] | undefined {
  if (!isHeldBy(keyStore.scope, disk.node)) return [];
  const contents = disk.stores.get(storeKey(keyStore.name, keyStore.scope));
  if (contents === undefined) return undefined;
  if (alias === '') return [...contents.personal.values()];
  const chain = contents.personal.get(alias.toLowerCase());
  return chain === undefined ? [] : [chain];
}

export const outboundSsl = (disk: Disk, location: Location): EffectiveSsl | undefined =>
  effectiveSsl(disk.security, location, 'outbound');

export const outboundConfiguration = (disk: Disk, location: Location): SslConfiguration | undefined =>
  outboundSsl(disk, location)?.configuration;

/** Signers of the trust store of an SSL configuration; undefined: its contents are not known. */
export const signersOf = (disk: Disk, { trustStore }: SslConfiguration): ReadonlySet<string> | undefined =>
  disk.stores.get(storeKey(trustStore.name, trustStore.scope))?.signers;

/** False: the trust store's file lies in the folder of another node, which a replica does not have. */
export const hasTrustStore = (disk: Disk, { trustStore }: SslConfiguration): boolean =>
  isHeldBy(trustStore.scope, disk.node);

/** Same alias exists once per node, so the scope is part of the name. */
export const nameOf = ({ alias, scope }: SslConfiguration): string => `${alias} ${scope}`;
