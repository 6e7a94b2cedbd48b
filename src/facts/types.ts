// What the planner knows of the world, read only and free of secrets.
import type { CertificateFacts, CertificateSummary } from '../core/certificate.ts';
import type { JavaArguments } from '../products/websphere/java-machine.ts';
import type { ComponentSettings } from '../core/topology-change.ts';
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
  /** what client tools can show of themselves; absent: the key store cannot be opened, so nothing is known */
  readonly clientCertificates?: {
    /** '' : whichever fits */
    readonly alias: string;
    readonly personal: StoreFacts['personal'];
  };
  /** FIPS level of ssl.client.props, '' without one; absent: off */
  readonly clientFips?: string;
  /** client tools compare the names of SOAP connectors; absent: no */
  readonly clientVerifiesHostNames?: boolean;
  /** versions that java.security of the profile's Java disables; absent: the file was not found, so none is known */
  readonly javaDisabled?: readonly ProtocolVersion[];
  /** by server: what its server.xml on this disk gives to its Java machine */
  readonly javaArguments?: Readonly<Record<string, JavaArguments>>;
  /** of a node: the same in the master configuration, which the next synchronization brings */
  readonly masterJavaArguments?: Readonly<Record<string, JavaArguments>>;
  /** stores of the replica that differ from the master's; absent: none */
  readonly replicaStores?: readonly ReplicaStoreFacts[];
};

/** The command line tools of a profile outside the cells; what they trust and show is read when they call a cell. */
export type ToolFacts = {
  readonly name: string;
  readonly host: string;
  readonly profile: string;
  readonly calls: readonly string[];
} & Pick<OwnerFacts, 'clientProtocol' | 'clientPropertiesSha256' | 'clientSigners'> &
  Pick<OwnerFacts, 'clientFips' | 'clientVerifiesHostNames' | 'clientCertificates'>;

export type CellFacts = {
  readonly cell: string;
  readonly deploymentManager: OwnerFacts;
  readonly nodes: readonly OwnerFacts[];
  readonly stores: readonly StoreFacts[];
};

/** What a population of callers trusts, as the inventory's file says. */
export type ClientTrustFacts = {
  /** of a client, or `<community>/<name>` of a neighbour */
  readonly name: string;
  readonly file: string;
  readonly fileSha256: string;
  readonly roots: readonly CertificateSummary[];
};

/** The certificate that a population of callers shows, leaf first. */
export type ClientCertificateFacts = {
  readonly name: string;
  readonly file: string;
  readonly fileSha256: string;
  readonly chain: readonly CertificateSummary[];
};

/** The recording row of a database; protocol null: there is none. */
export type RowFacts = { readonly database: string; readonly protocol: string | null };

/** Of a port, by two questions from here: the plaintext handshake and TLS hellos. */
export type ProbedMode = 'legacy' | 'dynamic' | 'strict' | 'inconclusive';

/** A component outside a WebSphere cell: what its files say, and what its process does. */
export type ComponentFacts = {
  /** `<community>/<name>` */
  readonly component: string;
  /** inventory name; '' for a neighbour that is only called */
  readonly host: string;
  /** every file that was read for it */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  readonly disk: ComponentSettings;
  /** listeners as they answered; callers as the files say, which the process may have read before they changed */
  readonly running: ComponentSettings;
  /** isOlderThanDisk: a file that it reads at its start changed afterwards */
  readonly process: { readonly pid: string | null; readonly isOlderThanDisk: boolean };
  /** by listener */
  readonly modes: Readonly<Record<string, ProbedMode>>;
  /** what to know before trusting its files; one sentence each */
  readonly findings: readonly string[];
};

export type Facts = {
  readonly cells: readonly CellFacts[];
  readonly listeners: readonly ListenerFacts[];
  readonly certificates: readonly CertificateFacts[];
  /** populations with a file of what they trust; trust of the others is not checked */
  readonly clients?: readonly ClientTrustFacts[];
  /** populations with a certificate of their own */
  readonly clientCertificates?: readonly ClientCertificateFacts[];
  /** absent: none declared */
  readonly tools?: readonly ToolFacts[];
  /** absent: not read */
  readonly rows?: readonly RowFacts[];
  /** every certificate that a listener showed, once */
  readonly served?: readonly CertificateSummary[];
  /** absent: none declared */
  readonly components?: readonly ComponentFacts[];
  /** the certificates with a key in the stores of the cells, as far as the stores can be opened */
  readonly held?: readonly CertificateSummary[];
};
