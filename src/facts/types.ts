// What the planner knows of the world, read only and free of secrets.
import type { CertificateFacts } from '../core/certificate.ts';
import type { SecurityModel, ServerEntry } from '../products/websphere/security-model.ts';
import type { ProtocolVersion, Verdict } from '../tls/types.ts';

/** A listener as it answered: the value "in the running process". */
export type ListenerFacts = {
  readonly cell: string;
  /** 'dmgr' or the node */
  readonly owner: string;
  readonly server: string;
  readonly endpoint: string;
  readonly address: string;
  readonly port: number;
  readonly protocols: Readonly<Partial<Record<ProtocolVersion, Verdict>>>;
  readonly chainSha256: readonly string[];
};

export type ProcessFacts = { readonly pid: string | null; readonly pidFile: string };

/** Fingerprints of the certificates in one store: aliases of personal certificates, digests of signers. */
export type StoreFacts = {
  readonly name: string;
  readonly scope: string;
  readonly personal: readonly { readonly alias: string; readonly chainSha256: readonly string[] }[];
  readonly signers: readonly string[];
};

export type OwnerFacts = {
  /** 'dmgr' or the node's name */
  readonly owner: string;
  readonly host: string;
  readonly address: string;
  readonly profile: string;
  /** the configuration on disk: the master's for the deployment manager, the replica else */
  readonly security: SecurityModel;
  readonly securitySha256: string;
  readonly servers: readonly ServerEntry[];
  readonly processes: Readonly<Record<string, ProcessFacts>>;
  /** value of com.ibm.ssl.protocol in the active block of ssl.client.props */
  readonly clientProtocol: string;
  readonly clientPropertiesSha256: string;
};

export type CellFacts = {
  readonly cell: string;
  readonly deploymentManager: OwnerFacts;
  readonly nodes: readonly OwnerFacts[];
  readonly stores: readonly StoreFacts[];
};

export type Facts = {
  readonly cells: readonly CellFacts[];
  readonly listeners: readonly ListenerFacts[];
  readonly certificates: readonly CertificateFacts[];
};
