// What a step on a community brings along for the way back: the revert on the host, and what people have done.
import { expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { PlanInput } from '../../src/plan/input.ts';
import { makePlan } from '../../src/plan/make.ts';
import { makeRollback } from '../../src/plan/rollback.ts';
import type { Plan } from '../../src/plan/types.ts';
import {
  communityInventory,
  communityOf,
  communityPlanInput,
  communityPlaybook,
  communityText,
  DYNAMIC,
} from '../helpers/community.ts';

const DYNAMIC_ALL = { st1: DYNAMIC, st2: DYNAMIC, st3: DYNAMIC, mux1: { ...DYNAMIC, server: 'legacy' as const } };
const STRICT =
  'Strict, operation: community-settings, on: { target: community-server, members: st1 }, with: { serverMode: strict }';
const byHand = (on: string): string =>
  `By hand, operation: manual-step, on: ${on}, with: { instruction: Switch it., becomes: { offers: [TLSv1.2] }, checks: [{ kind: log, server: st1, contains: [x] }] }`;

const NOTHING = { trusts: null, personal: [], personalNames: [] };

/** With what a manual step reads. */
function inputOf(text: string, tasks: readonly string[], isDone = false): PlanInput {
  const input = communityPlanInput(communityOf(DYNAMIC_ALL, communityInventory(text)), communityPlaybook(tasks));
  const states = [...input.states].map(([subject, state]): readonly [string, Json] =>
    subject.startsWith('manual step') ? [subject, { ...NOTHING, isDone }] : [subject, state],
  );
  return { ...input, states: new Map(states) };
}
const planOf = (text: string, tasks: readonly string[]): Plan => makePlan(inputOf(text, tasks));

test('a change of settings is watched by the host until the restart has proved health', () => {
  const { steps } = planOf(communityText(), [STRICT]);
  expect(steps).toMatchObject([
    {
      operation: 'community-settings',
      deadMan: { id: 'stCommunity-st1', files: ['/local/notesdata/sametime.ini'], seconds: 15 * 60 },
    },
    { operation: 'community-restart', proves: 'stCommunity-st1' },
  ]);
  expect(steps[0]?.deadMan?.restart.map((argv) => argv.at(-1))).toEqual(['stop', '600', 'background']);
});

test('its time is the one of the inventory, and its commands are those of the account that runs the server', () => {
  const text = communityText().replace('st1: { host: st1,', 'st1: { deadMan: 20s, user: notes, host: st1,');
  const [step] = planOf(text, [STRICT]).steps;
  expect(step?.deadMan?.seconds).toBe(20);
  expect(step?.deadMan?.restart[0]?.slice(0, 5)).toEqual(['sudo', '-n', '-u', 'notes', '--']);
});

test('a port that a person has to change is not watched: that takes longer than any time', () => {
  const text = communityText().replace('st1: { host: st1,', 'st1: { clientModeIn: stconfig, host: st1,');
  const community = communityOf(DYNAMIC_ALL, communityInventory(text));
  const states = new Map(
    [...community.states].map(([subject, state]) => {
      const { 'Debug/VPMX_DISABLE_CONFIGURATION_UPDATE': _authority, ...values } = state.values;
      return [subject, { ...state, values, clientMode: 'legacy' as const }];
    }),
  );
  const task =
    'Client, operation: community-settings, on: { target: community-server, members: st1 }, with: { clientMode: dynamic }';
  const [step] = makePlan(communityPlanInput({ ...community, states }, communityPlaybook([task]))).steps;
  expect(step?.operation).toBe('community-settings');
  expect(step?.deadMan).toBeUndefined();
});

test('who was connected before a restart must be back after it, unless the proof says that it cannot', () => {
  const neighbours = `      av: { kind: media-manager, offers: [TLSv1.2], address: 192.0.2.41 }
      old: { kind: bot, address: 192.0.2.42, required: false, cycle: 1d }
`;
  const restart = planOf(communityText({ neighbours }), [STRICT]).steps.at(-1);
  expect(restart?.healthChecks.find(({ kind }) => kind === 'callers')).toMatchObject({
    serverPort: 1516,
    clientPort: 1533,
    except: ['192.0.2.42'],
    comesAndGoes: ['192.0.2.42'],
  });
});

const AV = 'stCommunity/av -> stCommunity/st1 server';

test('a manual step that is taken back leaves the neighbour without TLS again', () => {
  const text = communityText({ neighbours: '      av: { kind: media-manager }\n' });
  const tasks = [byHand('{ target: neighbour }')];
  const plan = planOf(text, tasks);
  const outcomes = ({ states }: Plan): readonly string[] =>
    states.flatMap(({ links }) => links.flatMap(({ id, outcome }) => (id === AV ? [outcome] : [])));
  expect(outcomes(plan)).toEqual(['legacy', 'tls']);
  const now = inputOf(text, tasks, true);
  const toUndo = new Set(plan.steps.map(({ id }) => id));
  const back = makeRollback({ ...now, plan, factsBefore: now.facts, toUndo, undone: new Set(), idPrefix: 'r' });
  expect(outcomes(back)).toEqual(['tls', 'legacy']);
});

test('what a person does to the calls of a community server leaves its ports as they are', () => {
  const text = communityText();
  const { steps, states, proof } = planOf(text, [byHand('{ target: community-server, members: st1 }')]);
  expect(steps).toHaveLength(1);
  expect(proof.counterexamples).toEqual([]);
  const after = states.at(-1)?.links.map(({ id, outcome }) => `${id} ${outcome}`) ?? [];
  expect(after.filter((line) => line.includes('broken'))).toEqual([]);
});
