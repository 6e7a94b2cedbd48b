// What a step does to the connectivity model: written by operations, folded by src/topology/. Certificates are named by
// the SHA-1 fingerprint that WebSphere prints (an identity, not a proof; proofs compare SHA-256).

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
  | { readonly kind: 'synchronized'; readonly cell: string; readonly node: string }
  /** owner: 'dmgr' for the deployment manager, else the node; server: 'dmgr', 'nodeagent' or a server's name */
  | { readonly kind: 'stopped'; readonly cell: string; readonly owner: string; readonly server: string }
  | { readonly kind: 'started'; readonly cell: string; readonly owner: string; readonly server: string }
  | { readonly kind: 'recording-row'; readonly database: string; readonly protocol: string };
