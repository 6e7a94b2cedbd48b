// Operation endpoint-security: one server uses a chosen SSL configuration and certificate, inbound and outbound. In the
// console: Manage endpoint security configurations, Override inherited values. A scope overrides what it inherits as soon
// as a group exists at exactly that scope. Source: IBM WebSphere 8.5.5, AdminTask group SSLConfigGroupCommands.
import { changesBetween, type Change } from '../../core/change.ts';
import { OperatorError } from '../../core/errors.ts';
import type { Operation } from '../../core/operation.ts';
import type { Direction } from '../../core/topology-change.ts';
import { securityDocument } from '../../products/websphere/profile-paths.ts';
import { lastOfScope } from '../../products/websphere/scopes.ts';
import { setGroupCall, type Group } from '../ssl-group.ts';
import { changeTask, renderTask, SAVE, saveChanges, type AdminTaskCall } from '../wsadmin-call.ts';
import { parseParams, type Params, Wish } from './params.ts';
import { DIRECTIONS, readState, type State } from './state.ts';

export const endpointSecurity: Operation<Params, State> = {
  name: 'endpoint-security',
  targets: ['server'],
  wish: Wish,
  parse: parseParams,
  subject: ({ scope }) => `endpoint security ${scope}`,
  read: (context, params) => readState(context, params),
  diff: (state, params) => DIRECTIONS.flatMap((direction) => changesOf(state, params, direction)),

  predict: (state, params) => ({
    ...state,
    inbound: wantedGroup(state, params, 'inbound'),
    outbound: wantedGroup(state, params, 'outbound'),
    // A plan is made before the import that comes first; the change itself insists on it.
    wanted: { ...state.wanted, isImported: true },
  }),

  premises: ({ cell }, { wanted }) => [{ kind: 'certificate', cell, store: wanted.keyStore, alias: wanted.alias }],

  effect: (params, state) =>
    DIRECTIONS.map((direction) => {
      const { configuration, configurationScope, certificateAlias } = wantedGroup(state, params, direction);
      const { cell, scope } = params;
      return { kind: 'ssl-group', cell, scope, direction, configuration, configurationScope, certificateAlias };
    }),

  calls(state, params) {
    const calls = callsTo(state, params).map(renderTask);
    return calls.length === 0 ? [] : [...calls, SAVE];
  },

  async apply(context, params) {
    const state = await readState(context, params);
    const calls = callsTo(state, params);
    if (calls.length === 0) return;
    if (!state.wanted.isImported) {
      const hint =
        'Import it with the operation personal-certificate first: a group that names a missing alias keeps its port from starting.';
      const message = `cell ${params.cell}: certificate ${params.certificate} is not in ${state.wanted.keyStore}, the key store of ${params.configuration}`;
      throw new OperatorError('CERTIFICATE_ALIAS', message, { hint });
    }
    const wsadmin = await context.wsadmin(params.cell);
    await saveChanges(wsadmin, [securityDocument(params.cell)], async () => {
      for (const call of calls) await changeTask(wsadmin, call);
    });
  },

  async undo(context, params, before) {
    const state = await readState(context, params);
    const calls = DIRECTIONS.flatMap((direction) => callBack(params, direction, state[direction], before[direction]));
    if (calls.length === 0) return;
    const wsadmin = await context.wsadmin(params.cell);
    await saveChanges(wsadmin, [securityDocument(params.cell)], async () => {
      for (const call of calls) await changeTask(wsadmin, call);
    });
  },

  followUps: ({ cell, node, server }) => [
    { kind: 'synchronize-node', cell, node },
    { kind: 'restart-server', cell, node, server },
  ],
};

/** A second group at a scope, with another name, is possible and leaves open which one counts: an existing name is kept. */
function wantedGroup(state: State, params: Params, direction: Direction): Group {
  const { certificate, configuration, configurationScope, alias } = state.wanted;
  const isSame =
    certificate === params.certificate &&
    configuration === params.configuration &&
    configurationScope === params.configurationScope;
  if (!isSame) {
    const hint = 'Write one task per server; change the protocol of its SSL configuration in the later phase instead.';
    throw new OperatorError(
      'INPUT_VALUE',
      `server ${params.node}/${params.server}: two tasks choose different SSL configurations or certificates`,
      { hint },
    );
  }
  const name = (state[direction] ?? state.inbound ?? state.outbound)?.name ?? lastOfScope(params.scope);
  return { name, configuration, configurationScope, certificateAlias: alias };
}

const shown = (group: Group | null) => ({
  'SSL configuration': group === null ? null : `${group.configuration} ${group.configurationScope}`,
  'certificate alias': group?.certificateAlias ?? null,
});

function changesOf(state: State, params: Params, direction: Direction): readonly Change[] {
  const object = `${direction} endpoint security ${params.scope}`;
  return changesBetween(object, shown(state[direction]), shown(wantedGroup(state, params, direction)));
}

const callsTo = (state: State, params: Params): readonly AdminTaskCall[] =>
  DIRECTIONS.filter((direction) => changesOf(state, params, direction).length > 0).map((direction) =>
    setGroupCall(
      params.scope,
      direction,
      wantedGroup(state, params, direction),
      state[direction] === null ? 'create' : 'modify',
    ),
  );

function callBack(
  params: Params,
  direction: Direction,
  now: Group | null,
  before: Group | null,
): readonly AdminTaskCall[] {
  if (before !== null) {
    const isSame = changesBetween('', shown(now), shown(before)).length === 0;
    return isSame ? [] : [setGroupCall(params.scope, direction, before, now === null ? 'create' : 'modify')];
  }
  const options = { name: now?.name ?? '', direction, scopeName: params.scope };
  return now === null ? [] : [{ task: 'deleteSSLConfigGroup', options }];
}
