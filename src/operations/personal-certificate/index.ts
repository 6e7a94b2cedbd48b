// Operation personal-certificate: a certificate with its key and chain is in one WebSphere key store.
// Source: IBM WebSphere 8.5.5, AdminTask group PersonalCertificateCommands (importCertificate) and listKeyFileAliases.
import { z } from 'zod';
import { OperatorError } from '../../core/errors.ts';
import type { Operation, ReadContext, WriteContext } from '../../core/operation.ts';
import type { Secret } from '../../core/secret.ts';
import type { WsadminWriter } from '../../core/wsadmin.ts';
import { isSameAlias, parseKeyFileAliases } from '../../products/websphere/certificate-replies.ts';
import { parseInput } from '../parse-input.ts';
import {
  aliasesIn,
  isFingerprintOf,
  readStore,
  renderStore,
  storeDocuments,
  storeName,
  storeOptions,
  type Store,
} from '../store.ts';
import { ConfigurationTarget } from '../targets.ts';
import { changeTask, queryTask, renderTask, SAVE, saveChanges, type AdminTaskCall } from '../wsadmin-call.ts';

const Wish = z.strictObject({
  certificate: z.string().min(1),
  keyStore: z.enum(['CellDefaultKeyStore', 'NodeDefaultKeyStore']).optional(),
});

type Params = {
  readonly certificate: string;
  readonly cell: string;
  readonly node: string | null;
  readonly keyStore: string;
  readonly dmgrHost: string;
};

type State = {
  /** alias under which the store has the certificate; null: it has not */
  readonly present: string | null;
  /** alias that an import gives */
  readonly alias: string;
  readonly aliasInFile: string;
  /** SHA-1 fingerprints, leaf first */
  readonly chain: readonly string[];
};

type KeyFile = { readonly path: string; readonly password: string | Secret };

const storeOf = ({ cell, node, keyStore }: Params): Store => ({ cell, node, name: keyStore });

export const personalCertificate: Operation<Params, State> = {
  name: 'personal-certificate',
  targets: ['cell', 'node'],

  parse(input) {
    const { target, wish } = parseInput(input, ConfigurationTarget, Wish);
    const keyStore = target.kind === 'cell' ? 'CellDefaultKeyStore' : 'NodeDefaultKeyStore';
    if (wish.keyStore !== undefined && wish.keyStore !== keyStore) {
      const hint = `The key store of a ${target.kind} is ${keyStore}.`;
      throw new OperatorError('INPUT_VALUE', `with.keyStore: ${wish.keyStore} is not at ${target.kind} scope`, {
        hint,
      });
    }
    const { cell, dmgrHost } = target;
    return {
      certificate: wish.certificate,
      cell,
      node: target.kind === 'node' ? target.node : null,
      keyStore,
      dmgrHost,
    };
  },

  subject: (params) => `certificate ${params.certificate} in ${renderStore(storeOf(params))}`,

  read: (context, params) => readState(context, params),

  diff: ({ present, alias, chain }, params) =>
    present !== null
      ? []
      : [
          {
            object: `key store ${renderStore(storeOf(params))}`,
            attribute: `personal certificate ${chain[0] ?? ''}`,
            before: null,
            after: `${alias} (with a chain of ${chain.length})`,
          },
        ],

  predict: (state) => ({ ...state, present: state.present ?? state.alias }),

  effect: (params, { present, alias, chain }) =>
    present === null ? [{ kind: 'certificate-added', store: storeName(storeOf(params)), alias, chain }] : [],

  calls({ present, alias, aliasInFile }, params) {
    if (present !== null) return [];
    const file = { path: `[uploaded ${params.certificate}.p12]`, password: '[secret]' };
    return [renderTask(listCall(file)), renderTask(importCall(params, file, aliasInFile, alias)), SAVE];
  },

  async apply(context, params) {
    const state = await readState(context, params);
    if (state.present !== null) return;
    const [shell, wsadmin] = [await context.shell(params.dmgrHost), await context.wsadmin(params.cell)];
    const { bytes, password } = context.certificateFile(params.certificate);
    const path = await shell.placePrivateFile('certificate.p12', bytes);
    try {
      await saveChanges(wsadmin, storeDocuments(storeOf(params)), () =>
        importFrom({ path, password }, state, params, context, wsadmin),
      );
    } finally {
      await shell.removePrivateFile(path);
    }
  },

  async undo(context, params, before) {
    if (before.present !== null) return;
    const wsadmin = await context.wsadmin(params.cell);
    const { personal } = await readStore(wsadmin, storeOf(params));
    // Only what this step imported: that alias with that certificate.
    const isAdded = personal.some(
      ({ alias, fingerprint }) => isSameAlias(alias, before.alias) && fingerprint === before.chain[0],
    );
    if (!isAdded) return;
    const options = { ...storeOptions(storeOf(params)), certificateAlias: before.alias };
    await saveChanges(wsadmin, storeDocuments(storeOf(params)), async () => {
      await changeTask(wsadmin, { task: 'deleteCertificate', options });
    });
  },

  followUps: ({ cell, node }) => (node === null ? [] : [{ kind: 'synchronize-node', cell, node }]),
};

async function readState(context: ReadContext, params: Params): Promise<State> {
  const { chain, alias: wanted, aliasInFile } = context.certificate(params.certificate);
  const [leaf] = chain;
  if (leaf === undefined) throw new Error(`certificate ${params.certificate} has no chain`);
  const content = await readStore(await context.wsadmin(params.cell), storeOf(params));
  const present = content.personal.find(({ fingerprint }) => isFingerprintOf(fingerprint, leaf))?.alias ?? null;
  const alias = wanted.toLowerCase();
  if (present === null && aliasesIn(content).has(alias)) {
    const hint = 'Give the certificate another alias in the inventory; an alias in use is never replaced.';
    const message = `cell ${params.cell}: alias ${alias} in ${renderStore(storeOf(params))} belongs to another certificate`;
    throw new OperatorError('CERTIFICATE_ALIAS', message, { hint });
  }
  return { present, alias, aliasInFile, chain: chain.map(({ sha1 }) => sha1) };
}

/** Asks WebSphere for the alias in the file, imports, and reads the fingerprint back; nothing is saved yet. */
async function importFrom(
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

const listCall = (file: KeyFile): AdminTaskCall => ({ task: 'listKeyFileAliases', options: fileOptions(file) });

const importCall = (params: Params, file: KeyFile, aliasInFile: string, alias: string): AdminTaskCall => ({
  task: 'importCertificate',
  options: {
    ...storeOptions(storeOf(params)),
    ...fileOptions(file),
    certificateAliasFromKeyFile: aliasInFile,
    certificateAlias: alias,
  },
});
