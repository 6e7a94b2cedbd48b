// Operation community-restart: a community server or multiplexer runs with the sametime.ini that is on its disk.
// Source: HCL Sametime 11.x, "Starting and stopping the community server"; readiness is judged by the health checks.
import { z } from 'zod';
import type { Operation } from '../../core/operation.ts';
import { renderCommandLine } from '../../template/fill-template.ts';
import { componentOf, deadManId, memberOf, type CommunityMember } from '../community-member.ts';
import {
  commandOf,
  describeMember,
  readCommunityProcess,
  startMember,
  stopMember,
  type CommunityProcess,
} from '../community-process.ts';
import { parseInput } from '../parse-input.ts';
import { Replaces } from '../replaces.ts';
import { CommunityServerTarget } from '../targets.ts';

type Params = CommunityMember & { readonly replaces: string | null };
type State = { readonly process: 'old' | 'new' | 'stopped' };

const stateOf = ({ pid, isOlder }: CommunityProcess, { replaces }: Params): State['process'] => {
  if (pid === null) return 'stopped';
  // After a dead man's revert it is another process than the one that the plan knew, and the files are newer again.
  const isOld = isOlder || pid === replaces;
  return isOld ? 'old' : 'new';
};

export const communityRestart: Operation<Params, State> = {
  name: 'community-restart',
  isFollowUp: true,
  targets: ['community-server'],

  parse(input) {
    const { target, wish } = parseInput(input, CommunityServerTarget, z.strictObject({ replaces: Replaces }));
    return { ...memberOf(target), replaces: wish.replaces };
  },

  subject: (params) => `process of ${componentOf(params)}`,
  read: async (context, params) => ({
    process: stateOf(await readCommunityProcess(await context.shell(params.host), params), params),
  }),

  diff: ({ process }, params) =>
    process === 'new'
      ? []
      : [
          {
            object: describeMember(params),
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
    process === 'new'
      ? []
      : (['stop', 'start'] as const).map((verb) => ({
          tool: 'shell',
          text: renderCommandLine(commandOf(params, verb)),
        })),

  /** @throws OperatorError STEP_FAILED */
  async apply(context, params) {
    const shell = await context.shell(params.host);
    const process = await readCommunityProcess(shell, params);
    if (stateOf(process, params) === 'new') return;
    await stopMember(context, shell, params);
    await startMember(context, shell, params);
  },

  // A process cannot be brought back. A rollback restores its files and restarts it with a step of its own.
  undo: async () => undefined,
  proves: (params) => deadManId(params),
  followUps: () => [],
};
