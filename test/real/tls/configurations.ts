// The real servers that the prober is measured against, each with the command that starts it and what is known of it.
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientCertificate } from '../../../src/tls/client-certificate.ts';
import type { Starttls } from '../../../src/tls/probe-endpoint.ts';

export type Configuration = {
  readonly name: string;
  readonly port: number;
  readonly command: readonly string[];
  readonly clientCertificate: ClientCertificate;
  readonly protocols: readonly string[];
  readonly starttls?: Starttls;
  /** started by the configuration before it */
  readonly isShared?: boolean;
};

const OPEN = 'SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3';
const NEW = ['TLSv1.2', 'TLSv1.3'];
const TLS1_TO_13 = ['TLSv1', 'TLSv1.1', ...NEW];

export const OPEN_JAVA = (directory: string): string => `-Djava.security.properties=${directory}/open.security`;

export function makeConfigurations(directory: string, firstPort: number): readonly Configuration[] {
  const file = (name: string): string => join(directory, name);
  let port = firstPort;
  const jsse = (
    name: string,
    key: string,
    protocols: string,
    mode: ClientCertificate,
    suites: string,
    isOpen: boolean,
  ): Configuration => {
    port += 1;
    const open = isOpen ? [OPEN_JAVA(directory)] : [];
    const command = [
      'java',
      ...open,
      '-cp',
      directory,
      'JsseServer',
      String(port),
      protocols,
      mode,
      suites,
      file(`${key}.p12`),
    ];
    return { name: `JSSE ${name}`, port, command, clientCertificate: mode, protocols: protocols.split(',') };
  };
  const openssl = (
    name: string,
    key: string,
    protocols: readonly string[],
    mode: ClientCertificate,
    flags: readonly string[],
  ): Configuration => {
    port += 1;
    const command = [
      'openssl',
      's_server',
      '-accept',
      `127.0.0.1:${port}`,
      '-cert',
      file(`${key}.pem`),
      '-key',
      file(`${key}.key`),
      '-www',
      ...flags,
    ];
    return { name: `OpenSSL ${name}`, port, command, clientCertificate: mode, protocols };
  };
  const nginx = (
    name: string,
    key: string,
    protocols: readonly string[],
    mode: ClientCertificate,
    lines: string,
  ): Configuration => {
    port += 1;
    const path = file(`nginx-${port}`);
    mkdirSync(path, { recursive: true });
    const certificate = `ssl_certificate ${file(`${key}.pem`)}; ssl_certificate_key ${file(`${key}.key`)};`;
    const http = `access_log off; server { listen 127.0.0.1:${port} ssl; ${certificate} ${lines} ssl_protocols ${protocols.join(' ')}; }`;
    const config = `daemon off; master_process off; pid ${path}/pid; error_log ${path}/log; events {} http { client_body_temp_path ${path}; proxy_temp_path ${path}; fastcgi_temp_path ${path}; uwsgi_temp_path ${path}; scgi_temp_path ${path}; ${http} }`;
    writeFileSync(join(path, 'conf'), config);
    return {
      name: `nginx ${name}`,
      port,
      command: ['nginx', '-p', path, '-c', join(path, 'conf')],
      clientCertificate: mode,
      protocols,
    };
  };
  const nss = (
    name: string,
    range: string,
    protocols: readonly string[],
    mode: ClientCertificate,
    flags: readonly string[],
  ): Configuration => {
    port += 1;
    const command = [
      'selfserv',
      '-d',
      `sql:${file('nss')}`,
      '-n',
      'rsa',
      '-p',
      String(port),
      '-V',
      range,
      '-w',
      '',
      ...flags,
    ];
    return { name: `NSS ${name}`, port, command, clientCertificate: mode, protocols };
  };
  const prosody = (): readonly Configuration[] => {
    const [client, server] = [(port += 1), (port += 1)];
    const path = file('prosody.cfg.lua');
    const text = readFileSync(new URL('prosody.cfg.lua', import.meta.url), 'utf8');
    writeFileSync(
      path,
      text.replaceAll('@DIRECTORY@', directory).replace('@CLIENT@', String(client)).replace('@SERVER@', String(server)),
    );
    const common = {
      command: ['prosody', '--root', '-F', '--config', path],
      clientCertificate: 'none',
      protocols: NEW,
    } as const;
    return [
      { ...common, name: 'Prosody c2s', port: client, starttls: 'xmpp-client' },
      // Between servers Prosody asks for a certificate and goes on without.
      {
        ...common,
        name: 'Prosody s2s',
        port: server,
        starttls: 'xmpp-server',
        clientCertificate: 'want',
        isShared: true,
      },
    ];
  };
  return [
    jsse('everything, RSA', 'rsa', OPEN, 'none', 'all', true),
    jsse('everything, ECDSA', 'ec', OPEN, 'none', 'all', true),
    jsse('everything, RSA, ECDSA and DSA', 'several', OPEN, 'none', 'all', true),
    jsse('everything, wants', 'several', OPEN, 'want', 'all', true),
    jsse('strict TLS 1.2, RSA', 'rsa', 'TLSv1.2', 'none', 'default', false),
    jsse('wants, ECDSA', 'ec', NEW.join(','), 'want', 'default', false),
    jsse('needs, RSA', 'rsa', NEW.join(','), 'need', 'default', false),
    jsse('TLS 1.3 alone, needs', 'rsa', 'TLSv1.3', 'need', 'default', false),
    jsse('TLS 1.3 alone, wants', 'ec', 'TLSv1.3', 'want', 'default', false),
    openssl('as it comes, RSA', 'rsa', NEW, 'none', []),
    openssl('old, RSA', 'rsa', TLS1_TO_13, 'none', ['-min_protocol', 'TLSv1', '-cipher', 'ALL:@SECLEVEL=0']),
    openssl('needs, ECDSA', 'ec', NEW, 'need', ['-Verify', '2']),
    openssl('TLS 1.3 alone, wants', 'rsa', ['TLSv1.3'], 'want', ['-tls1_3', '-verify', '2']),
    nginx('as it comes, RSA', 'rsa', NEW, 'none', ''),
    // nginx answers a missing certificate in HTTP, so on the wire it only wants one.
    nginx(
      'strict, ECDSA',
      'ec',
      ['TLSv1.2'],
      'want',
      'ssl_ciphers ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256; ssl_verify_client optional_no_ca;',
    ),
    nss('SSLv3 and TLS 1.0', 'ssl3:tls1.0', ['SSLv3', 'TLSv1'], 'none', []),
    nss('TLS 1.0 to 1.3', 'tls1.0:tls1.3', TLS1_TO_13, 'none', []),
    nss('needs', 'tls1.2:tls1.3', NEW, 'need', ['-r', '-r']),
    ...prosody(),
  ];
}
