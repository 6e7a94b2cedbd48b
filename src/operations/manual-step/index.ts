// Operation manual-step: what only a person can do, with an exact instruction and a check. It writes nothing: while the check
// does not hold the run is held, and the same command goes on when it does.
import { OperatorError } from '../../core/errors.ts';
import type { Operation, ReadContext } from '../../core/operation.ts';
import type { CallerSettings, TopologyChange } from '../../core/topology-change.ts';
import { executeCheck } from './check-all.ts';
import { parseParams, type Params, Wish } from './params.ts';

/** Fingerprints and names are read with the rest, since only the certificates of the inventory tell them. */
type State = {
  readonly isDone: boolean;
  readonly trusts: readonly string[] | null;
  readonly personal: readonly string[];
  readonly personalNames: readonly string[];
};

export const manualStep: Operation<Params, State> = {
  name: 'manual-step',
  targets: ['neighbour', 'population', 'community-server'],
  wish: Wish,
  parse: parseParams,
  subject: (params) => objectOf(params),

  read: async (context, params) => ({
    isDone: (await executeCheck(params, context)) === undefined,
    ...factsOf(context, params),
  }),

  diff: ({ isDone }, params) =>
    isDone ? [] : [{ object: objectOf(params), attribute: 'done', before: 'no', after: 'yes' }],

  predict: (state) => ({ ...state, isDone: true }),
  prediction: () => ({ certainty: 'assumed', because: 'a person does it, and the check sees a part of it' }),
  effect: (params, state) => (state.isDone ? [] : effectOf(params, state)),
  establishes: (params, state) => effectOf(params, state),

  calls: ({ isDone }, { instruction, owner }) =>
    isDone ? [] : [{ tool: 'person', text: owner === null ? instruction : `${owner}: ${instruction}` }],

  /** @throws OperatorError MANUAL_STEP */
  async apply(context, params) {
    const missing = await executeCheck(params, context);
    if (missing !== undefined) throw held(params, missing, params.instruction);
  },

  /** @throws OperatorError MANUAL_STEP */
  async undo(context, params, before) {
    if (before.isDone || (await executeCheck(params, context)) !== undefined) return;
    throw held(params, 'it was done by hand', `Take it back by hand: ${params.instruction}`);
  },

  followUps: () => [],
};

const objectOf = ({ subject, instruction }: Params): string =>
  `manual step at ${subject.name}: ${firstSentence(instruction)}`;

const firstSentence = (text: string): string => text.split(/(?<=\.)\s|\n/u)[0] ?? text;

function factsOf(context: ReadContext, { becomes }: Params): Omit<State, 'isDone'> {
  const shown = becomes?.certificate ?? null;
  const chain = shown === null ? [] : context.certificate(shown).chain;
  const authorities = becomes?.trusts?.flatMap((name) => {
    const { chain: all } = context.certificate(name);
    return (all.length === 1 ? all : all.slice(1)).map(({ sha1 }) => sha1);
  });
  return {
    trusts: authorities === undefined ? null : [...new Set(authorities)].toSorted(),
    personal: chain.map(({ sha1 }) => sha1),
    personalNames: chain[0]?.names ?? [],
  };
}

function effectOf({ subject, becomes }: Params, state: State): readonly TopologyChange[] {
  if (becomes === null) return [];
  const { offers: protocols, clear } = becomes;
  const { trusts, personal, personalNames } = state;
  const because = 'a person has to make it so';
  const caller: CallerSettings = { clear, protocols, trusts, trustedNames: [], personal, personalNames, because };
  const { kind, name } = subject;
  if (kind === 'population') return [{ kind: 'population-settings', client: name, caller }];
  return [
    {
      kind: 'component-settings',
      component: name,
      settings: { listeners: {}, callers: { server: caller } },
      isPartial: true,
    },
    { kind: 'component-stopped', component: name },
    { kind: 'component-started', component: name },
  ];
}

const held = ({ subject, owner }: Params, missing: string, instruction: string): OperatorError =>
  new OperatorError('MANUAL_STEP', `${subject.name}: not done yet: ${missing}`, {
    hint: `${owner === null ? '' : `For ${owner}: `}${instruction.replace(/\.$/u, '')}. Then run the same command again; it goes on when the check holds.`,
  });
