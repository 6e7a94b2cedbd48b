// Operation certificate-removal: a certificate that nothing names any more leaves one WebSphere key store. The file in the
// inventory brings it back. Source: IBM WebSphere 8.5.5, AdminTask group PersonalCertificateCommands (deleteCertificate).
import { OperatorError } from '../../core/errors.ts';
import type { Operation } from '../../core/operation.ts';
import { importFrom } from '../personal-certificate/import.ts';
import { usePrivateFile } from '../private-file.ts';
import { readSecurity } from '../ssl-group.ts';
import { renderStore, storeDocuments, storeName, storeOptions } from '../store.ts';
import { changeTask, renderTask, SAVE, saveChanges, type AdminTaskCall } from '../wsadmin-call.ts';
import { namersOf, parseParams, readState, storeOf, type Params, type State, Wish } from './state.ts';

export const certificateRemoval: Operation<Params, State> = {
  name: 'certificate-removal',
  targets: ['cell', 'node'],
  wish: Wish,
  parse: parseParams,
  subject: (params) => `removal of certificate ${params.certificate} from ${renderStore(storeOf(params))}`,
  read: (context, params) => readState(context, params),

  diff: ({ present, chain }, params) =>
    present === null
      ? []
      : [
          {
            object: `key store ${renderStore(storeOf(params))}`,
            attribute: `personal certificate ${chain[0] ?? ''}`,
            before: present,
            after: null,
          },
        ],

  predict: (state) => ({ ...state, present: null }),

  premises: (params, { present, chain }) =>
    present === null
      ? []
      : [
          {
            kind: 'unnamed',
            cell: params.cell,
            store: renderStore(storeOf(params)),
            alias: present,
            fingerprint: chain[0] ?? '',
          },
        ],

  effect: (params, { present }) =>
    present === null ? [] : [{ kind: 'certificate-removed', store: storeName(storeOf(params)), alias: present }],

  calls: ({ present }, params) => (present === null ? [] : [renderTask(removeCall(params, present)), SAVE]),

  async apply(context, params) {
    const { present } = await readState(context, params);
    if (present === null) return;
    const [namer, ...others] = namersOf(await readSecurity(context, params), params, present);
    if (namer !== undefined) {
      const more = others.length === 0 ? '' : ` and ${others.length} more`;
      const message = `cell ${params.cell}: ${present} in ${renderStore(storeOf(params))} is still named by ${namer}${more}`;
      const hint = 'Replace it there first, with the operation certificate-replacement.';
      throw new OperatorError('POLICY_REFUSED', message, { hint });
    }
    const wsadmin = await context.wsadmin(params.cell);
    await saveChanges(wsadmin, storeDocuments(storeOf(params)), async () => {
      await changeTask(wsadmin, removeCall(params, present));
    });
  },

  async undo(context, params, before) {
    const { present } = await readState(context, params);
    if (before.present === null || present !== null) return;
    const { present: alias, ...rest } = before;
    const [shell, wsadmin] = [await context.shell(params.dmgrHost), await context.wsadmin(params.cell)];
    const { bytes, password } = context.certificateFile(params.certificate);
    await usePrivateFile(shell, 'certificate.p12', bytes, async (path) => {
      await saveChanges(wsadmin, storeDocuments(storeOf(params)), () =>
        importFrom({ path, password }, { ...rest, present: null, alias }, params, context, wsadmin),
      );
    });
  },

  followUps: ({ cell, node }) => (node === null ? [] : [{ kind: 'synchronize-node', cell, node }]),
};

const removeCall = (params: Params, certificateAlias: string): AdminTaskCall => ({
  task: 'deleteCertificate',
  options: { ...storeOptions(storeOf(params)), certificateAlias },
});
