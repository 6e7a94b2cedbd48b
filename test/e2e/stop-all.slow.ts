// The vendors' way as a user takes it, on one lab: everything down, the configuration, everything up. One story told in
// order, so the tests of this file build on each other.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadInputs } from '../../src/cli/inputs.ts';
import type { Lab } from '../../src/lab/index.ts';
import type { Plan, Step } from '../../src/plan/types.ts';
import { applyPlan } from '../../src/run/apply.ts';
import { openWorld } from '../../src/run/context.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { strictstep, type CliResult } from '../helpers/cli.ts';
import { openTestLab } from '../helpers/lab.ts';
import { shippedPlaybook } from '../helpers/plan-input.ts';

const folder = mkdtempSync(join(tmpdir(), 'strictstep-stop-all-'));
const playbookFile = join(folder, 'stop-all.yaml');
const planFile = join(folder, 'plan.json');
const state = join(folder, 'runs');
let lab: Lab;
let plan: Plan;
const events: RunEvent[] = [];
/** after each finished step: every process of the lab with its state */
const seen = new Map<string, ReadonlyMap<string, string>>();

beforeAll(async () => {
  lab = await openTestLab();
  const inventory = readFileSync(lab.inventoryFile, 'utf8');
  writeFileSync(lab.inventoryFile, inventory.replace(/nodeAgentWatch: \S+/, 'nodeAgentWatch: 700ms'));
  writeFileSync(playbookFile, shippedPlaybook('stop-all'));
});
afterAll(() => lab.close());

const planWith = (...more: readonly string[]): Promise<CliResult> =>
  strictstep('plan', '--inventory', lab.inventoryFile, '--playbook', playbookFile, ...more);
const now = (): ReadonlyMap<string, string> =>
  new Map(lab.processes().map(({ process, state: word }) => [process, word]));
const nameOf = ({ target }: Step): string => (target.kind === 'server' ? `${target.node}/${target.server}` : '');
const stepsOf = (operation: string): readonly Step[] => plan.steps.filter((step) => step.operation === operation);

test('without the declaration of the outage there is no plan', async () => {
  writeFileSync(playbookFile, shippedPlaybook('stop-all').replace('outage: declared\n', ''));
  expect(await planWith()).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('outage') });
  writeFileSync(playbookFile, shippedPlaybook('stop-all'));
});

test('the plan is safe, and says that rolling costs users strictly less', async () => {
  const { exitCode, stderr } = await planWith('--out', planFile);
  expect(exitCode, stderr).toBe(0);
  plan = JSON.parse(readFileSync(planFile, 'utf8')) as Plan;
  expect(plan).toMatchObject({ strategy: 'stop-all', proof: { safe: true, counterexamples: [] } });
  const cost = (wanted: string) => plan.summary.strategies.find(({ strategy }) => strategy === wanted);
  expect(cost('rolling')?.safe).toBe(true);
  expect(cost('rolling')?.outageSeconds).toBeGreaterThan(0);
  expect(cost('rolling')?.outageSeconds).toBeLessThan(cost('stop-all')?.outageSeconds ?? 0);
  expect(cost('stop-all')?.outageSeconds).toBe(plan.summary.outageSeconds);
});

test('applied, it ends done, every health check of every step passes, and every port is as predicted', async () => {
  const { inventory, playbook, certificates, logins } = await loadInputs(lab.inventoryFile, playbookFile, new Date());
  await using world = openWorld({ inventory, certificates, logins, signal: new AbortController().signal });
  const outcome = await applyPlan({
    plan,
    inventory,
    playbook,
    certificates: [...certificates.values()].map(({ facts }) => facts),
    world,
    state,
    now: () => new Date(),
    emit(event) {
      events.push(event);
      if (event.type === 'step-finished') seen.set(event.step.id, now());
    },
    isHoldRequested: () => false,
  });
  expect(outcome).toMatchObject({ status: 'done', applied: plan.steps.length, already: 0 });
  const checks = events.flatMap((event) => (event.type === 'health' ? [event.result.verdict] : []));
  expect(checks).toHaveLength(plan.steps.reduce((sum, { healthChecks }) => sum + healthChecks.length, 0));
  expect(new Set(checks)).toEqual(new Set(['pass']));
  const shown = await strictstep('show', outcome.run.folder, '--format', 'json');
  const { result } = JSON.parse(shown.stdout).strictstep;
  expect(result.deviations).toEqual([]);
  expect(result.compared.ports).toBeGreaterThan(10);
  expect(result.compared.steps + result.notChecked.length).toBe(plan.steps.length);
  expect(result.notChecked).toHaveLength(stepsOf('recording-row').length);
}, 170_000);

test('each server was really down from its stop to its start, and none was before or after', () => {
  const servers = stepsOf('server-stop').map(nameOf);
  expect(servers).toHaveLength(5);
  expect(stepsOf('server-start').map(nameOf).toSorted()).toEqual(servers.toSorted());
  for (const name of servers) {
    const at = (operation: string) =>
      plan.steps.findIndex((step) => step.operation === operation && nameOf(step) === name);
    for (const [index, { id }] of plan.steps.entries()) {
      const isDown = index >= at('server-stop') && index < at('server-start');
      expect(seen.get(id)?.get(name), `${name} after ${id}`).toBe(isDown ? 'stopped' : 'running');
    }
  }
  const allDown = plan.steps.filter(({ id }) => servers.every((name) => seen.get(id)?.get(name) === 'stopped'));
  const written = new Set(allDown.map(({ operation }) => operation));
  expect([...written]).toEqual(expect.arrayContaining(['quality-of-protection', 'endpoint-security']));
});

test('every client population works afterwards, by real calls', async () => {
  for (const client of ['browser', 'mobile', 'rich-client', 'av-client']) {
    const calls = await lab.callAs(client);
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter(({ ok }) => !ok)).toEqual([]);
  }
});

test('a new plan finds no changes, by either strategy', async () => {
  expect(await planWith('--detailed-exitcode')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('no changes'),
  });
  writeFileSync(playbookFile, shippedPlaybook('rolling'));
  expect(await planWith('--detailed-exitcode')).toMatchObject({ exitCode: 0 });
});
