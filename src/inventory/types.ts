// The typed inventory. Paths are absolute; the YAML form is documented in docs/inventory.md.
import type { Place } from '../core/place.ts';
import type { ProtocolVersion } from '../tls/types.ts';
import type { HostEntry, SecretSource } from './host-types.ts';

export type { BecomeEntry, HostEntry, HostOs, LegacyAlgorithm, LogInEntry, SecretSource } from './host-types.ts';
import type { FederationEntry } from './federation-types.ts';

export type { FederationEntry, SunImGatewayEntry, SunImPeerEntry, SunImServerEntry } from './federation-types.ts';

export type NodeEntry = {
  readonly name: string;
  readonly host: string;
  readonly profile: string;
  readonly role: string;
  readonly place: Place;
} & OwnerOptions;

type OwnerOptions = {
  /** home of the Java that runs the profile's processes; undefined: looked for below the installation */
  readonly java?: string | undefined;
  /** the name by which people reach the servers; undefined: the host's address */
  readonly publicName?: string | undefined;
};

export type CellEntry = {
  readonly name: string;
  readonly deploymentManager: { readonly host: string; readonly profile: string; readonly node: string } & OwnerOptions;
  /** credential name; undefined: soap.client.props and ipc.client.props on the hosts hold the log-in */
  readonly login: string | undefined;
  /** how long a node agent must keep its process after a start before it counts as stable */
  readonly nodeAgentWatchMs: number;
  /** limit for one start or stop */
  readonly serverTimeoutMs: number;
  readonly nodes: readonly NodeEntry[];
  readonly place: Place;
};

export type CredentialEntry = {
  readonly name: string;
  /** empty: a secret without an account, such as a passphrase */
  readonly user: string;
  readonly password: SecretSource;
};

export type CertificateEntry = {
  readonly name: string;
  readonly file: string;
  readonly password: SecretSource;
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

/** A profile or client installation outside the cells, of which only the command line tools count: ssl.client.props. */
export type ToolProfileEntry = {
  readonly name: string;
  readonly host: string;
  /** folder above properties/ssl.client.props */
  readonly profile: string;
  /** cells of the inventory whose deployment managers the tools call */
  readonly calls: readonly string[];
  /** program of the host and arguments; ends with status 0 as long as the tools work. undefined: there is none */
  readonly check: readonly string[] | undefined;
  readonly place: Place;
};

export const MEMBER_KINDS = ['server', 'mux'] as const;
export const PLATFORMS = ['linux', 'windows', 'domino'] as const;
export const NEIGHBOUR_KINDS = ['sametime-proxy', 'media-manager', 'gateway', 'bot', 'ldap', 'other'] as const;
/** How the plaintext port is written in sametime.ini of a strict server; the probe decides whether it was right. */
export const STRICT_SPELLINGS = ['omit', 'empty', 'zero'] as const;

/** A community server with its built-in multiplexer, or a standalone multiplexer. */
export type CommunityServerEntry = {
  readonly community: string;
  readonly name: string;
  readonly kind: (typeof MEMBER_KINDS)[number];
  readonly host: string;
  readonly platform: (typeof PLATFORMS)[number];
  /** data folder on the host */
  readonly data: string;
  readonly ini: string;
  readonly log: string;
  readonly address: string;
  /** server: for servers and server applications (1516); client: for clients (1533) */
  readonly ports: { readonly server?: number; readonly client?: number };
  readonly publicName?: string;
  readonly strictSpelling: (typeof STRICT_SPELLINGS)[number];
  /** stconfig: a Notes database decides the mode of the client port, and no file that can be written does */
  readonly clientModeIn: 'ini' | 'stconfig';
  readonly startTimeoutMs: number;
  /** after that long a change of its settings goes back by itself, unless health was proved */
  readonly deadManMs: number;
  /** account that runs it; undefined: the one of the log-in */
  readonly user?: string;
  readonly place: Place;
};

/** A program that is no community server: it calls servers, or (ldap) is called by them. */
export type NeighbourEntry = {
  readonly community: string;
  readonly name: string;
  readonly kind: (typeof NEIGHBOUR_KINDS)[number];
  readonly owner?: string;
  readonly address?: string;
  readonly port?: number;
  /** server ports that it calls; empty: none */
  readonly connects: 'all' | readonly string[];
  /** members that call it; empty: none */
  readonly calledBy: 'all' | readonly string[];
  /** empty: it cannot do TLS */
  readonly offers: readonly ProtocolVersion[];
  /** PEM bundle of the roots it trusts; undefined: not checked */
  readonly trustFile?: string;
  /** PEM file of the certificate it shows, leaf first; undefined: it has none */
  readonly certificateFile?: string;
  readonly required: boolean;
  /** how often it comes at least */
  readonly cycleMs?: number;
  readonly proxyInfo?: string;
  readonly place: Place;
};

export type CommunityEntry = {
  readonly name: string;
  readonly servers: readonly CommunityServerEntry[];
  readonly neighbours: readonly NeighbourEntry[];
  readonly place: Place;
};

/** A population of callers that the deployment must keep serving. */
export type ClientEntry = {
  readonly name: string;
  readonly offers: readonly ProtocolVersion[];
  /** PEM bundle of the roots it trusts; undefined: not checked */
  readonly trustFile: string | undefined;
  /** PEM file of the certificate it shows, leaf first; undefined: it has none */
  readonly certificateFile?: string | undefined;
  /** false: it does not compare the certificate's names with the one it asked for; absent: it does */
  readonly verifiesHostName?: boolean;
  readonly required: boolean;
  readonly connects: readonly {
    readonly cell: string;
    readonly node: string;
    readonly server: string;
    readonly endpoint: string;
    readonly place: Place;
  }[];
  /** ports of servers of communities and federations that it calls */
  readonly communityPorts?: readonly {
    readonly community: string;
    readonly server: string;
    readonly port: string;
    readonly place: Place;
  }[];
  /** how it calls them: direct, without TLS until a push changes it; tls-direct, with TLS or not at all */
  readonly connectionType?: 'direct' | 'tls-direct';
  /** how often it comes at least; absent: not known */
  readonly cycleMs?: number;
  readonly owner?: string;
  /** where it comes from; absent: not known */
  readonly addresses?: readonly string[];
};

/** When changes may be made: ISO 8601 with offset, as written; `end` is later than `start`. */
export type ChangeWindowEntry = { readonly start: string; readonly end: string };

export type ApprovalEntry = {
  /** how many people, 1 to 99 */
  readonly required: number;
  readonly allowedSigners: string;
  readonly expiresMs: number;
};

export type Inventory = {
  readonly file: string;
  readonly sha256: string;
  readonly hosts: readonly HostEntry[];
  readonly cells: readonly CellEntry[];
  readonly credentials: readonly CredentialEntry[];
  readonly certificates: readonly CertificateEntry[];
  readonly databases: readonly DatabaseEntry[];
  /** absent: none */
  readonly toolProfiles?: readonly ToolProfileEntry[];
  readonly communities: readonly CommunityEntry[];
  /** absent: none */
  readonly federations?: readonly FederationEntry[];
  readonly clients: readonly ClientEntry[];
  /** absent: none is declared */
  readonly changeWindow?: ChangeWindowEntry;
  readonly approval?: ApprovalEntry;
};
