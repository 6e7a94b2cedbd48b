// Operation personal-certificate: a certificate with its key and chain is in one WebSphere key store.
// Source: IBM WebSphere 8.5.5, AdminTask group PersonalCertificateCommands (importCertificate) and listKeyFileAliases.
import type { Operation } from '../../core/operation.ts';
import { isSameAlias } from '../../products/websphere/certificate-replies.ts';
import { usePrivateFile } from '../private-file.ts';
import { readStore, renderStore, storeDocuments, storeName, storeOptions } from '../store.ts';
import { changeTask, renderTask, SAVE, saveChanges } from '../wsadmin-call.ts';
import { importCall, importFrom, listCall } from './import.ts';
import { isMissing, parseParams, readState, storeOf, type Params, type State, Wish } from './state.ts';

export const personalCertificate: Operation<Params, State> = {
  name: 'personal-certificate',
  targets: ['cell', 'node'],

  wish: Wish,
  parse: parseParams,
  subject: (params) => `certificate ${params.certificate} in ${renderStore(storeOf(params))}`,

  read: (context, params) => readState(context, params),

  diff: (state, params) =>
    !isMissing(state)
      ? []
      : [
          {
            object: `key store ${renderStore(storeOf(params))}`,
            attribute: `personal certificate ${state.chain[0] ?? ''}`,
            before: null,
            after: `${state.alias} (with a chain of ${state.chain.length})`,
          },
        ],

  predict: (state) => (isMissing(state) ? { ...state, present: state.alias } : state),

  effect: (params, state) => {
    const { alias, chain } = state;
    return isMissing(state) ? [{ kind: 'certificate-added', store: storeName(storeOf(params)), alias, chain }] : [];
  },

  calls(state, params) {
    if (!isMissing(state)) return [];
    const { alias, aliasInFile } = state;
    const file = { path: `[uploaded ${params.certificate}.p12]`, password: '[secret]' };
    return [renderTask(listCall(file)), renderTask(importCall(params, file, aliasInFile, alias)), SAVE];
  },

  async apply(context, params) {
    const state = await readState(context, params);
    if (!isMissing(state)) return;
    const [shell, wsadmin] = [await context.shell(params.dmgrHost), await context.wsadmin(params.cell)];
    const { bytes, password } = context.certificateFile(params.certificate);
    await usePrivateFile(shell, 'certificate.p12', bytes, async (path) => {
      await saveChanges(wsadmin, storeDocuments(storeOf(params)), () =>
        importFrom({ path, password }, state, params, context, wsadmin),
      );
    });
  },

  async undo(context, params, before) {
    if (!isMissing(before)) return;
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
