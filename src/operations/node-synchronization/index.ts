// Operation node-synchronization: a node's copy of the configuration equals the master's, and its node agent runs with it.
// syncNode needs the node agent stopped, and works even where the agent itself can no longer reach the deployment manager.
// Source: IBM WebSphere 8.5.5, stopNode, syncNode and startNode commands.
import type { Operation, ReadContext } from '../../core/operation.ts';
import { configRoot } from '../../products/websphere/profile-paths.ts';
import { runTool } from '../../products/websphere/run-tool.ts';
import { parseInput } from '../parse-input.ts';
import {
  configurationDocuments,
  describeProcess,
  processBefore,
  readProcess,
  renderTool,
  renderToolCall,
  startProcess,
  stopProcess,
  type ManagedProcess,
  type ProcessState,
} from '../process.ts';
import { RestartWish } from '../replaces.ts';
import { NodeTarget } from '../targets.ts';

type Params = ManagedProcess & {
  readonly dmgrAddress: string;
  readonly dmgrSoapPort: number;
  readonly masterHost: string;
  /** configuration root of the deployment manager */
  readonly masterRoot: string;
  /** documents that are compared, below both roots */
  readonly files: readonly string[];
};

type State = { readonly process: ProcessState; readonly replica: 'equal' | 'different' };

const isDone = ({ process, replica }: State): boolean => process === 'new' && replica === 'equal';

export const nodeSynchronization: Operation<Params, State> = {
  name: 'node-synchronization',
  isFollowUp: true,
  targets: ['node'],

  wish: RestartWish,
  parse(input) {
    const { target, wish } = parseInput(input, NodeTarget, RestartWish);
    const { cell, node, host, profile, dmgrAddress, dmgrSoapPort, serverTimeoutMs: timeoutMs } = target;
    return {
      cell,
      node,
      server: 'nodeagent',
      host,
      profile,
      replaces: wish.replaces,
      timeoutMs,
      dmgrAddress,
      dmgrSoapPort,
      masterHost: target.dmgrHost,
      masterRoot: configRoot(target.dmgrProfile),
      files: configurationDocuments(cell, node),
    };
  },

  subject: ({ cell, node }) => `node ${node} of cell ${cell}`,
  read: (context, params) => readState(context, params),

  // Both are told together: the copy is made by the same stop and start.
  diff: (state, params) =>
    isDone(state)
      ? []
      : [
          {
            object: `node ${params.node} of cell ${params.cell}`,
            attribute: 'copy of the configuration',
            before: 'of the last synchronization',
            after: 'equal to the master',
          },
          {
            object: describeProcess(params),
            attribute: 'process',
            before: processBefore(params),
            after: 'started anew',
          },
        ],

  predict: () => ({ process: 'new', replica: 'equal' }),

  prediction: () => ({
    certainty: 'assumed',
    because:
      'the tool copies and the node agent starts anew, and what it then accepts and offers follows by rules not verified on real WebSphere',
  }),

  effect: ({ cell, node }, state) =>
    isDone(state)
      ? []
      : [
          { kind: 'stopped', cell, owner: node, server: 'nodeagent' },
          { kind: 'synchronized', cell, node },
          { kind: 'started', cell, owner: node, server: 'nodeagent' },
        ],

  calls: (state, params) =>
    isDone(state)
      ? []
      : [
          renderTool(params, 'stop'),
          renderToolCall(synchronize(params), params.profile, params.timeoutMs),
          renderTool(params, 'start'),
        ],

  async apply(context, params) {
    if (isDone(await readState(context, params))) return;
    const { profile, timeoutMs, host } = params;
    const shell = await context.shell(host);
    await stopProcess(context, shell, params);
    await runTool(shell, synchronize(params), { profile, timeoutMs, login: context.login(params.cell) });
    await startProcess(shell, params);
  },

  // The master is restored by other steps; a rollback then synchronizes with a step of its own.
  undo: async () => undefined,
  followUps: () => [],
};

const synchronize = ({ dmgrAddress, dmgrSoapPort }: Params) =>
  ({ kind: 'synchronize', host: dmgrAddress, port: dmgrSoapPort }) as const;

async function readState(context: ReadContext, params: Params): Promise<State> {
  const [master, node] = [await context.shell(params.masterHost), await context.shell(params.host)];
  const root = configRoot(params.profile);
  const pairs = await Promise.all(
    params.files.map(async (file) => ({
      wanted: (await master.fileFacts(`${params.masterRoot}/${file}`))?.sha256,
      found: (await node.fileFacts(`${root}/${file}`))?.sha256,
    })),
  );
  const replica = pairs.every(({ wanted, found }) => wanted === found) ? 'equal' : 'different';
  return { process: await readProcess(node, params), replica };
}
