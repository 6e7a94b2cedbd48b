// Operation sun-im-restart: server and multiplexor run with the iim.conf that is on the disk. imadmin knows no reload: `refresh` is
// a stop and a start. Source: Instant Messaging 7.2 Administration Guide, table C-3; readiness is judged by health checks.
import { z } from 'zod';
import type { Operation } from '../../core/operation.ts';
import { renderCommandLine } from '../../template/fill-template.ts';
import type { ComponentProcess } from '../component-process.ts';
import { parseInput } from '../parse-input.ts';
import { Replaces } from '../replaces.ts';
import { readSunImProcess, restartCommands, restartSunIm } from '../sun-im-process.ts';
import { componentOf, deadManId, sunImMemberOf, type SunImMember } from '../sun-im-server.ts';
import { SunImServerTarget } from '../targets.ts';

type Params = SunImMember & { readonly replaces: string | null };
type State = { readonly process: 'old' | 'new' | 'stopped' };

const stateOf = ({ pid, isOlder }: ComponentProcess, { replaces }: Params): State['process'] => {
  if (pid === null) return 'stopped';
  return isOlder || pid === replaces ? 'old' : 'new';
};

export const sunImRestart: Operation<Params, State> = {
  name: 'sun-im-restart',
  isFollowUp: true,
  targets: ['sun-im-server'],

  parse(input) {
    const { target, wish } = parseInput(input, SunImServerTarget, z.strictObject({ replaces: Replaces }));
    return { ...sunImMemberOf(target), replaces: wish.replaces };
  },

  subject: (params) => `process of ${componentOf(params)}`,
  read: async (context, params) => ({
    process: stateOf(await readSunImProcess(await context.shell(params.host), params), params),
  }),

  diff: ({ process }, params) =>
    process === 'new'
      ? []
      : [
          {
            object: `server and multiplexor of ${componentOf(params)}`,
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
      : restartCommands(params)
          .filter(([program]) => program !== 'sh')
          .map((argv) => ({ tool: 'shell', text: renderCommandLine(argv) })),

  /** @throws OperatorError STEP_FAILED */
  async apply(context, params) {
    const shell = await context.shell(params.host);
    if (stateOf(await readSunImProcess(shell, params), params) !== 'new') await restartSunIm(context, shell, params);
  },

  // A process cannot be brought back. A rollback restores its files and restarts it with a step of its own.
  undo: async () => undefined,
  proves: (params) => deadManId(params),
  followUps: () => [],
};
