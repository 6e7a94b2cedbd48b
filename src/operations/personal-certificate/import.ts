// The import of a certificate from an uploaded PKCS12 file. Source: IBM WebSphere 8.5.5, importCertificate.
import { OperatorError } from '../../core/errors.ts';
import type { WriteContext } from '../../core/operation.ts';
import type { Secret } from '../../core/secret.ts';
import type { WsadminWriter } from '../../core/wsadmin.ts';
import { isSameAlias, parseKeyFileAliases } from '../../products/websphere/certificate-replies.ts';
import { isFingerprintOf, readStore, renderStore, storeOptions } from '../store.ts';
import { changeTask, queryTask, type AdminTaskCall } from '../wsadmin-call.ts';
import { storeOf, type Params, type State } from './state.ts';

type KeyFile = { readonly path: string; readonly password: string | Secret };

/** Asks WebSphere for the alias in the file, imports, and reads the fingerprint back; nothing is saved yet. */
export async function importFrom(
  file: KeyFile,
  state: State,
  params: Params,
  context: WriteContext,
  wsadmin: WsadminWriter,
): Promise<void> {
  const aliases = parseKeyFileAliases(await queryTask(wsadmin, listCall(file)));
  const inFile = aliases.find((alias) => isSameAlias(alias, state.aliasInFile));
  if (inFile === undefined) {
    const found = aliases.length === 0 ? 'none' : aliases.join(', ');
    const message = `host ${params.dmgrHost}: WebSphere finds no alias ${state.aliasInFile} in the key store of ${params.certificate}, only ${found}`;
    const hint =
      'A key store with modern encryption may be unreadable to an old Java; write it again with legacy encryption.';
    throw new OperatorError('CERTIFICATE_ALIAS', message, { hint });
  }
  await changeTask(wsadmin, importCall(params, file, inFile, state.alias));
  const { personal } = await readStore(wsadmin, storeOf(params));
  const [leaf] = context.certificate(params.certificate).chain;
  const isThere = personal.some(
    ({ alias, fingerprint }) =>
      isSameAlias(alias, state.alias) && leaf !== undefined && isFingerprintOf(fingerprint, leaf),
  );
  if (isThere) return;
  const message = `cell ${params.cell}: after the import ${renderStore(storeOf(params))} does not have ${params.certificate} under ${state.alias}`;
  throw new OperatorError('STEP_FAILED', message, {
    hint: 'Nothing was saved; look at the SystemOut.log of the deployment manager.',
  });
}

const fileOptions = ({ path, password }: KeyFile) => ({
  keyFilePath: path,
  keyFilePassword: password,
  keyFileType: 'PKCS12',
});

export const listCall = (file: KeyFile): AdminTaskCall => ({ task: 'listKeyFileAliases', options: fileOptions(file) });

export const importCall = (params: Params, file: KeyFile, aliasInFile: string, alias: string): AdminTaskCall => ({
  task: 'importCertificate',
  options: {
    ...storeOptions(storeOf(params)),
    ...fileOptions(file),
    certificateAliasFromKeyFile: aliasInFile,
    certificateAlias: alias,
  },
});
