// What stopping and starting have in common when they are steps of their own, as the stop-all strategy needs them.
import type { Json } from '../core/json.ts';
import type { Operation, TargetKind } from '../core/operation.ts';
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

const opposite = (wanted: Wanted): Wanted => (wanted === 'running' ? 'stopped' : 'running');

export const makeSwitch = ({ name, wanted, targets, parse }: Kind): Operation<ManagedProcess, State> => ({
  name,
  isFollowUp: true,
  targets,
  parse,
  subject: (params) => `state of ${describeProcess(params)}`,

  async read(context, params) {
    const shell = await context.shell(params.host);
    return { process: (await isProcessAlive(shell, params)) ? 'running' : 'stopped' };
  },

  diff: ({ process }, params) =>
    process === wanted ? [] : [{ object: describeProcess(params), attribute: 'state', before: process, after: wanted }],
  predict: () => ({ process: wanted }),
  effect: ({ cell, node, server }, { process }) =>
    process === wanted ? [] : [{ kind: wanted === 'running' ? 'started' : 'stopped', cell, owner: node, server }],
  calls: ({ process }, params) =>
    process === wanted ? [] : [renderTool(params, wanted === 'running' ? 'start' : 'stop')],

  async apply(context, params) {
    const shell = await context.shell(params.host);
    if (((await isProcessAlive(shell, params)) ? 'running' : 'stopped') === wanted) return;
    if (wanted === 'stopped') await stopProcess(context, shell, params);
    else await startProcess(shell, params);
  },

  async undo(context, params, before) {
    if (before.process !== opposite(wanted)) return;
    const shell = await context.shell(params.host);
    if (before.process === 'running') await startProcess(shell, params);
    else await stopProcess(context, shell, params);
  },

  followUps: () => [],
});
