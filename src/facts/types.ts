// What the planner knows of the world, read only and free of secrets.
import type { CertificateFacts, CertificateSummary } from '../core/certificate.ts';
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
  /** served chain, leaf first */
  readonly chain: readonly { readonly sha256: string; readonly sha1: string; readonly subject: string }[];
};

export type ProcessFacts = { readonly pid: string | null; readonly pidFile: string };

/** SHA-1 fingerprints, as WebSphere prints them, of the certificates in one store; chains leaf first. */
export type StoreFacts = {
  readonly name: string;
  readonly scope: string;
  readonly personal: readonly { readonly alias: string; readonly chain: readonly string[] }[];
  readonly signers: readonly string[];
};

/** A store of a node's replica that is not the master's; contents null: it cannot be opened. */
export type ReplicaStoreFacts = {
  readonly name: string;
  readonly scope: string;
  readonly contents: Pick<StoreFacts, 'personal' | 'signers'> | null;
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
  /** SHA-1 fingerprints of the signers in the profile's client trust store */
  readonly clientSigners: readonly string[];
  /** stores of the replica that differ from the master's; absent: none */
  readonly replicaStores?: readonly ReplicaStoreFacts[];
};

export type CellFacts = {
  readonly cell: string;
  readonly deploymentManager: OwnerFacts;
  readonly nodes: readonly OwnerFacts[];
  readonly stores: readonly StoreFacts[];
};

/** What a population of callers trusts, as the inventory's file says. */
export type ClientTrustFacts = {
  readonly name: string;
  readonly file: string;
  readonly fileSha256: string;
  readonly roots: readonly CertificateSummary[];
};

/** The recording row of a database; protocol null: there is none. */
export type RowFacts = { readonly database: string; readonly protocol: string | null };

export type Facts = {
  readonly cells: readonly CellFacts[];
  readonly listeners: readonly ListenerFacts[];
  readonly certificates: readonly CertificateFacts[];
  /** populations with a file of what they trust; trust of the others is not checked */
  readonly clients?: readonly ClientTrustFacts[];
  /** absent: not read */
  readonly rows?: readonly RowFacts[];
  /** every certificate that a listener showed, once */
  readonly served?: readonly CertificateSummary[];
};
