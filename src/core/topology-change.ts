// What a step does to the connectivity model: written by operations, folded by src/topology/. Certificates are named by
// the SHA-1 fingerprint that WebSphere prints (an identity, not a proof; proofs compare SHA-256).

import type { ProtocolVersion } from './protocol-version.ts';

export type Direction = 'inbound' | 'outbound';

/** `store` names a WebSphere key store with its scope, or the client trust store of a profile. */
export type StoreName =
  | { readonly kind: 'key-store'; readonly cell: string; readonly name: string; readonly scope: string }
  | { readonly kind: 'client-trust'; readonly cell: string; readonly owner: string };

export type TopologyChange =
  | {
      readonly kind: 'ssl-configuration';
      readonly cell: string;
      readonly alias: string;
      readonly scope: string;
      readonly protocol: string;
      /** with the protocol, or left as it is; no link depends on it, but a listener has it only after a restart */
      readonly ciphers?: { readonly securityLevel: string; readonly enabledCiphers: string };
    }
  | {
      readonly kind: 'ssl-group';
      readonly cell: string;
      readonly scope: string;
      readonly direction: Direction;
      readonly configuration: string;
      readonly configurationScope: string;
      readonly certificateAlias: string;
    }
  | { readonly kind: 'client-protocol'; readonly cell: string; readonly owner: string; readonly protocol: string }
  | { readonly kind: 'signers-added'; readonly store: StoreName; readonly fingerprints: readonly string[] }
  | {
      readonly kind: 'certificate-added';
      readonly store: StoreName;
      readonly alias: string;
      /** leaf first */
      readonly chain: readonly string[];
    }
  | { readonly kind: 'certificate-removed'; readonly store: StoreName; readonly alias: string }
  | { readonly kind: 'synchronized'; readonly cell: string; readonly node: string }
  /** owner: 'dmgr' for the deployment manager, else the node; server: 'dmgr', 'nodeagent' or a server's name */
  | { readonly kind: 'stopped'; readonly cell: string; readonly owner: string; readonly server: string }
  | { readonly kind: 'started'; readonly cell: string; readonly owner: string; readonly server: string }
  | { readonly kind: 'recording-row'; readonly database: string; readonly protocol: string }
  | ComponentChange;

/** What happens to a component outside a WebSphere cell, or to a population of clients.
 * component: `<community>/<name>` */
export type ComponentChange =
  /** on the disk alone: the process has it after its next start */
  | {
      readonly kind: 'component-settings';
      readonly component: string;
      readonly settings: ComponentSettings;
      /** what it does not name stays; absent: what it does not name is gone */
      readonly isPartial?: true;
    }
  | { readonly kind: 'component-stopped'; readonly component: string }
  | { readonly kind: 'component-started'; readonly component: string }
  | { readonly kind: 'population-settings'; readonly client: string; readonly caller: CallerSettings };

/** By port or purpose: 'server', 'client', 'ldap'. */
export type ComponentSettings = {
  readonly listeners: Readonly<Record<string, EndpointSettings>>;
  readonly callers: Readonly<Record<string, CallerSettings>>;
};

export type EndpointSettings = {
  /** takes sessions without TLS */
  readonly clear: boolean;
  /** empty: no TLS */
  readonly protocols: readonly ProtocolVersion[];
  /** fingerprints, leaf first; empty: not known */
  readonly chain: readonly string[];
  /** of the leaf */
  readonly names: readonly string[];
  readonly clientCertificate: 'none' | 'want' | 'need';
  /** fingerprints of issuers of client certificates; null: not known */
  readonly trusts: readonly string[] | null;
  /** patterns that a client certificate's names must match; absent or empty: names are not checked */
  readonly trustedNames?: readonly string[];
  /** for messages: what decides it */
  readonly because: string;
};

export type CallerSettings = {
  /** it does not call there now: `because` says why */
  readonly isIdle?: true;
  /** goes on without TLS where the other side has none */
  readonly clear: boolean;
  /** empty: cannot do TLS */
  readonly protocols: readonly ProtocolVersion[];
  /** fingerprints; null: not known, so trust is not checked */
  readonly trusts: readonly string[] | null;
  /** patterns that the listener's names must match; empty: names are not checked */
  readonly trustedNames: readonly string[];
  /** fingerprints of its own certificate's chain, leaf first; empty: it has none */
  readonly personal: readonly string[];
  /** names of its own certificate, for a listener that checks them; absent: not known */
  readonly personalNames?: readonly string[];
  /** for messages: what decides it */
  readonly because: string;
};
