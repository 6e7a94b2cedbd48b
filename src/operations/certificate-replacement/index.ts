// Operation certificate-replacement: whatever uses one certificate uses another instead. Uses are found by fingerprint; only
// the alias changes, SSL configurations and protocols stay. Source: IBM WebSphere 8.5.5, AdminTask group
// SSLConfigGroupCommands.
import type { Change } from '../../core/change.ts';
import { OperatorError } from '../../core/errors.ts';
import type { Operation } from '../../core/operation.ts';
import { isSameAlias } from '../../products/websphere/certificate-replies.ts';
import { securityDocument } from '../../products/websphere/profile-paths.ts';
import { readSecurity, setGroupCall, storeAt } from '../ssl-group.ts';
import { readStore } from '../store.ts';
import { changeTask, renderTask, SAVE, saveChanges, type AdminTaskCall } from '../wsadmin-call.ts';
import { parseParams, readState, type Params, type State, type Use, Wish } from './state.ts';

export const certificateReplacement: Operation<Params, State> = {
  name: 'certificate-replacement',
  targets: ['cell', 'node', 'server'],
  wish: Wish,
  parse: parseParams,
  subject: ({ replaces, scope }) => `uses of certificate ${replaces} at ${scope}`,
  read: (context, params) => readState(context, params),

  diff: ({ uses }) =>
    uses.map(({ direction, scope, certificateAlias, wanted }): Change => ({
      object: `${direction} endpoint security ${scope}`,
      attribute: 'certificate alias',
      before: certificateAlias,
      after: wanted,
    })),

  predict: () => ({ uses: [] }),

  premises: ({ cell }, { uses }) =>
    uses.map(({ keyStore: store, wanted: alias }) => ({ kind: 'certificate', cell, store, alias })),

  effect: ({ cell }, { uses }) =>
    uses.map(({ scope, direction, configuration, configurationScope, wanted }) => ({
      kind: 'ssl-group',
      cell,
      scope,
      direction,
      configuration,
      configurationScope,
      certificateAlias: wanted,
    })),

  calls: ({ uses }) => (uses.length === 0 ? [] : [...uses.map(callTo).map(renderTask), SAVE]),

  async apply(context, params) {
    const { uses } = await readState(context, params);
    if (uses.length === 0) return;
    const wsadmin = await context.wsadmin(params.cell);
    for (const { keyStore, wanted } of uses) {
      const [name = '', scope = ''] = keyStore.split(' ');
      const { personal } = await readStore(wsadmin, storeAt(name, scope));
      if (!personal.some(({ alias }) => isSameAlias(alias, wanted))) throw notImported(params, keyStore);
    }
    await saveChanges(wsadmin, [securityDocument(params.cell)], async () => {
      for (const use of uses) await changeTask(wsadmin, callTo(use));
    });
  },

  async undo(context, params, { uses }) {
    const { groups } = await readSecurity(context, params);
    // Only what this step changed: groups that have the new alias now.
    const changed = uses.filter(({ scope, direction, wanted }) =>
      groups.some(
        (group) =>
          group.scope === scope && group.direction === direction && isSameAlias(group.certificateAlias, wanted),
      ),
    );
    if (changed.length === 0) return;
    const wsadmin = await context.wsadmin(params.cell);
    await saveChanges(wsadmin, [securityDocument(params.cell)], async () => {
      for (const use of changed) await changeTask(wsadmin, setGroupCall(use.scope, use.direction, use, 'modify'));
    });
  },

  followUps: ({ cell, node, server }) => {
    if (node === null) return [];
    const copy = { kind: 'synchronize-node', cell, node } as const;
    return server === null ? [copy] : [copy, { kind: 'restart-server', cell, node, server }];
  },
};

const callTo = (use: Use): AdminTaskCall =>
  setGroupCall(use.scope, use.direction, { ...use, certificateAlias: use.wanted }, 'modify');

function notImported({ cell, certificate }: Params, keyStore: string): OperatorError {
  const hint =
    'Import it with the operation personal-certificate first: a group that names a missing alias keeps its port from starting.';
  return new OperatorError('CERTIFICATE_ALIAS', `cell ${cell}: certificate ${certificate} is not in ${keyStore}`, {
    hint,
  });
}
