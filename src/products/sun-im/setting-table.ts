// Every setting of iim.conf that matters for TLS as data: its key, its kind, its default, what must be refreshed, and how sure
// that is. Sources: Sun Java System Instant Messaging 7.2 Administration Guide, tables 12-1, 12-2, A-2, A-5 and A-6 (819-4412);
// release notes of Communications Suite 5 (819-4432) for what 7.2 dropped.
import type { SettingName, SunImComponent } from './types.ts';

const TLS = '819-4412 table 12-1';
const SSL = '819-4412 table 12-2';
const PEERS = '819-4412 table A-5';
const MUX = '819-4412 table A-6';
const SERVER = '819-4412 table A-2';

export type ValueKind = 'text' | 'list' | 'boolean' | 'switch';

export type SettingRow = {
  readonly name: SettingName;
  readonly key: string;
  readonly kind: ValueKind;
  /** as the file would say it; null: nothing, or nothing that is one value for all platforms */
  readonly whenAbsent: string | null;
  readonly refresh: SunImComponent;
  readonly source: string;
  /** false: `remark` says what is not certain */
  readonly verified: boolean;
  readonly remark: string;
};

type Origin = Pick<SettingRow, 'refresh' | 'source'>;
const row = (
  origin: Origin,
  name: SettingName,
  key: string,
  kind: ValueKind,
  whenAbsent: string | null,
  remark = '',
  verified = true,
): SettingRow => ({ ...origin, name, key, kind, whenAbsent, remark, verified });

const server: Origin = { refresh: 'server', source: SERVER };
const tls: Origin = { refresh: 'server', source: TLS };
const peers: Origin = { refresh: 'server', source: PEERS };
const mux: Origin = { refresh: 'multiplexor', source: MUX };
const ssl: Origin = { refresh: 'multiplexor', source: SSL };

const FOLDER =
  'Solaris: /etc/opt/SUNWiim/default/config; Linux: /etc/opt/sun/im/default/config; "default" is the instance';
const PREFIX =
  'NSS puts the prefix in front of cert8.db and key3.db as it is, so a hyphen belongs to it; the table leaves it out';

export const SETTINGS: readonly SettingRow[] = [
  row(server, 'modules', 'iim.comm.modules', 'list', 'iim_server,iim_mux'),
  row(server, 'user', 'iim.user', 'text', null, 'account that has to be able to read the key stores'),
  row(
    server,
    'javaCommand',
    'iim.jvm.command',
    'text',
    null,
    'TLS needs Java 1.5; what a newer one offers is not documented',
    false,
  ),
  row(server, 'domain', 'iim_server.domainname', 'text', null, 'the name that certificates are checked against'),
  row(peers, 'serverId', 'iim_server.serverid', 'text', null),
  row(server, 'serverPorts', 'iim_server.port', 'list', '5269', 'a number, address:number, or a list (since 2006Q1)'),
  row(server, 'usesServerPort', 'iim_server.useport', 'boolean', 'TRUE'),
  row(server, 'usesMultiplexorPort', 'iim_server.usemuxport', 'boolean', 'TRUE'),
  row(tls, 'keyStore', 'iim_server.sslkeystore', 'text', null, 'this key alone makes the server offer startTLS; a JKS'),
  row(tls, 'keyStorePasswordFile', 'iim_server.keystorepasswordfile', 'text', 'sslpassword.conf'),
  row(tls, 'requireTls', 'iim_server.requiressl', 'boolean', 'false', 'for clients and peers alike'),
  row(tls, 'trustAllCertificates', 'iim_server.trust_all_cert', 'boolean', 'false', 'for tests only'),
  row(peers, 'coservers', 'iim_server.coservers', 'list', null),
  row(mux, 'muxListen', 'iim_mux.listenport', 'text', '5222', 'the default of the address is not in the table', false),
  row(mux, 'muxServer', 'iim_mux.serverport', 'text', '45222', 'always without TLS of its own'),
  row(ssl, 'muxLegacySsl', 'iim_mux.usessl', 'switch', 'off', 'on or off, where the server has true or false'),
  row(ssl, 'muxDatabaseFolder', 'iim_mux.secconfigdir', 'text', null, FOLDER),
  row(ssl, 'muxKeyPrefix', 'iim_mux.keydbprefix', 'text', null, PREFIX, false),
  row(ssl, 'muxCertificatePrefix', 'iim_mux.certdbprefix', 'text', null, PREFIX, false),
  row(ssl, 'muxModuleFile', 'iim_mux.secmodfile', 'text', 'secmod.db'),
  row(
    ssl,
    'muxNickname',
    'iim_mux.certnickname',
    'text',
    'Multiplexor-Cert',
    'the example spells it with an underscore',
  ),
  row(ssl, 'muxPasswordFile', 'iim_mux.keystorepasswordfile', 'text', 'sslpassword.conf'),
];

export const rowOf = (name: SettingName): SettingRow => {
  const found = SETTINGS.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`no setting ${name}`);
  return found;
};

const COSERVER_PARTS = ['host', 'serverid', 'password', 'domain', 'requiressl'] as const;
export type CoserverPart = (typeof COSERVER_PARTS)[number];

export const coserverKey = (name: string, part: CoserverPart): string => `iim_server.${name}.${part}`;

/** undefined: no key of a coserver. A name is letters and digits (table A-5). */
export function coserverNameOf(key: string): string | undefined {
  const [, name, part] = /^iim_server\.([A-Za-z0-9]+)\.([a-z]+)$/u.exec(key) ?? [];
  return COSERVER_PARTS.some((one) => one === part) ? name : undefined;
}

/** Keys that 7.2 reads no more; they look like security and do nothing. Source: 819-4432, changes of 7.2. */
export const RETIRED: Readonly<Record<string, string | null>> = {
  'iim_server.sslport': null,
  'iim_server.usesslport': null,
  'iim_server.secconfigdir': 'iim_server.sslkeystore',
  'iim_server.keydbprefix': 'iim_server.sslkeystore',
  'iim_server.certdbprefix': 'iim_server.sslkeystore',
};
