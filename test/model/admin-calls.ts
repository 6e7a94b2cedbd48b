// Changes of the master configuration as a session at the console makes them: AdminTask calls and a save.
import type { CertificateFile } from '../../src/core/certificate.ts';
import { exposeSecret } from '../../src/core/secret.ts';
import type { Repository } from '../../src/lab/repository/repository.ts';
import { lastOfScope } from '../../src/products/websphere/scopes.ts';
import { CELL_SCOPE, nodeScope, type Group, type SslName } from './case.ts';

export type AdminCall = { readonly method: string; readonly options: Readonly<Record<string, string>> };

export const scopeOf = (at: string): string => (at === 'cell' ? CELL_SCOPE : nodeScope(at));

export function administer(repository: Repository, calls: readonly AdminCall[]): void {
  const workspace = repository.openWorkspace();
  for (const { method, options } of calls) workspace.call('AdminTask', method, [wordsOf(options)]);
  workspace.call('AdminConfig', 'save', []);
}

export const wordsOf = (options: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]);

/** @param at 'cell' or a node */
export const storeOptions = (at: string, kind: 'Key' | 'Trust') => ({
  keyStoreName: `${at === 'cell' ? 'Cell' : 'Node'}Default${kind}Store`,
  keyStoreScope: scopeOf(at),
});

export const importCall = (at: string, file: string, { facts, password }: CertificateFile): AdminCall => ({
  method: 'importCertificate',
  options: {
    ...storeOptions(at, 'Key'),
    keyFilePath: file,
    keyFileType: 'PKCS12',
    keyFilePassword: exposeSecret(password),
    certificateAliasFromKeyFile: facts.aliasInFile,
    certificateAlias: facts.alias,
  },
});

export const signerCall = (at: string, file: string, alias: string): AdminCall => ({
  method: 'addSignerCertificate',
  options: { ...storeOptions(at, 'Trust'), certificateFilePath: file, certificateAlias: alias, base64Encoded: 'true' },
});

export const asksCall = ({ alias, at }: SslName, kind: 'want' | 'need'): AdminCall => ({
  method: 'modifySSLConfig',
  options: {
    alias,
    scopeName: scopeOf(at),
    clientAuthentication: `${kind === 'need'}`,
    clientAuthenticationSupported: `${kind === 'want'}`,
  },
});

export const protocolCall = ({ alias, at }: SslName, protocol: string): AdminCall => ({
  method: 'modifySSLConfig',
  options: { alias, scopeName: scopeOf(at), sslProtocol: protocol },
});

/** @param existing groups that were made before, beside those of the cell */
export function groupCall(
  { scope, direction, uses, certificateAlias }: Group,
  existing: readonly { readonly scope: string; readonly direction: string }[],
): AdminCall {
  const exists =
    scope === CELL_SCOPE || existing.some((group) => group.scope === scope && group.direction === direction);
  return {
    method: exists ? 'modifySSLConfigGroup' : 'createSSLConfigGroup',
    options: {
      name: lastOfScope(scope),
      direction,
      scopeName: scope,
      certificateAlias,
      sslConfigAliasName: uses.alias,
      sslConfigScopeName: scopeOf(uses.at),
    },
  };
}
