// What stopping and starting have in common when they are steps of their own, as the stop-all strategy needs them.
import type { Json } from '../core/json.ts';
import type { Operation, TargetKind, WriteContext } from '../core/operation.ts';
import type { ReadShell } from '../core/shell.ts';
import { NoWish } from './parse-input.ts';
import {
  describeProcess,
  isProcessAlive,
  renderTool,
  startProcess,
  stopProcess,
  type ManagedProcess,
} from './process.ts';

type Wanted = 'running' | 'stopped';
type State = { readonly process: Wanted };

type Kind = {
  readonly name: string;
  readonly wanted: Wanted;
  readonly targets: readonly TargetKind[];
  readonly parse: (input: Json) => ManagedProcess;
};

const stateOf = async (shell: ReadShell, process: ManagedProcess): Promise<Wanted> =>
  (await isProcessAlive(shell, process)) ? 'running' : 'stopped';

/** Does nothing where it is so already: the start tools take a second start for an error. */
async function bring(context: WriteContext, process: ManagedProcess, wanted: Wanted): Promise<void> {
  const shell = await context.shell(process.host);
  if ((await stateOf(shell, process)) === wanted) return;
  if (wanted === 'stopped') await stopProcess(context, shell, process);
  else await startProcess(shell, process);
}

export const makeSwitch = ({ name, wanted, targets, parse }: Kind): Operation<ManagedProcess, State> => ({
  name,
  isFollowUp: true,
  targets,
  wish: NoWish,
  parse,
  subject: (params) => `state of ${describeProcess(params)}`,

  read: async (context, params) => ({ process: await stateOf(await context.shell(params.host), params) }),

  diff: ({ process }, params) =>
    process === wanted ? [] : [{ object: describeProcess(params), attribute: 'state', before: process, after: wanted }],
  predict: () => ({ process: wanted }),

  prediction: () => ({
    certainty: 'assumed',
    because:
      wanted === 'stopped'
        ? 'that the process ends when it is told to is not a fact that can be read before'
        : 'a process starts anew, and what its ports then accept follows from its files by rules not verified on real WebSphere',
  }),
  effect: ({ cell, node, server }, { process }) =>
    process === wanted ? [] : [{ kind: wanted === 'running' ? 'started' : 'stopped', cell, owner: node, server }],
  calls: ({ process }, params) =>
    process === wanted ? [] : [renderTool(params, wanted === 'running' ? 'start' : 'stop')],

  apply: (context, params) => bring(context, params, wanted),

  async undo(context, params, { process }) {
    if (process !== wanted) await bring(context, params, process);
  },

  followUps: () => [],
});
