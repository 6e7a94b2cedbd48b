// The staircase of the community server against the lab's community: the shipped order, and the same with a step left out,
// which the proof refuses. Nothing is applied, so one lab serves all.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadInputs } from '../../src/cli/inputs.ts';
import { planFrom, refusal } from '../../src/cli/make-plan.ts';
import type { CommunityLab } from '../../src/lab/community/index.ts';
import type { Plan } from '../../src/plan/types.ts';
import { openTestCommunity } from '../helpers/community-lab.ts';

const SHIPPED = fileURLToPath(new URL('../../playbooks/community-strict.yaml', import.meta.url));
const TIMEOUT = 60_000;
let lab: CommunityLab;

beforeAll(async () => {
  lab = await openTestCommunity();
}, TIMEOUT);
afterAll(() => lab.close());

type Task = { operation: string; on: { target: string; [filter: string]: unknown } };
type Playbook = { phases: { phase: string; tasks: Task[] }[] };
type Inventory = { clients: Record<string, unknown> };

/** The shipped playbook, changed; in a deployment without the batch client, which is nobody's to push. */
async function planOf(name: string, change: (playbook: Playbook) => Playbook): Promise<Plan> {
  const inventory: Inventory = parse(readFileSync(lab.inventoryFile, 'utf8'));
  const { 'weekly-batch': _, ...clients } = inventory.clients;
  const inventoryFile = path.join(lab.dir, `${name}-inventory.yaml`);
  writeFileSync(inventoryFile, stringify({ ...inventory, clients }));
  const playbookFile = path.join(lab.dir, `${name}.yaml`);
  writeFileSync(playbookFile, stringify(change(parse(readFileSync(SHIPPED, 'utf8')))));
  return (await planFrom(await loadInputs(inventoryFile, playbookFile, new Date()))).plan;
}

const without =
  (phase: string) =>
  ({ phases, ...rest }: Playbook): Playbook => ({ ...rest, phases: phases.filter((one) => one.phase !== phase) });

const withoutKind =
  (kind: string) =>
  ({ phases, ...rest }: Playbook): Playbook => ({
    ...rest,
    phases: phases.map(({ tasks, ...phase }) => ({
      ...phase,
      tasks: tasks.filter(({ on }) => ![on['neighbourKinds']].flat().includes(kind)),
    })),
  });

const broken = ({ proof }: Plan): readonly string[] => proof.counterexamples.map(({ link }) => link.id);

test('the shipped order is accepted, one server at a time', { timeout: TIMEOUT }, async () => {
  const plan = await planOf('shipped', (playbook) => playbook);
  expect(plan.proof.counterexamples).toEqual([]);
  expect(plan.confirm).toBe('stCommunity');
  const stopped = plan.states.map(({ links }) => links.filter(({ outcome }) => outcome === 'down'));
  expect(stopped.flat()).toEqual([]);
});

describe('refused', () => {
  const rows: readonly (readonly [string, (playbook: Playbook) => Playbook, string])[] = [
    ['media-manager', withoutKind('media-manager'), 'stCommunity/media-manager -> stCommunity/st1 server'],
    ['bot', withoutKind('bot'), 'stCommunity/nightly-bot -> stCommunity/st1 server'],
    ['proxy', withoutKind('sametime-proxy'), 'stCommunity/stproxy -> stCommunity/st1 server'],
    ['push', without('client-push'), 'client rich -> stCommunity/mux1 client'],
  ];
  test.each(rows)('without %s', { timeout: TIMEOUT }, async (name, change, link) => {
    const plan = await planOf(name, change);
    expect(broken(plan)).toContain(link);
    expect(refusal(plan)).toMatchObject({ code: 'PROOF_REFUSED', exitCode: 4 });
    expect(plan.proof.counterexamples[0]?.explanation).toMatch(
      /offers only legacy .* is strict .*it would help to make/,
    );
  });
});
