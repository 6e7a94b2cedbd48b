// What all restarts have in common: stop, start, and the proof that another process lives. Their folders say which process.
import type { Json } from '../core/json.ts';
import type { Operation, TargetKind } from '../core/operation.ts';
import {
  describeProcess,
  processBefore,
  readProcess,
  renderTool,
  startProcess,
  stopProcess,
  type ManagedProcess,
  type ProcessState,
} from './process.ts';
import { RestartWish } from './replaces.ts';

type State = { readonly process: ProcessState };

type Kind = {
  readonly name: string;
  readonly targets: readonly TargetKind[];
  readonly parse: (input: Json) => ManagedProcess;
  /** as the connectivity model names the process's owner */
  readonly owner: (params: ManagedProcess) => string;
  /** wsadmin talks to the process: its session must end first */
  readonly endsWsadmin: boolean;
};

export const makeRestart = ({ name, targets, parse, owner, endsWsadmin }: Kind): Operation<ManagedProcess, State> => ({
  name,
  isFollowUp: true,
  targets,
  wish: RestartWish,
  parse,
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

  prediction: () => ({
    certainty: 'assumed',
    because:
      'a process starts anew, and what its ports then accept follows from its files by rules not verified on real WebSphere',
  }),

  effect(params, { process }) {
    if (process === 'new') return [];
    const { cell, server } = params;
    const subject = { cell, owner: owner(params), server };
    return [
      { kind: 'stopped', ...subject },
      { kind: 'started', ...subject },
    ];
  },

  calls: ({ process }, params) => (process === 'new' ? [] : [renderTool(params, 'stop'), renderTool(params, 'start')]),

  async apply(context, params) {
    const shell = await context.shell(params.host);
    if ((await readProcess(shell, params)) === 'new') return;
    if (endsWsadmin) await context.endWsadmin(params.cell);
    await stopProcess(context, shell, params);
    await startProcess(shell, params);
  },

  // A process cannot be brought back. A rollback restores its configuration and restarts it with a step of its own.
  undo: async () => undefined,
  followUps: () => [],
});
