// Words of the lab: a scenario as data, the knobs, and the mechanical faults. Nothing here knows what goes wrong with TLS.
import type { ProtocolVersion } from '../tls/types.ts';

export type ServerType = 'APPLICATION_SERVER' | 'PROXY_SERVER' | 'NODE_AGENT' | 'DEPLOYMENT_MANAGER';

/** What a WebSphere endpoint speaks once TLS stands. */
export type Service = 'soap' | 'overlay' | 'web' | 'proxy' | 'sip';

export type EndpointSpec = {
  readonly name: string;
  readonly service: Service;
  /** port = base port of the lab + offset */
  readonly offset: number;
};

export type ServerSpec = {
  readonly name: string;
  readonly type: ServerType;
  readonly endpoints: readonly EndpointSpec[];
  /** a proxy's application server of the same node */
  readonly forwardsTo?: string;
};

/** One WebSphere profile: the deployment manager's or a node's. */
export type ProfileSpec = {
  /** the WebSphere node that the profile holds */
  readonly node: string;
  readonly host: string;
  readonly profile: string;
  /** 'deployment-manager', or the role that the inventory gives the node */
  readonly role: string;
  /** the name by which people reach the servers */
  readonly publicName?: string;
  readonly servers: readonly ServerSpec[];
};

export type ClientSpec = {
  readonly name: string;
  readonly offers: readonly ProtocolVersion[];
  /** node/server/endpoint */
  readonly connects: readonly string[];
};

/** What deployments have besides the usual; absent: nothing of it. */
export type Oddities = {
  /** serverindex.xml names no host */
  readonly isHostNameless?: boolean;
  /** nodes without a node agent and without a profile */
  readonly unmanaged?: readonly { readonly node: string; readonly server: string; readonly hostName: string }[];
  /** a transport that names its SSL configuration itself */
  readonly directAliases?: readonly {
    readonly node: string;
    readonly server: string;
    readonly channel: string;
    readonly alias: string;
  }[];
  /** dynamic outbound selections */
  readonly selections?: readonly { readonly name: string; readonly info: string }[];
  /** profiles with one server and no deployment manager */
  readonly standalone?: readonly {
    readonly host: string;
    readonly profile: string;
    readonly cell: string;
    readonly node: string;
    readonly server: string;
  }[];
  /** profiles that are registered and not there */
  readonly gone?: readonly { readonly host: string; readonly profile: string }[];
  /** node/server with a log in HPEL format */
  readonly hpel?: readonly string[];
};

export type Scenario = {
  readonly name: string;
  readonly odd?: Oddities;
  readonly cell: string;
  readonly user: string;
  /** name and offset of the SSH port */
  readonly hosts: readonly { readonly name: string; readonly offset: number }[];
  readonly profiles: readonly ProfileSpec[];
  readonly database: {
    readonly host: string;
    readonly name: string;
    readonly user: string;
    readonly serverId: string;
    /** node/server */
    readonly readBy: readonly string[];
  };
  readonly clients: readonly ClientSpec[];
  /** alias that the new certificate gets in WebSphere */
  readonly certificateAlias: string;
  /** how many ports the scenario takes from the base port on; offset 0 is the control port */
  readonly ports: number;
};

export type Delays = {
  /** from the launch of a process until its ports are open */
  readonly startMs: number;
  /** between two rounds of a node agent over its overlay connections */
  readonly overlayMs: number;
};

/** Mechanical only: what a person with access to the machines could do. */
export type Fault =
  /** ends the operating system process of `node/server` from outside */
  | { readonly kind: 'kill'; readonly process: string }
  /** replaces text, or the whole file when only `content` (base64) is given; `path` is below the lab's folder */
  | { readonly kind: 'edit-file'; readonly path: string; readonly find: string; readonly replace: string }
  | { readonly kind: 'edit-file'; readonly path: string; readonly content: string }
  /** the next starts of `node/server` take this long; 0 takes the delay away */
  | { readonly kind: 'delay'; readonly process: string; readonly startMs: number }
  /** a host's ss, netstat or ststart fails from now on, or works again */
  | { readonly kind: 'break-command'; readonly host: string; readonly command: string; readonly isBroken: boolean };

export type ProcessState = {
  /** node/server */
  readonly process: string;
  readonly state: 'running' | 'starting' | 'stopping' | 'stopped';
  readonly pid: number | null;
};

/** One connection that a client population tried. */
export type ClientCall = {
  readonly client: string;
  /** node/server/endpoint */
  readonly to: string;
  readonly ok: boolean;
  readonly protocol: ProtocolVersion | null;
  readonly detail: string;
};
