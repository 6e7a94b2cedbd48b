// The whole main job, and the whole way back: hosts have the files they had, ports answer as they did.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lab } from '../../src/lab/index.ts';
import type { Plan } from '../../src/plan/types.ts';
import { runIdOf } from '../../src/run/run-folder.ts';
import { strictstep } from '../helpers/cli.ts';
import { digestsBelow, filesBelow } from '../helpers/files.ts';
import { openTestLab } from '../helpers/lab.ts';

const out = mkdtempSync(join(tmpdir(), 'strictstep-rollback-'));
const [planFile, state] = [join(out, 'plan.json'), join(out, 'runs')];
let lab: Lab;
let files: ReturnType<typeof hostFiles>;
let documents: ReturnType<typeof securityFiles>;
let plan: Plan;

beforeAll(async () => {
  lab = await openTestLab();
  const inventory = readFileSync(lab.inventoryFile, 'utf8');
  writeFileSync(lab.inventoryFile, inventory.replace(/nodeAgentWatch: \S+/, 'nodeAgentWatch: 700ms'));
  files = hostFiles();
  documents = securityFiles();
});
afterAll(() => lab.close());

/** What the lab and the servers write themselves, and backups, are no configuration. Key stores are salted anew when a tool
 * writes them, and the database file keeps free pages: what they hold is compared through the plan. */
const isCompared = (path: string): boolean =>
  !/\/logs\/|ssh-commands\.log$|tool-argv\.log$|\.run-[0-9a-f]|\.p12$|\.sqlite$|security\.xml$/.test(path);
const hostFiles = () => digestsBelow(join(lab.dir, 'hosts'), isCompared);
/** A management scope that a command made on its way stays, as on WebSphere; nothing names it any more. */
const securityFiles = () =>
  filesBelow(join(lab.dir, 'hosts'))
    .filter((path) => path.endsWith('security.xml'))
    .map((path) => [
      path,
      readFileSync(path, 'utf8').replaceAll(/\s*<managementScopes [^>]*:\(server\):[^>]*\/>/gu, ''),
    ]);
/** Restarts name the processes that they replace, which are others by now. */
const wishesOf = ({ steps }: Plan) =>
  steps
    .filter(({ operation }) => !/-restart$|-synchronization$/.test(operation))
    .map(({ title, changes }) => ({ title, changes }));
const storesOf = ({ fingerprints }: Plan) => fingerprints.filter(({ object }) => object.startsWith('key store '));
const planAgain = () =>
  strictstep('plan', '--inventory', lab.inventoryFile, '--playbook', 'sametime-tls12', '--out', planFile, '--json');

test('the main job is done', async () => {
  const planned = await planAgain();
  expect(planned.exitCode, planned.stderr).toBe(0);
  plan = JSON.parse(planned.stdout) as Plan;
  const applied = await strictstep('apply', planFile, '--state', state, '--confirm', plan.confirm);
  expect(applied.exitCode, applied.stderr).toBe(0);
  expect(hostFiles()).not.toEqual(files);
});

test('the way back is proved and shown before anything is changed', async () => {
  const before = hostFiles();
  const shown = await strictstep('rollback', runIdOf(plan), '--state', state, '--dry-run', '--json');
  expect(shown.exitCode, shown.stderr).toBe(0);
  const way = JSON.parse(shown.stdout) as Plan;
  expect(way.proof).toEqual({ safe: true, counterexamples: [] });
  expect(way.undoes).toBe(plan.hash);
  expect(hostFiles()).toEqual(before);
});

test('taken back, files and stores are as they were, and a plan made now wants the same changes', async () => {
  const back = await strictstep('rollback', runIdOf(plan), '--state', state, '--confirm', plan.confirm);
  expect(back.exitCode, back.stderr).toBe(0);
  expect(hostFiles()).toEqual(files);
  expect(securityFiles()).toEqual(documents);
  const again = JSON.parse((await planAgain()).stdout) as Plan;
  expect(wishesOf(again)).toEqual(wishesOf(plan));
  expect(storesOf(again)).toEqual(storesOf(plan));
  expect(storesOf(plan).length).toBeGreaterThan(4);
});

test('what was taken back can be applied again', async () => {
  const again = await strictstep('apply', planFile, '--state', state, '--confirm', plan.confirm);
  expect(again.exitCode, again.stderr).toBe(0);
});
