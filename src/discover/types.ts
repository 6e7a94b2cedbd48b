// What discovery finds on hosts, as facts: no secret, no judgement. One HostFindings per host; the cells are put together
// from all of them.
import type { ErrorCode } from '../core/errors.ts';
import type { DirectAlias, DynamicSelection } from '../products/websphere/direct-settings.ts';
import type { DataSource } from '../products/websphere/data-sources.ts';
import type { SecurityModel, ServerEntry } from '../products/websphere/security-model.ts';
import type { ProtocolVersion } from '../tls/types.ts';

export type FoundCertificate = {
  readonly alias: string;
  readonly subject: string;
  readonly notAfter: string;
  readonly sha256: string;
};

export type FoundStore = {
  readonly name: string;
  readonly scope: string;
  readonly location: string;
  /** null: the file is not there, or its password is not the one in security.xml */
  readonly contents: {
    readonly personal: readonly FoundCertificate[];
    readonly signers: readonly FoundCertificate[];
  } | null;
};

/** A node as a serverindex.xml describes it. */
export type FoundNode = {
  readonly node: string;
  /** as serverindex.xml writes it; may be ${LOCALHOST_NAME} */
  readonly hostName: string;
  readonly version: string | null;
  readonly servers: readonly (ServerEntry & { readonly directAliases: readonly DirectAlias[] })[];
};

/** How a server writes its log. */
export type LogForm = 'SystemOut.log' | 'HPEL' | 'none found';

/** manager: of a cell; managed: has a node agent; standalone: one server without either; incomplete: not told */
export type ProfileKind = 'manager' | 'managed' | 'standalone' | 'incomplete';

export type FoundProfile = {
  readonly host: string;
  readonly path: string;
  readonly name: string | null;
  readonly registered: boolean;
  readonly kind: ProfileKind;
  readonly cell: string | null;
  readonly node: string | null;
  /** of the manager all nodes of the cell, else what the replica knows of them */
  readonly nodes: readonly FoundNode[];
  readonly logs: Readonly<Record<string, LogForm>>;
  readonly security: SecurityModel | null;
  /** WAS security is on; null: not known */
  readonly isSecured: boolean | null;
  readonly directAliases: readonly DirectAlias[];
  readonly dynamicSelections: readonly DynamicSelection[];
  /** of the manager only */
  readonly stores: readonly FoundStore[];
  readonly clientProtocol: string | null;
  /** soap.client.props holds a user; null: not known */
  readonly hasLogin: boolean | null;
  /** home of the Java, when it is not where strictstep looks by itself */
  readonly java: string | null;
  readonly javaDisabled: readonly ProtocolVersion[] | null;
  /** with the folder below config/ that they are for: cells/C/nodes/N */
  readonly dataSources: readonly (DataSource & { readonly scope: string })[];
};

export type FoundInstallation = {
  readonly path: string;
  readonly product: string | null;
  readonly version: string | null;
};

export type FoundCommunityServer = {
  readonly ini: string;
  readonly data: string;
  readonly kind: 'server' | 'mux';
  readonly platform: 'linux' | 'windows' | 'domino';
  readonly community: string | null;
  readonly ports: { readonly server?: number; readonly client?: number };
  readonly clientModeIn: 'ini' | 'stconfig';
  readonly modes: Readonly<Record<string, string>>;
};

export type FoundMessagingServer = {
  readonly config: string;
  readonly domain: string | null;
  readonly runtime: string | null;
  readonly imadmin: string | null;
  readonly ports: { readonly client?: number; readonly server?: number };
  readonly coservers: readonly {
    readonly name: string;
    readonly host: string | null;
    readonly port: number | null;
    readonly domain: string | null;
  }[];
};

/** Something that is there and could not be used, in one sentence. */
export type Problem = { readonly path: string; readonly text: string };

export type HostFindings = {
  readonly host: string;
  readonly address: string;
  /** uname -s -r; '' when the host does not say */
  readonly system: string;
  /** what the host calls itself */
  readonly hostName: string;
  readonly searched: readonly string[];
  /** who read it; absent in older facts, null when the host does not say */
  readonly user?: string | null;
  /** other users who own configuration that was found, and folders that are closed */
  readonly owners?: readonly string[];
  readonly closedBy?: readonly string[];
  readonly installations: readonly FoundInstallation[];
  readonly profiles: readonly FoundProfile[];
  readonly communityServers: readonly FoundCommunityServer[];
  readonly messagingServers: readonly FoundMessagingServer[];
  /** runtime: the folder of its pid file; null: there is none, or several */
  readonly gateways: readonly { readonly config: string; readonly runtime: string | null }[];
  /** paths of db2 commands */
  readonly databases: readonly string[];
  readonly problems: readonly Problem[];
};

/** A host that could not be read at all. */
export type UnreadHost = { readonly host: string; readonly code: ErrorCode; readonly message: string };

export type Discovery = {
  readonly schema: 1;
  readonly hosts: readonly HostFindings[];
  readonly unread: readonly UnreadHost[];
};
