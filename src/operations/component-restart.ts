// What a restart is for a server outside WebSphere cells, of whatever product: it runs with the files that are on its disk. How
// its process is read, stopped and started is the product's own part.
import type { z } from 'zod';
import type { Operation, WriteContext } from '../core/operation.ts';
import type { ReadShell, WriteShell } from '../core/shell.ts';
import { renderCommandLine } from '../template/fill-template.ts';
import type { ComponentProcess } from './component-process.ts';
import { parseInput } from './parse-input.ts';
import { RestartWish } from './replaces.ts';

type Member = { readonly community: string; readonly server: string; readonly host: string };
type Params<Of extends Member> = Of & { readonly replaces: string | null };
type State = { readonly process: 'old' | 'new' | 'stopped' };

type Parts<Of extends Member, Target extends z.ZodType> = Pick<Operation<Params<Of>, State>, 'name' | 'targets'> & {
  readonly target: Target;
  readonly memberOf: (target: z.infer<Target>) => Of;
  readonly describe: (member: Of) => string;
  readonly readProcess: (shell: ReadShell, member: Of) => Promise<ComponentProcess>;
  /** as a person would give them */
  readonly commandsOf: (member: Of) => readonly (readonly string[])[];
  /** @throws OperatorError STEP_FAILED */
  readonly restart: (context: WriteContext, shell: WriteShell, member: Of) => Promise<void>;
};

const componentOf = ({ community, server }: Member): string => `${community}/${server}`;

/** After a dead man's revert it is another process than the one that the plan knew, and the files are newer again. */
function stateOf({ pid, isOlder }: ComponentProcess, replaces: string | null): State['process'] {
  if (pid === null) return 'stopped';
  return isOlder || pid === replaces ? 'old' : 'new';
}

export const makeComponentRestart = <Of extends Member, Target extends z.ZodType>({
  name,
  targets,
  target: Schema,
  memberOf,
  describe,
  readProcess,
  commandsOf,
  restart,
}: Parts<Of, Target>): Operation<Params<Of>, State> => ({
  name,
  isFollowUp: true,
  targets,

  wish: RestartWish,
  parse(input) {
    const { target, wish } = parseInput(input, Schema, RestartWish);
    return { ...memberOf(target), replaces: wish.replaces };
  },

  subject: (params) => `process of ${componentOf(params)}`,
  read: async (context, params) => ({
    process: stateOf(await readProcess(await context.shell(params.host), params), params.replaces),
  }),

  diff: ({ process }, params) =>
    process === 'new'
      ? []
      : [
          {
            object: describe(params),
            attribute: 'process',
            before: params.replaces === null ? 'started before its files' : `process id ${params.replaces}`,
            after: 'started anew',
          },
        ],

  predict: () => ({ process: 'new' }),

  effect(params, { process }) {
    if (process === 'new') return [];
    const component = componentOf(params);
    return [
      { kind: 'component-stopped', component },
      { kind: 'component-started', component },
    ];
  },

  calls: ({ process }, params) =>
    process === 'new' ? [] : commandsOf(params).map((argv) => ({ tool: 'shell', text: renderCommandLine(argv) })),

  /** @throws OperatorError STEP_FAILED */
  async apply(context, params) {
    const shell = await context.shell(params.host);
    if (stateOf(await readProcess(shell, params), params.replaces) === 'new') return;
    await restart(context, shell, params);
  },

  // A process cannot be brought back. A rollback restores its files and restarts it with a step of its own.
  undo: async () => undefined,
  proves: ({ community, server }) => `${community}-${server}`,
  followUps: () => [],
});
