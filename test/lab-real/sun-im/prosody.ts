// A configuration of Prosody 0.12 out of what iim.conf says, key and chain included: what Prosody then does on the wire is its own.
// Sun's product has one port for servers and for clients without a multiplexor, as Prosody has with its net_multiplex.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ServerSettings } from '../../../src/lab/sun-im/settings.ts';
import { openServerStore } from '../../../src/lab/sun-im/stores.ts';

export type ProsodyParts = {
  readonly settings: ServerSettings;
  /** of its own files */
  readonly folder: string;
  readonly plugins: string;
  /** Prosody finds other servers by their names, not by what iim.conf says of them */
  readonly nameServer: string;
};

const lua = (text: string): string => `"${text.replaceAll(/["\\]/g, (sign) => `\\${sign}`)}"`;
const list = (items: readonly string[]): string => `{ ${items.join(', ')} }`;

/** @returns path of the configuration
 * @throws Error when the key store cannot be opened */
export function renderProsody({ settings, folder, plugins, nameServer }: ProsodyParts): string {
  const { domain, ports, link, keyStore, passwordFile, requiresTls, coservers, versions } = settings;
  mkdirSync(folder, { recursive: true });
  const file = (name: string): string => path.join(folder, name);
  const tls: string[] = [];
  if (keyStore !== undefined) {
    const { key } = openServerStore(keyStore, passwordFile);
    writeFileSync(file('key.pem'), key.key, { mode: 0o600 });
    writeFileSync(file('chain.pem'), key.chain.join(''));
    const unwanted = (['TLSv1.1', 'TLSv1.2'] as const).filter((version) => !versions.includes(version));
    const options = [
      'no_sslv2',
      'no_sslv3',
      'no_tlsv1_3',
      ...unwanted.map((one) => `no_${one.toLowerCase().replace('.', '_')}`),
    ];
    const ssl = [
      `key = ${lua(file('key.pem'))}`,
      `certificate = ${lua(file('chain.pem'))}`,
      'protocol = "tlsv1+"',
      `options = ${list(options.map(lua))}`,
      'ciphers = "ALL:@SECLEVEL=0"',
    ];
    tls.push(`ssl = { ${ssl.join('; ')} }`);
  }
  const modules = [
    'net_multiplex',
    'saslauth',
    'dialback',
    'ping',
    'disco',
    'coserver_tls',
    ...(keyStore === undefined ? [] : ['tls']),
  ];
  const strict = coservers.filter((one) => one.requiresTls).map((one) => lua(one.domain));
  const lines = [
    `data_path = ${lua(file('data'))}`,
    `plugin_paths = ${list([lua(plugins)])}`,
    `interfaces = ${list([...new Set([...ports, ...(link === undefined ? [] : [link])].map(({ address }) => lua(address)))])}`,
    `c2s_ports = ${list(link === undefined ? [] : [String(link.port)])}`,
    's2s_ports = {}',
    `ports = ${list(ports.map(({ port }) => String(port)))}`,
    'c2s_direct_tls_ports = {}',
    's2s_direct_tls_ports = {}',
    `modules_enabled = ${list(modules.map(lua))}`,
    'modules_disabled = { "s2s_auth_dane" }',
    'authentication = "internal_plain"',
    `c2s_require_encryption = ${requiresTls}`,
    `s2s_require_encryption = ${requiresTls}`,
    's2s_secure_auth = false',
    'allow_unencrypted_plain_auth = true',
    `coserver_tls_domains = ${list(strict)}`,
    `unbound = { resolvconf = false, hoststxt = false, forward = { ${lua(nameServer)} } }`,
    `log = { { levels = { min = "info" }, to = "file", filename = ${lua(file('prosody.log'))} } }`,
    ...tls,
    `VirtualHost ${lua(domain)}`,
    '',
  ];
  writeFileSync(file('prosody.cfg.lua'), lines.join('\n'));
  return file('prosody.cfg.lua');
}

/** Prosody's own form of an account with internal_plain. */
export function layProsodyAccount(folder: string, domain: string, user: string, password: string): void {
  const escaped = domain.replaceAll(/[^A-Za-z0-9]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  const accounts = path.join(folder, 'data', escaped, 'accounts');
  mkdirSync(accounts, { recursive: true });
  writeFileSync(path.join(accounts, `${user}.dat`), `return { ["password"] = ${lua(password)}; };\n`, { mode: 0o600 });
}
