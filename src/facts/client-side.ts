// What the client tools of a profile use: protocol, FIPS mode and names from ssl.client.props, and the certificates of
// their key store.
import { OperatorError } from '../core/errors.ts';
import type { ReadShell } from '../core/shell.ts';
import { readClientKeyPassword, readClientProperties } from '../products/websphere/client-properties.ts';
import { clientPropertiesFile } from '../products/websphere/profile-paths.ts';
import { openPkcs12 } from '../tls/open-pkcs12.ts';
import type { OwnerFacts } from './types.ts';

type ClientSide = Pick<OwnerFacts, 'clientProtocol' | 'clientFips' | 'clientVerifiesHostNames' | 'clientCertificates'>;

/** @param withStore false: what the tools can show of themselves is not looked at */
export async function readClientSide(
  shell: ReadShell,
  properties: Uint8Array,
  profile: string,
  withStore = true,
): Promise<ClientSide> {
  const source = { host: shell.host, path: clientPropertiesFile(profile) };
  const { protocol, fips, verifiesHostNames, keyStore, keyAlias = '' } = readClientProperties(properties, source);
  const personal =
    withStore && keyStore && (await readPersonal(shell, properties, keyStore.replace('${user.root}', profile), source));
  return {
    clientProtocol: protocol ?? '',
    ...(fips === undefined ? {} : { clientFips: fips }),
    ...(verifiesHostNames ? { clientVerifiesHostNames: true } : {}),
    ...(personal ? { clientCertificates: { alias: keyAlias, personal } } : {}),
  };
}

type Personal = NonNullable<OwnerFacts['clientCertificates']>['personal'];

/** Undefined: the store cannot be opened. No certificate is needed where no listener asks for one, so that stops nothing. */
async function readPersonal(
  shell: ReadShell,
  properties: Uint8Array,
  path: string,
  source: { readonly host: string; readonly path: string },
): Promise<Personal | undefined> {
  const bytes = await shell.readFile(path);
  if (bytes === undefined) return [];
  try {
    const { entries } = openPkcs12(bytes, readClientKeyPassword(properties, source), { file: `${shell.host}:${path}` });
    return entries
      .filter(({ hasKey }) => hasKey)
      .map(({ alias, chain }) => ({ alias, chain: chain.map(({ sha1 }) => sha1) }));
  } catch (error) {
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}
