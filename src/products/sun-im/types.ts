// Words of Sun Java System Instant Messaging 7.2 as strictstep uses them. Sources: setting-table.ts.
import type { CertificateSummary } from '../../core/certificate.ts';
import type { ProtocolVersion } from '../../core/protocol-version.ts';

/** null removes every line of the key */
export type IimEdit = { readonly key: string; readonly value: string | null };

/** What has to be refreshed before a change counts. gateway: its web container is restarted. */
export type SunImComponent = 'server' | 'multiplexor' | 'gateway';

export type SunImSettings = {
  readonly modules?: readonly string[];
  readonly user?: string;
  readonly javaCommand?: string;
  readonly domain?: string;
  readonly serverId?: string;
  readonly serverPorts?: readonly string[];
  readonly usesServerPort?: boolean;
  readonly usesMultiplexorPort?: boolean;
  readonly keyStore?: string;
  readonly keyStorePasswordFile?: string;
  readonly requireTls?: boolean;
  readonly trustAllCertificates?: boolean;
  readonly coservers?: readonly string[];
  readonly muxListen?: string;
  readonly muxServer?: string;
  readonly muxLegacySsl?: boolean;
  readonly muxDatabaseFolder?: string;
  readonly muxKeyPrefix?: string;
  readonly muxCertificatePrefix?: string;
  readonly muxModuleFile?: string;
  readonly muxNickname?: string;
  readonly muxPasswordFile?: string;
};
export type SettingName = keyof SunImSettings;

/** A cooperating server, by the symbolic name of iim_server.coservers. */
export type Coserver = {
  readonly name: string;
  /** false: it has keys and is not in the list, so the server does not know it */
  readonly isListed: boolean;
  readonly host: string | null;
  readonly port: number | null;
  readonly serverId: string | null;
  readonly domain: string | null;
  /** null: not written */
  readonly requireTls: boolean | null;
};

export type ReadSunIm = {
  readonly written: SunImSettings;
  /** with what the server takes when a key is absent */
  readonly effective: SunImSettings;
  readonly coservers: readonly Coserver[];
  /** values that are none of the documented ones, or break the grammar; the setting counts as absent */
  readonly unknown: readonly { readonly key: string; readonly line: number; readonly value: string }[];
};

/** plain: no TLS offered; dynamic: offered; strict: required */
export type StreamMode = 'plain' | 'dynamic' | 'strict';

export type SunImFinding = {
  readonly code: string;
  /** fails: it does not work, does not do what it seems to do, or a secret lies open */
  readonly severity: 'fails' | 'warning' | 'note';
  /** of iim.conf; absent: about something else */
  readonly line?: number;
  readonly text: string;
  /** one full sentence */
  readonly fix: string;
};

/** The Java key store of the server, as it was found. */
export type ServerStore = {
  readonly form: 'jks' | 'jceks' | 'pkcs12' | 'unknown';
  readonly keys: readonly { readonly alias: string; readonly chain: readonly CertificateSummary[] }[];
  readonly trusted: readonly CertificateSummary[];
  /** null: not tried */
  readonly keyPasswordFits: boolean | null;
  /** why the server cannot use it, when that is none of the above; absent: nothing is known against it */
  readonly refusal?: string;
};

/** The certificate and key databases of the multiplexor. */
export type MuxDatabase = {
  readonly form: 'dbm' | 'sql';
  readonly nicknames: readonly string[];
  /** of the configured nickname, leaf first; empty: not known */
  readonly chain: readonly CertificateSummary[];
  /** why the multiplexor cannot use it; absent: nothing is known against it */
  readonly refusal?: string;
};

/** undefined: not looked at, or not to be opened */
export type SunImStores = { readonly server: ServerStore | undefined; readonly mux: MuxDatabase | undefined };

/** What a probe has found, per part; it wins over the documents. */
export type MeasuredProtocols = {
  readonly server?: readonly ProtocolVersion[];
  readonly mux?: readonly ProtocolVersion[];
};
