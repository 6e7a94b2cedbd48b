// Operation server-restart: an application server or WebSphere proxy runs with the configuration of its node.
// Source: IBM WebSphere 8.5.5, stopServer and startServer commands.
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
import { Replaces } from '../replaces.ts';
import { ServerTarget } from '../targets.ts';

type State = { readonly process: ProcessState };

export const serverRestart: Operation<ManagedProcess, State> = {
  name: 'server-restart',
  targets: ['server'],

  parse(input) {
    const { target, wish } = parseInput(input, ServerTarget, z.strictObject({ replaces: Replaces }));
    const { cell, node, server, host, profile, serverTimeoutMs: timeoutMs } = target;
    return { cell, node, server, host, profile, replaces: wish.replaces, timeoutMs };
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
  effect: ({ cell, node, server }, { process }) =>
    process === 'new'
      ? []
      : [
          { kind: 'stopped', cell, owner: node, server },
          { kind: 'started', cell, owner: node, server },
        ],
  calls: ({ process }, params) => (process === 'new' ? [] : [renderTool(params, 'stop'), renderTool(params, 'start')]),

  async apply(context, params) {
    const shell = await context.shell(params.host);
    if ((await readProcess(shell, params)) === 'new') return;
    await stopProcess(context, shell, params);
    await startProcess(shell, params);
  },

  // A process cannot be brought back. A rollback restores its configuration and restarts it with a step of its own.
  undo: async () => undefined,
  followUps: () => [],
};
