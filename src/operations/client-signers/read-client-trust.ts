// The trust store of WebSphere's client tools in one profile, opened on the controller with the password of its
// ssl.client.props.
import type { CertificateSummary } from '../../core/certificate.ts';
import { OperatorError } from '../../core/errors.ts';
import type { ReadShell } from '../../core/shell.ts';
import { readClientProperties, readClientTrustPassword } from '../../products/websphere/client-properties.ts';
import { clientPropertiesFile } from '../../products/websphere/profile-paths.ts';
import { openPkcs12 } from '../../tls/open-pkcs12.ts';

export type ClientSigner = CertificateSummary & { readonly alias: string };

/** @throws OperatorError FACT_UNREADABLE, KEYSTORE_PASSWORD, KEYSTORE_FORMAT */
export async function readClientTrust(shell: ReadShell, profile: string): Promise<readonly ClientSigner[]> {
  const path = await clientTrustPath(shell, profile);
  return await openTrustFile(shell, profile, path);
}

/** Any file with the password of the client trust store: the store itself, or a backup of it. */
export async function openTrustFile(shell: ReadShell, profile: string, path: string): Promise<readonly ClientSigner[]> {
  const source = { host: shell.host, path: clientPropertiesFile(profile) };
  const password = readClientTrustPassword(await readWhole(shell, source.path), source);
  const { signers } = openPkcs12(await readWhole(shell, path), password, { file: `${shell.host}:${path}` });
  return signers.map(({ alias, certificate }) => ({ ...certificate, alias }));
}

export async function clientTrustPath(shell: ReadShell, profile: string): Promise<string> {
  const source = { host: shell.host, path: clientPropertiesFile(profile) };
  const { trustStore } = readClientProperties(await readWhole(shell, source.path), source);
  const path = trustStore?.replace('${user.root}', profile);
  if (path?.startsWith('/') === true) return path;
  const hint = 'Set com.ibm.ssl.trustStore in the active block to an absolute path or to one below ${user.root}.';
  const message = `host ${shell.host}: ${source.path} names the trust store ${trustStore ?? 'not at all'}`;
  throw new OperatorError('FACT_UNREADABLE', message, { hint });
}

async function readWhole(shell: ReadShell, path: string): Promise<Uint8Array> {
  const bytes = await shell.readFile(path);
  if (bytes !== undefined) return bytes;
  const hint = 'Compare the profile path in the inventory with the host.';
  throw new OperatorError('FACT_UNREADABLE', `host ${shell.host} has no ${path}`, { hint });
}
