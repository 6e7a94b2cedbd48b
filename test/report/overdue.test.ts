// The watchdog of the dynamic mode, over real plans, with moments given as values.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJournal } from '../../src/journal/journal.ts';
import type { JournalEvent, JournalEventType } from '../../src/journal/types.ts';
import { makePlan } from '../../src/plan/make.ts';
import type { Plan } from '../../src/plan/types.ts';
import { overdueOf, overdueText, type KnownRun } from '../../src/report/overdue.ts';
import { makeRunFolder } from '../../src/run/run-folder.ts';
import { strictstep } from '../helpers/cli.ts';
import { communityOf, communityPlanInput, DYNAMIC, LEGACY } from '../helpers/community.ts';
import { modePlaybook } from '../helpers/mode-playbook.ts';
import { federationOf, federationPlanInput } from '../helpers/federation.ts';

const members = ['st1', 'st2'];
const servers = { st1: { ...LEGACY, hasStores: true }, st2: { ...LEGACY, hasStores: true } };
const toDynamic = makePlan(communityPlanInput(communityOf(servers), modePlaybook('dynamic', { members })));
const dynamic = { st1: DYNAMIC, st2: DYNAMIC };
const toStrict = makePlan(communityPlanInput(communityOf(dynamic), modePlaybook('strict', { members })));
const rehearsal = makePlan(
  communityPlanInput(communityOf(dynamic), modePlaybook('strict', { name: 'rehearsal', members })),
);

const settingsOf = ({ steps }: Plan, server: string) =>
  steps.find(
    ({ operation, target }) => operation === 'community-settings' && 'server' in target && target.server === server,
  )?.id ?? null;
const event = (at: string, step: string | null, type: JournalEventType = 'step-finished'): JournalEvent => ({
  seq: 1,
  at: `${at}T10:00:00.000Z`,
  type,
  step,
  data: {},
  prev: '',
});
const begun = (...more: readonly JournalEvent[]): KnownRun => ({
  run: 'run-a',
  plan: toDynamic,
  events: [
    event('2026-03-01', settingsOf(toDynamic, 'st1')),
    event('2026-03-05', settingsOf(toDynamic, 'st2')),
    ...more,
  ],
});
const at = (day: string): Date => new Date(`${day}T10:00:00Z`);

test('a dynamic port is overdue from the end of its time on, each server for itself', () => {
  expect(overdueOf([begun()], new Date(at('2026-03-31').getTime() - 1))).toEqual([]);
  const [first, ...more] = overdueOf([begun()], at('2026-03-31'));
  expect(more).toEqual([]);
  expect(first).toEqual({
    run: 'run-a',
    server: 'stCommunity/st1',
    port: 'server',
    since: '2026-03-01T10:00:00.000Z',
    expired: '2026-03-31T10:00:00.000Z',
  });
  expect(overdueOf([begun()], at('2026-04-04')).map(({ server }) => server)).toEqual([
    'stCommunity/st1',
    'stCommunity/st2',
  ]);
});

test('one that was taken back, or that another run has made strict since, is not', () => {
  const undone = begun(event('2026-03-06', settingsOf(toDynamic, 'st2'), 'step-undone'));
  const strict = { run: 'run-b', plan: toStrict, events: [event('2026-03-20', settingsOf(toStrict, 'st1'))] };
  expect(overdueOf([strict, undone], at('2026-05-01'))).toEqual([]);
  const back = [...strict.events, event('2026-03-21', settingsOf(toStrict, 'st1'), 'step-undone')];
  expect(overdueOf([{ ...strict, events: back }, undone], at('2026-05-01'))).toHaveLength(1);
});

test('a rehearsal ends nothing, also when nobody wrote down that it went back', () => {
  const killed = { run: 'run-c', plan: rehearsal, events: [event('2026-03-20', settingsOf(rehearsal, 'st1'))] };
  expect(overdueOf([begun(), killed], at('2026-04-01'))).toHaveLength(1);
});

let state: string;
beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'strictstep-overdue-'));
});
afterAll(() => rm(state, { recursive: true }));

test('status ends with 4 and says which server since when', async () => {
  const run = await makeRunFolder(state, toDynamic);
  await using journal = await openJournal(run.journalFile);
  await journal.append('step-finished', settingsOf(toDynamic, 'st1'), {}, at('2026-03-01'));
  const told = await strictstep('status', '--state', state);
  expect(told).toMatchObject({ exitCode: 4 });
  expect(told.stderr).toContain('the server port of stCommunity/st1 has been dynamic since 2026-03-01T10:00:00.000Z');
  expect(await strictstep('status', run.runId, '--state', state)).toMatchObject({ exitCode: 4 });
  const json = await strictstep('status', '--state', state, '--json');
  expect(json).toMatchObject({ exitCode: 4 });
  const { overdue } = JSON.parse(json.stdout) as { overdue: Parameters<typeof overdueText>[0][] };
  expect(overdue.map(overdueText)).toEqual([expect.stringContaining('stCommunity/st1')]);
  expect(await strictstep('status', '--state', join(state, 'none'))).toMatchObject({ exitCode: 0 });
});

test('one switch for both ports counts for both, as Sun Instant Messaging has it', () => {
  const text = modePlaybook('dynamic', { name: 'sample', key: 'mode', members })
    .replace('community-settings', 'sun-im-settings')
    .replace('{ target: community-server, members: [st1, st2] }', '{ target: sun-im-server, members: im1 }')
    .replace('mode: dynamic', 'mode: dynamic, certificate: messaging');
  const plan = makePlan(federationPlanInput(federationOf({ im1: { mode: 'plain', stores: true } }), text));
  const [step] = plan.steps;
  const run = { run: 'run-1', plan, events: [event('2026-01-01', step?.id ?? null)] };
  const found = overdueOf([run], new Date('2026-03-01T00:00:00Z'));
  expect(found.map(({ server, port }) => `${server} ${port}`)).toEqual(['chat/im1 server', 'chat/im1 client']);
});
