// The typed inventory. Paths are absolute; the YAML form is documented in docs/inventory.md.
import type { Place } from '../core/place.ts';
import type { ProtocolVersion } from '../tls/types.ts';

export type HostEntry = {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly identityFile: string;
  readonly knownHostsFile: string;
};

export type NodeEntry = {
  readonly name: string;
  readonly host: string;
  readonly profile: string;
  readonly role: string;
  readonly place: Place;
};

export type CellEntry = {
  readonly name: string;
  readonly deploymentManager: { readonly host: string; readonly profile: string; readonly node: string };
  /** credential name; undefined: soap.client.props and ipc.client.props on the hosts hold the log-in */
  readonly login: string | undefined;
  /** how long a node agent must keep its process after a start before it counts as stable */
  readonly nodeAgentWatchMs: number;
  /** limit for one start or stop */
  readonly serverTimeoutMs: number;
  readonly nodes: readonly NodeEntry[];
  readonly place: Place;
};

export type CredentialEntry = { readonly name: string; readonly user: string; readonly passwordFile: string };

export type CertificateEntry = {
  readonly name: string;
  readonly file: string;
  readonly passwordFile: string;
  /** alias in WebSphere, lower case */
  readonly alias: string;
  /** needed only when the file has several */
  readonly aliasInFile: string | undefined;
  readonly place: Place;
};

export type DatabaseEntry = {
  readonly name: string;
  readonly host: string;
  /** path of the db2 command line on the host */
  readonly command: string;
  readonly database: string;
  readonly login: string | undefined;
  /** server_id of the recording row */
  readonly serverId: string;
  /** servers (node/server) that read the row at start */
  readonly readBy: readonly { readonly cell: string; readonly node: string; readonly server: string }[];
  readonly place: Place;
};

/** A population of callers that the deployment must keep serving. */
export type ClientEntry = {
  readonly name: string;
  readonly offers: readonly ProtocolVersion[];
  /** PEM bundle of the roots it trusts; undefined: not checked */
  readonly trustFile: string | undefined;
  readonly required: boolean;
  readonly connects: readonly {
    readonly cell: string;
    readonly node: string;
    readonly server: string;
    readonly endpoint: string;
    readonly place: Place;
  }[];
};

export type Inventory = {
  readonly file: string;
  readonly sha256: string;
  readonly hosts: readonly HostEntry[];
  readonly cells: readonly CellEntry[];
  readonly credentials: readonly CredentialEntry[];
  readonly certificates: readonly CertificateEntry[];
  readonly databases: readonly DatabaseEntry[];
  readonly clients: readonly ClientEntry[];
};
