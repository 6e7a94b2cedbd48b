// Operation signer-certificates: every certificate authority of a chain is a signer in one WebSphere trust store.
// Source: IBM WebSphere 8.5.5, AdminTask group SignerCertificateCommands.
import type { Change } from '../../core/change.ts';
import type { Operation } from '../../core/operation.ts';
import { usePrivateFile } from '../private-file.ts';
import { readStore, renderStore, storeDocuments, storeName, storeOptions } from '../store.ts';
import { changeTask, renderTask, SAVE, saveChanges, type AdminTaskCall } from '../wsadmin-call.ts';
import { parseParams, readState, storeOf, type Missing, type Params, type State, Wish } from './state.ts';
import { wantedSigners } from './wanted-signers.ts';

export const signerCertificates: Operation<Params, State> = {
  name: 'signer-certificates',
  targets: ['cell', 'node'],

  wish: Wish,
  parse: parseParams,
  subject: (params) => `signers of ${params.certificate} in ${renderStore(storeOf(params))}`,

  read: (context, params) => readState(context, params),

  diff: ({ missing }, params) =>
    missing.map(({ alias, sha1, subject }): Change => ({
      object: `trust store ${renderStore(storeOf(params))}`,
      attribute: `signer ${sha1}`,
      before: null,
      after: `${alias} (${subject})`,
    })),

  predict: ({ present, missing }) => ({
    present: [...present, ...missing.map(({ sha1 }) => sha1)].toSorted(),
    missing: [],
  }),

  effect: (params, { missing }) =>
    missing.length === 0
      ? []
      : [{ kind: 'signers-added', store: storeName(storeOf(params)), fingerprints: missing.map(({ sha1 }) => sha1) }],

  calls: ({ missing }, params) =>
    missing.length === 0
      ? []
      : [...missing.map((signer) => renderTask(addCall(params, signer, `[uploaded ${signer.alias}.pem]`))), SAVE],

  async apply(context, params) {
    const { missing } = await readState(context, params);
    if (missing.length === 0) return;
    const [shell, wsadmin] = [await context.shell(params.dmgrHost), await context.wsadmin(params.cell)];
    const pems = new Map(
      wantedSigners(context.certificate(params.certificate)).map(({ certificate }) => [
        certificate.sha1,
        certificate.pem,
      ]),
    );
    await saveChanges(wsadmin, storeDocuments(storeOf(params)), async () => {
      for (const signer of missing) {
        // One certificate per file: of a bundle WebSphere is said to take the first alone.
        const bytes = new TextEncoder().encode(pems.get(signer.sha1) ?? '');
        await usePrivateFile(
          shell,
          `signer-${signer.sha1.replaceAll(':', '').slice(0, 12)}.pem`,
          bytes,
          async (path) => {
            await changeTask(wsadmin, addCall(params, signer, path));
          },
        );
      }
    });
  },

  async undo(context, params, before) {
    const wsadmin = await context.wsadmin(params.cell);
    const { signers } = await readStore(wsadmin, storeOf(params));
    // Only what this step added: that alias with that certificate.
    const added = signers.filter(({ alias, fingerprint }) =>
      before.missing.some((one) => one.alias === alias.toLowerCase() && one.sha1 === fingerprint),
    );
    if (added.length === 0) return;
    await saveChanges(wsadmin, storeDocuments(storeOf(params)), async () => {
      for (const { alias } of added) {
        const options = { ...storeOptions(storeOf(params)), certificateAlias: alias };
        await changeTask(wsadmin, { task: 'deleteSignerCertificate', options });
      }
    });
  },

  // Nodes that use the store, and the deployment manager, are known to the planner alone.
  followUps: ({ cell, node }) => (node === null ? [] : [{ kind: 'synchronize-node', cell, node }]),
};

const addCall = (params: Params, { alias }: Missing, certificateFilePath: string): AdminTaskCall => ({
  task: 'addSignerCertificate',
  options: { ...storeOptions(storeOf(params)), certificateFilePath, certificateAlias: alias, base64Encoded: 'true' },
});
