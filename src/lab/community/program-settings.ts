// connection.properties of a program that calls server ports: how it connects and whom it trusts. The form is ours; a real
// Sametime proxy has elements in stproxyconfig.xml that no readable page names.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ScopeTls } from './member-settings.ts';
import { ANY_CIPHERS } from '../tls-client.ts';

export type Connection = 'legacy' | 'tls' | 'tls-only';

export type ProgramSettings = {
  readonly tls: ScopeTls | undefined;
  /** goes on without TLS where the other side has none */
  readonly clear: boolean;
};

export const renderProgramSettings = (
  connection: Connection,
  files: { readonly trust: string; readonly certificate: string },
): string =>
  [
    '# legacy, tls (without it where the server has none), or tls-only',
    `connection=${connection}`,
    `trust=${files.trust}`,
    `certificate=${files.certificate}`,
    '',
  ].join('\n');

export const certificatesIn = (pem: string): readonly string[] =>
  pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n?/g) ?? [];

export function readProgramSettings(file: string): ProgramSettings {
  const lines = readFileSync(file, 'utf8').split(/\r?\n/);
  const value = (key: string): string =>
    lines
      .findLast((line) => line.startsWith(`${key}=`))
      ?.slice(key.length + 1)
      .trim() ?? '';
  const connection = value('connection');
  if (connection === 'legacy') return { tls: undefined, clear: true };
  const [trust, certificate] = [value('trust'), value('certificate')].map((name) =>
    name === '' ? '' : readFileSync(path.resolve(path.dirname(file), name), 'utf8'),
  );
  return { tls: callerTls(trust ?? '', certificate ?? ''), clear: connection !== 'tls-only' };
}

/** What somebody who calls with TLS 1.2 needs; the certificate is for servers that want one. */
export const callerTls = (trust: string, certificate = ''): ScopeTls => ({
  key: certificate === '' ? undefined : { key: certificate, chain: certificatesIn(certificate) },
  trust: certificatesIn(trust).map((pem) => new X509Certificate(pem)),
  versions: { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' },
  ciphers: ANY_CIPHERS,
  clientAuthentication: 'none',
  trustedNames: [],
  level: 0,
});
