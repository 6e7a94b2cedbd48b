// Operation quality-of-protection: protocol, and on request the cipher list, of one WebSphere SSL configuration.
// Source: IBM WebSphere 8.5.5, AdminTask group SSLConfigCommands (getSSLConfig, modifySSLConfig).
import { changesBetween, type Change } from '../../core/change.ts';
import type { Operation } from '../../core/operation.ts';
import { protocolsOf } from '../../products/websphere/qop.ts';
import { changeTask, renderTask, SAVE, saveChanges, type AdminTaskCall } from '../wsadmin-call.ts';
import { parseParams, type Params, Wish } from './params.ts';
import { readState, refuse, renderObject, type Protection, type State } from './state.ts';

const SUPERSET = 'SSL_TLSv2';

/** The attributes that the task asks for; the others are left alone. */
const wantedOf = ({ protocol, ciphers }: Params): Partial<Protection> => ({
  protocol,
  ...(ciphers === null ? {} : { securityLevel: 'CUSTOM', enabledCiphers: ciphers.join(' ') }),
});

export const qualityOfProtection: Operation<Params, State> = {
  name: 'quality-of-protection',
  targets: ['cell', 'node'],
  wish: Wish,
  parse: parseParams,
  subject: (params) => renderObject(params),
  read: async (context, params) => readState(await context.wsadmin(params.cell), params),

  diff(state, params) {
    refuse(state, params);
    return changesOf(state, params);
  },

  predict: (state, params) =>
    state.protection === null ? state : { ...state, protection: { ...state.protection, ...wantedOf(params) } },

  /** SSL_TLSv2 has every version that is usable, so whatever both sides speak now goes on while the others follow. */
  steppingStone({ protection, protocolTypes }, params) {
    if (protection === null || !protocolTypes.includes(SUPERSET)) return undefined;
    const [now, wanted] = [protection.protocol, params.protocol].map((value) => protocolsOf(value) ?? []);
    const isNarrower = now?.some((version) => !wanted?.includes(version)) ?? false;
    return isNarrower && protection.protocol !== SUPERSET ? { ...params, protocol: SUPERSET } : undefined;
  },

  effect(params, { protection }) {
    if (protection === null) return [];
    const { cell, scope, configuration: alias, protocol } = params;
    const { securityLevel, enabledCiphers } = wantedOf(params);
    const ciphers =
      securityLevel === undefined || enabledCiphers === undefined ? {} : { ciphers: { securityLevel, enabledCiphers } };
    return [{ kind: 'ssl-configuration', cell, alias, scope, protocol, ...ciphers }];
  },

  calls: (state, params) =>
    changesOf(state, params).length === 0 ? [] : [renderTask(modifyCall(params, wantedOf(params))), SAVE],

  async apply(context, params) {
    const wsadmin = await context.wsadmin(params.cell);
    const state = await readState(wsadmin, params);
    refuse(state, params);
    if (changesOf(state, params).length === 0) return;
    await saveChanges(wsadmin, documentsOf(params), async () => {
      await changeTask(wsadmin, modifyCall(params, wantedOf(params)));
    });
  },

  async undo(context, params, { protection }) {
    if (protection === null) return;
    const { protocol, securityLevel, enabledCiphers } = protection;
    const before = params.ciphers === null ? { protocol } : { protocol, securityLevel, enabledCiphers };
    const wsadmin = await context.wsadmin(params.cell);
    const now = (await readState(wsadmin, params)).protection;
    if (now === null || changesBetween('', now, before).length === 0) return;
    await saveChanges(wsadmin, documentsOf(params), async () => {
      await changeTask(wsadmin, modifyCall(params, before));
    });
  },

  followUps: ({ cell, node }) =>
    node === null ? [{ kind: 'restart-deployment-manager', cell }] : [{ kind: 'synchronize-node', cell, node }],
};

const changesOf = ({ protection }: State, params: Params): readonly Change[] =>
  protection === null ? [] : changesBetween(renderObject(params), protection, wantedOf(params));

const documentsOf = ({ cell }: Params): readonly string[] => [`cells/${cell}/security.xml`];

const modifyCall = (
  { configuration, scope }: Params,
  { protocol, ...ciphers }: Partial<Protection>,
): AdminTaskCall => ({
  task: 'modifySSLConfig',
  options: { alias: configuration, scopeName: scope, sslProtocol: protocol ?? '', ...ciphers },
});
