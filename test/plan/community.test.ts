// Plans for a community: one server at a time, in an order that the proof allows, and refusals of the known bad orders.
import { describe, expect, test } from 'vitest';
import { makePlan } from '../../src/plan/make.ts';
import { makeRollback } from '../../src/plan/rollback.ts';
import { targetName } from '../../src/plan/step-name.ts';
import type { Plan } from '../../src/plan/types.ts';
import { componentsOf } from '../../src/report/components.ts';
import { matrixOf } from '../../src/report/packet/matrix.ts';
import {
  communityInventory,
  communityOf,
  communityPlanInput,
  communityPlaybook,
  communityText,
  DYNAMIC,
  LEGACY,
  STRICT,
  type Community,
  type Setting,
} from '../helpers/community.ts';

const SERVERS = '{ target: community-server, memberKinds: server }';
const ALL = '{ target: community-server }';
const STORES = `Stores, operation: community-stores, on: ${ALL}, with: { certificate: messaging }`;
const settings = (wish: string, on = SERVERS): string =>
  `Settings, operation: community-settings, on: ${on}, with: ${wish}`;
const TRUST = settings(
  '{ stores: { certificate: messaging, stash: no }, minimumProtocol: TLSv1.2, maximumProtocol: TLSv1.2 }',
  ALL,
);
const STRICT_SERVERS = settings('{ serverMode: strict }');

const planOf = (community: Community, ...phases: readonly (readonly string[])[]): Plan =>
  makePlan(communityPlanInput(community, communityPlaybook(...phases)));
const outline = ({ steps }: Plan): readonly string[] =>
  steps.map(({ phase, operation, target }) => `${phase} ${operation} ${targetName(target)}`);
const everywhere = (setting: Setting): Readonly<Record<string, Setting>> => ({
  st1: setting,
  st2: setting,
  st3: setting,
  mux1: { ...setting, server: 'legacy' },
});

describe('the rolling strategy', () => {
  const plan = planOf(communityOf(), [STORES], [TRUST, settings('{ serverMode: dynamic }')], [STRICT_SERVERS]);

  test('takes one server at a time: all its tasks, then its restart, then the next; multiplexers come last', () => {
    expect(plan.proof.counterexamples).toEqual([]);
    const own = (name: string): readonly string[] => [
      `phase2 community-settings stCommunity/${name}`,
      ...(name === 'mux1' ? [] : [`phase2 community-settings stCommunity/${name}`]),
      `phase2 community-restart stCommunity/${name}`,
    ];
    expect(outline(plan).filter((line) => line.startsWith('phase2'))).toEqual(
      ['st1', 'st2', 'st3', 'mux1'].flatMap(own),
    );
    expect(outline(plan).filter((line) => line.startsWith('phase3'))).toEqual(
      ['st1', 'st2', 'st3'].flatMap((name) => [
        `phase3 community-settings stCommunity/${name}`,
        `phase3 community-restart stCommunity/${name}`,
      ]),
    );
  });

  test('files alone restart nothing', () => {
    expect(outline(plan).filter((line) => line.startsWith('phase1'))).toEqual(
      ['st1', 'st2', 'st3', 'mux1'].map((name) => `phase1 community-stores stCommunity/${name}`),
    );
  });

  test('the plan is confirmed by the name of the community and counts outages by server', () => {
    expect(plan.confirm).toBe('stCommunity');
    expect(plan.summary.restarts).toContainEqual(
      expect.objectContaining({ component: 'stCommunity/st1', times: 2 }) as unknown,
    );
  });

  test('a restart is checked from outside: the mode of each port, log-ins in both directions', () => {
    const [last] = plan.steps.filter(({ operation }) => operation === 'community-restart').toReversed();
    const modes = last?.healthChecks.flatMap((check) => (check.kind === 'mode' ? [`${check.port} ${check.is}`] : []));
    expect(modes).toEqual(['1516 strict', '1533 legacy']);
    const peers = last?.healthChecks.find((check) => check.kind === 'peers');
    expect(peers).toMatchObject({ address: '192.0.2.13' });
    expect(peers?.kind === 'peers' ? peers.expects.map(({ name }) => name) : []).toEqual([
      'stCommunity/st1',
      'stCommunity/st2',
    ]);
    const tls = last?.healthChecks.find((check) => check.kind === 'listener');
    expect(tls).toMatchObject({ port: 1516, accepts: ['TLSv1.2'], chainSha256: null });
  });

  test('the process that a first restart replaces is known, the one of a second is not', () => {
    const replaced = plan.steps.flatMap(({ operation, params, target }) =>
      operation === 'community-restart' && targetName(target) === 'stCommunity/st1' ? [params] : [],
    );
    expect(replaced).toMatchObject([{ replaces: '100' }, { replaces: null }]);
  });

  test('a server that owes a restart gets one', () => {
    const { facts, ...rest } = communityOf(everywhere(DYNAMIC));
    const components = facts.components?.map((one) =>
      one.component === 'stCommunity/st2' ? { ...one, process: { pid: '7', isOlderThanDisk: true } } : one,
    );
    const owing = planOf({ ...rest, facts: { ...facts, components: components ?? [] } }, [
      settings('{ serverMode: dynamic }'),
    ]);
    expect(outline(owing)).toEqual(['phase1 community-restart stCommunity/st2']);
  });

  test('what has arrived does not go back to a stepping stone', () => {
    const arrived = communityOf(everywhere(STRICT));
    const phases = [[settings('{ serverMode: dynamic }')], [STRICT_SERVERS]] as const;
    expect(outline(planOf(arrived, ...phases))).toEqual([]);
    const half = planOf(communityOf({ ...everywhere(DYNAMIC), st1: STRICT }), ...phases);
    expect(outline(half)).not.toContain('phase1 community-settings stCommunity/st1');
    expect(half.proof.safe).toBe(true);
  });

  test('a second wish for another attribute is no reason to drop the first', () => {
    const plans = planOf(
      communityOf(everywhere(DYNAMIC)),
      [settings('{ serverMode: strict }')],
      [settings('{ minimumProtocol: TLSv1.2 }')],
    );
    expect(outline(plans)).toContain('phase1 community-settings stCommunity/st1');
  });
});

describe('known bad orders are refused', () => {
  const firstBroken = ({ proof }: Plan): string => proof.counterexamples[0]?.explanation ?? '';

  test('the first strict server while one peer is legacy', () => {
    const plan = planOf(communityOf({ ...everywhere(DYNAMIC), st2: LEGACY }), [
      settings('{ serverMode: strict }', '{ target: community-server, members: st1 }'),
    ]);
    expect(plan.proof.safe).toBe(false);
    const found = plan.proof.counterexamples.map(({ explanation }) => explanation).join('\n');
    expect(found).toContain('stCommunity/st2 -> stCommunity/st1 server is broken');
    expect(found).toContain('make stCommunity/st2 able to do TLS first');
  });

  test('while the multiplexer has no stores', () => {
    const plan = planOf(communityOf({ ...everywhere(DYNAMIC), mux1: LEGACY }), [STRICT_SERVERS]);
    expect(firstBroken(plan)).toContain('stCommunity/mux1 -> stCommunity/st1 server is broken');
  });

  test.each(['media-manager', 'bot', 'gateway', 'sametime-proxy', 'other'])('while a %s is legacy', (kind) => {
    const text = communityText({ neighbours: `      old: { kind: ${kind}, connects: [st2] }\n` });
    const plan = planOf(communityOf(everywhere(DYNAMIC), communityInventory(text)), [STRICT_SERVERS]);
    expect(firstBroken(plan)).toContain('stCommunity/old -> stCommunity/st2 server is broken');
    const optional = communityText({ neighbours: `      old: { kind: ${kind}, connects: [st2], required: false }\n` });
    expect(planOf(communityOf(everywhere(DYNAMIC), communityInventory(optional)), [STRICT_SERVERS]).proof.safe).toBe(
      true,
    );
  });

  test('a strict client port before the clients were moved to tls-direct', () => {
    const start = communityOf({ ...everywhere(DYNAMIC), mux1: { ...DYNAMIC, client: 'dynamic' } });
    const plan = planOf(start, [settings('{ clientMode: strict }', '{ target: community-server, members: mux1 }')]);
    expect(firstBroken(plan)).toContain('client rich -> stCommunity/mux1 client is broken');
  });

  test('a dependent server is taken first, whatever the order of the inventory', () => {
    // st3 can do TLS only after its restart; all others are ready for strict ones.
    const plan = planOf(
      communityOf({ ...everywhere(DYNAMIC), st3: { ...DYNAMIC, hasStores: false, server: 'legacy' } }),
      [STORES],
      [
        TRUST,
        settings('{ serverMode: strict }', '{ target: community-server, members: st1 }'),
        settings('{ serverMode: dynamic }', '{ target: community-server, members: st3 }'),
      ],
    );
    expect(plan.proof.counterexamples).toEqual([]);
    const restarts = outline(plan).filter((line) => line.includes('restart'));
    expect(restarts.indexOf('phase2 community-restart stCommunity/st3')).toBeLessThan(
      restarts.indexOf('phase2 community-restart stCommunity/st1'),
    );
  });
});

describe('fingerprints', () => {
  const named = (community: Community): ReadonlyMap<string, string> =>
    new Map(planOf(community, [STRICT_SERVERS]).fingerprints.map(({ object, sha256 }) => [object, sha256]));

  test('name the files, the live mode of every port and the process', () => {
    const objects = [...named(communityOf(everywhere(DYNAMIC))).keys()];
    expect(objects).toContain('/local/notesdata/sametime.ini on st1');
    expect(objects).toContain('mode of stCommunity/st1 server');
    expect(objects).toContain('process of stCommunity/mux1');
  });

  test('a port in another mode than at the plan is named', () => {
    const { facts, ...rest } = communityOf(everywhere(DYNAMIC));
    const before = named({ ...rest, facts });
    const components = facts.components?.map((one) => ({ ...one, modes: { ...one.modes, server: 'legacy' as const } }));
    const after = named({ ...rest, facts: { ...facts, components: components ?? [] } });
    const moved = [...before].filter(([object, sha256]) => after.get(object) !== sha256).map(([object]) => object);
    expect(moved).toEqual([
      'mode of stCommunity/st1 server',
      'mode of stCommunity/st2 server',
      'mode of stCommunity/st3 server',
    ]);
  });
});

describe('the way back', () => {
  const there = communityOf(everywhere(DYNAMIC));
  const input = communityPlanInput(there, communityPlaybook([STRICT_SERVERS]));
  const plan = makePlan(input);

  test('takes one server at a time, newest first, each with its restart', () => {
    const after = communityOf(everywhere(STRICT));
    const back = makeRollback({
      ...communityPlanInput(after, communityPlaybook([STRICT_SERVERS])),
      plan,
      factsBefore: there.facts,
      toUndo: new Set(plan.steps.map(({ id }) => id)),
      undone: new Set(),
      idPrefix: 'u',
    });
    expect(back.proof.safe).toBe(true);
    expect(outline(back)).toEqual(
      ['st3', 'st2', 'st1'].flatMap((name) => [
        `undo phase1 community-settings stCommunity/${name}`,
        `undo phase1 community-restart stCommunity/${name}`,
      ]),
    );
    const last = back.steps.at(-1)?.healthChecks.flatMap((check) => (check.kind === 'mode' ? [check.is] : []));
    expect(last).toEqual(['dynamic', 'legacy']);
  });
});

describe('what the playbook says of a phase', () => {
  test('onFailure and expires stand at its steps, the restart included, and nowhere else', () => {
    const text = communityPlaybook([settings('{ serverMode: strict }')]).replace(
      'title: Phase 1',
      'title: Phase 1\n    onFailure: revert\n    expires: 30d',
    );
    const { steps } = makePlan(communityPlanInput(communityOf(everywhere(DYNAMIC)), text));
    expect(steps.map(({ onFailure, expiresMs }) => [onFailure, expiresMs])).toEqual(
      steps.map(() => ['revert', 30 * 86_400_000]),
    );
    const plain = planOf(communityOf(everywhere(DYNAMIC)), [STRICT_SERVERS]);
    expect(plain.steps.filter((step) => 'onFailure' in step || 'expiresMs' in step)).toEqual([]);
  });
});

test('the picture and the text of a plan show links without TLS and the parts of the community', () => {
  const plan = planOf(communityOf(), [STORES]);
  const { rows } = matrixOf(plan);
  expect(rows[0]?.cells[0]).toMatchObject({ text: 'no TLS', tone: 'old' });
  expect(componentsOf(plan).map(({ id, kind }) => `${id} ${kind}`)).toContain('stCommunity/st1 community-server');
  expect(componentsOf(plan).map(({ id, kind }) => `${id} ${kind}`)).toContain('stCommunity/av client');
});
