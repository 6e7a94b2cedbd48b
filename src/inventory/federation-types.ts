// Federations of the typed inventory; the YAML form is documented in docs/inventory.md.
import type { Place } from '../core/place.ts';
import type { ProtocolVersion } from '../tls/types.ts';

/** A Sun Java System Instant Messaging server and its multiplexor: one iim.conf. */
export type SunImServerEntry = {
  readonly federation: string;
  readonly name: string;
  readonly host: string;
  /** XMPP domain: the name that its certificate has to be for */
  readonly domain: string;
  /** iim.conf on the host; stores are made beside it */
  readonly config: string;
  readonly imadmin: string;
  /** folder of the process ids */
  readonly runtime: string;
  readonly keytool: string;
  /** folder of certutil and pk12util; absent: they are in PATH */
  readonly nssTools?: string;
  readonly nssForm: 'dbm' | 'sql';
  /** account of the service; absent: the one of the log-in */
  readonly user?: string;
  readonly address: string;
  /** client: of the multiplexor */
  readonly ports: { readonly client: number; readonly server: number };
  readonly publicName?: string;
  /** what it can do once it does TLS */
  readonly offers: { readonly server: readonly ProtocolVersion[]; readonly multiplexor: readonly ProtocolVersion[] };
  /** limit for one start or stop */
  readonly startTimeoutMs: number;
  readonly deadManMs: number;
  /** credential of the user whose pings prove links; absent: they are not proved so */
  readonly probeLogin?: string;
  /** symbolic name in iim_server.coservers -> server or peer of the federation */
  readonly coservers: Readonly<Record<string, string>>;
  readonly place: Place;
};

/** An XMPP server of somebody else. */
export type SunImPeerEntry = {
  readonly federation: string;
  readonly name: string;
  readonly domain: string;
  readonly address: string;
  readonly port: number;
  /** empty: it cannot do TLS */
  readonly offers: readonly ProtocolVersion[];
  readonly trustFile?: string;
  readonly certificateFile?: string;
  readonly owner?: string;
  readonly required: boolean;
  readonly place: Place;
};

/** An XMPP/HTTP gateway: where it connects to stands in its httpbind.conf. */
export type SunImGatewayEntry = {
  readonly federation: string;
  readonly name: string;
  readonly host: string;
  readonly config: string;
  readonly runtime: string;
  /** script that restarts its web container; absent: a person does it */
  readonly restart?: string;
  readonly user?: string;
  readonly place: Place;
};

export type FederationEntry = {
  readonly name: string;
  readonly servers: readonly SunImServerEntry[];
  readonly peers: readonly SunImPeerEntry[];
  readonly gateways: readonly SunImGatewayEntry[];
  readonly place: Place;
};
