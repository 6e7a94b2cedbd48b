// Operation community-settings: TLS settings and modes of a community server or multiplexer in its sametime.ini.
// Sources: wiki "Security Considerations for TLS Configuration"; HCL Sametime 11.5 and 11.6, see products/sametime.
import type { Change } from '../../core/change.ts';
import { OperatorError } from '../../core/errors.ts';
import type { Operation } from '../../core/operation.ts';
import { componentOf, deadManId, subjectOf } from '../community-member.ts';
import { modelOf, objectionsTo } from '../community-model.ts';
import { restartCommands } from '../community-process.ts';
import type { CommunityState } from '../community-state.ts';
import { readCommunity } from '../read-community.ts';
import { clientModeMissing } from './by-hand.ts';
import { parseParams, type Params, Wish } from './params.ts';
import { takeBack, tidyBackup, writeSettings } from './write-ini.ts';
import { isManual, openPasswords, wantedState } from './wanted-values.ts';

export const communitySettings: Operation<Params, CommunityState> = {
  name: 'community-settings',
  targets: ['community-server'],
  wish: Wish,
  parse: parseParams,
  subject: (params) => subjectOf(params),
  read: (context, params) => readCommunity(context, params),

  /** @throws OperatorError POLICY_REFUSED when the server would have nothing left to do TLS with */
  diff(state, params) {
    const changes = changesOf(state, params);
    if (changes.length > 0) refuseEmpty(state, params);
    return changes;
  },

  predict: (state, params) => wantedState(state, params),

  effect(params, state) {
    if (changesOf(state, params).length === 0) return [];
    const component = componentOf(params);
    const settings = modelOf(wantedState(state, params), params);
    const change = { kind: 'component-settings' as const, component, settings };
    // What a person changes in the Notes database counts only after a restart, which is a part of the instruction.
    return isByHand(state, params)
      ? [change, { kind: 'component-stopped', component }, { kind: 'component-started', component }]
      : [change];
  },

  calls: (state, params) => [
    ...changesOf(state, params)
      .filter(({ attribute }) => attribute !== BY_HAND)
      .map(({ attribute, after }) => ({
        tool: 'file' as const,
        text: after === null ? `${params.ini}: without ${attribute}` : `${params.ini}: ${attribute}=${after}`,
      })),
    ...openPasswords(state, params).map((key) => ({
      tool: 'file' as const,
      text: `${params.ini}: ${key}=[secret]`,
    })),
    ...(isByHand(state, params) ? [{ tool: 'person' as const, text: clientModeMissing(params).hint ?? '' }] : []),
  ],

  /** @throws OperatorError STEP_FAILED, MANUAL_STEP */
  async apply(context, params) {
    const state = await readCommunity(context, params);
    await writeSettings(context, params, state);
    if (isByHand(state, params)) throw clientModeMissing(params);
  },

  async undo(context, params, before) {
    await takeBack(context, params, before);
    if (!isManual(before, params) || before.clientMode === null || before.clientMode === 'inconclusive') return;
    const { clientMode } = await readCommunity(context, params);
    const { wanted } = params;
    if (clientMode !== before.clientMode)
      throw clientModeMissing({ ...params, wanted: { ...wanted, clientMode: before.clientMode } });
  },

  tidy: (context, params) => tidyBackup(context, params),

  // A stash that apply removes is one that the file of before does not need: it is made anew from the password there.
  // What a person has to do takes longer than any time that could be set, and a Notes database is no file to give back.
  deadMan(params, state) {
    const { platform, ini, deadManMs } = params;
    if (platform === 'windows' || isManual(state, params)) return undefined;
    const seconds = Math.ceil(deadManMs / 1000);
    return { id: deadManId(params), files: [ini], restart: restartCommands(params), seconds };
  },

  followUps: ({ community, server }) => [{ kind: 'restart-component', community, server }],
};

const BY_HAND = 'mode of the client port, in stconfig.nsf';

const isByHand = (state: CommunityState, params: Params): boolean =>
  isManual(state, params) && state.clientMode !== params.wanted.clientMode;

function changesOf(state: CommunityState, params: Params): readonly Change[] {
  const after = wantedState(state, params);
  const object = subjectOf(params);
  const names = new Set([...Object.keys(state.values), ...Object.keys(after.values)]);
  const keys = new Set([...Object.keys(state.passwords), ...Object.keys(after.passwords)]);
  return [
    ...[...names].map((name) => ({
      object,
      attribute: name.slice(name.indexOf('/') + 1),
      before: state.values[name] ?? null,
      after: after.values[name] ?? null,
    })),
    ...[...keys].map((key) => ({
      object,
      attribute: `form of ${key}`,
      before: state.passwords[key] ?? null,
      after: after.passwords[key] ?? null,
    })),
    { object, attribute: BY_HAND, before: state.clientMode, after: after.clientMode },
  ].filter(({ before, after: wanted }) => before !== wanted);
}

function refuseEmpty(state: CommunityState, params: Params): void {
  const now = objectionsTo(state, params);
  const added = objectionsTo(wantedState(state, params), params).filter((text) => !now.includes(text));
  if (added.length === 0) return;
  const what = `host ${params.host}: ${componentOf(params)} would start and not be able to do TLS: ${added.join('; ')}`;
  throw new OperatorError('POLICY_REFUSED', what, {
    hint: 'Give it the stores with a task community-stores first, or ask for less: the server drops silently what its level forbids.',
  });
}
