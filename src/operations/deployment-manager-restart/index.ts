// Operation deployment-manager-restart: the deployment manager runs with the saved configuration.
// Source: IBM WebSphere 8.5.5, stopManager and startManager commands.
import { z } from 'zod';
import type { Operation } from '../../core/operation.ts';
import { parseInput } from '../parse-input.ts';
import {
  describeProcess,
  processBefore,
  readProcess,
  renderTool,
  startProcess,
  stopProcess,
  type ManagedProcess,
  type ProcessState,
} from '../process.ts';
import { CellTarget } from '../targets.ts';
import { Replaces } from '../replaces.ts';

type State = { readonly process: ProcessState };

export const deploymentManagerRestart: Operation<ManagedProcess, State> = {
  name: 'deployment-manager-restart',
  targets: ['cell'],

  parse(input) {
    const { target, wish } = parseInput(input, CellTarget, z.strictObject({ replaces: Replaces }));
    const { cell, dmgrHost: host, dmgrProfile: profile, dmgrNode: node, serverTimeoutMs: timeoutMs } = target;
    return { cell, node, server: 'dmgr', host, profile, replaces: wish.replaces, timeoutMs };
  },

  subject: (params) => describeProcess(params),
  read: async (context, params) => ({ process: await readProcess(await context.shell(params.host), params) }),
  diff: ({ process }, params) =>
    process === 'new'
      ? []
      : [
          {
            object: describeProcess(params),
            attribute: 'process',
            before: processBefore(params),
            after: 'started anew',
          },
        ],
  predict: () => ({ process: 'new' }),
  effect: ({ cell }, { process }) =>
    process === 'new'
      ? []
      : [
          { kind: 'stopped', cell, owner: 'dmgr', server: 'dmgr' },
          { kind: 'started', cell, owner: 'dmgr', server: 'dmgr' },
        ],
  calls: ({ process }, params) => (process === 'new' ? [] : [renderTool(params, 'stop'), renderTool(params, 'start')]),

  async apply(context, params) {
    const shell = await context.shell(params.host);
    if ((await readProcess(shell, params)) === 'new') return;
    await context.endWsadmin(params.cell);
    await stopProcess(context, shell, params);
    await startProcess(shell, params);
  },

  // A process cannot be brought back. A rollback restores its configuration and restarts it with a step of its own.
  undo: async () => undefined,
  followUps: () => [],
};
