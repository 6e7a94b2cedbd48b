// The shipped playbook sametime-tls12 on hosts of real parts, by the same inventory format and the same command line, over a
// jump host, as a person who becomes the service user by sudo with a password, known_hosts hashed: plan,
// apply with all its health checks, look from outside, plan again. The embedded lab goes the same way, and every TLS port must
// answer equally before and after. One story told in order, so the tests build on each other.
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callAs } from '../../src/lab/client-population.ts';
import type { Lab } from '../../src/lab/index.ts';
import { strictstep } from '../helpers/cli.ts';
import { digestsBelow, disguisesOf, filesBelow } from '../helpers/files.ts';
import { openTestLab } from '../helpers/lab.ts';
import { opsInventoryFile } from './log-ins.ts';
import { probeTable } from './probe-table.ts';
import { sampleProcesses } from './process-sampler.ts';
import type { ProcessSampler } from './process-sampler.ts';
import { openRealLab } from './real-lab.ts';
import type { RealLab } from './real-lab.ts';

const out = mkdtempSync(join(tmpdir(), 'strictstep-real-out-'));
const planFile = join(out, 'plan.json');
const state = join(out, 'runs');
const PORTS = 25;
let lab: RealLab;
let embedded: Lab;
let sampler: ProcessSampler;

beforeAll(async () => {
  lab = await openRealLab();
  embedded = await openTestLab();
  sampler = sampleProcesses();
});
afterAll(async () => {
  sampler?.[Symbol.dispose]();
  await embedded?.close();
  await lab?.[Symbol.asyncDispose]();
  await rm(out, { recursive: true, force: true });
});

const planArgs = (inventory: string): readonly string[] => [
  'plan',
  '--inventory',
  inventory,
  '--playbook',
  'sametime-tls12',
];
/** What is configured on the hosts: not what processes log, nor what the database's engine keeps for itself. */
const hostFiles = () =>
  digestsBelow(
    join(lab.dir, 'hosts'),
    (path) => !/\/logs\/|\/derby\/|\/etc\/ssh\/|sshd\.log$|database\.log$|tool-argv\.log$/.test(path),
  );

test('before, every port answers as in the embedded lab', async () => {
  const table = await probeTable(lab.site);
  expect(table).toHaveLength(PORTS);
  expect(table).toEqual(await probeTable(embedded.site));
}, 120_000);

test('two plans of one world are the same bytes, and no host has a changed file', async () => {
  const files = hostFiles();
  const first = await strictstep(...planArgs(opsInventoryFile(lab.dir)), '--out', planFile, '--detailed-exitcode');
  expect(first, first.stderr).toMatchObject({ exitCode: 2 });
  const text = readFileSync(planFile, 'utf8');
  const second = await strictstep(...planArgs(opsInventoryFile(lab.dir)), '--out', planFile);
  expect(second.exitCode, second.stderr).toBe(0);
  expect(readFileSync(planFile, 'utf8')).toBe(text);
  expect(hostFiles()).toEqual(files);
}, 120_000);

test('a host key that changed between plan and apply ends the apply with status 69, and nothing was written', async () => {
  const files = hostFiles();
  const restore = await lab.changeHostKey('stm');
  const result = await strictstep('apply', planFile, '--state', state, '--confirm', 'stCell');
  await restore();
  expect(result, result.stderr).toMatchObject({ exitCode: 69, stderr: expect.stringContaining('HOST_KEY') });
  expect(hostFiles()).toEqual(files);
}, 120_000);

test('the whole playbook is executed, with every health check', async () => {
  const result = await strictstep('apply', planFile, '--state', state, '--confirm', 'stCell');
  expect(result.exitCode, result.stderr).toBe(0);
  expect(result.stdout).toContain('done: playbook sametime-tls12 on stCell');
  sampler[Symbol.dispose]();
}, 420_000);

test('every client population still works, by real calls', async () => {
  for (const { name } of lab.site.scenario.clients) {
    const calls = await callAs(lab.site, name);
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter(({ ok }) => !ok)).toEqual([]);
  }
});

test('a new plan finds no changes', async () => {
  const result = await strictstep(...planArgs(opsInventoryFile(lab.dir)), '--detailed-exitcode');
  expect(result, result.stderr).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('no changes') });
}, 120_000);

test('after, every port answers as in the embedded lab after the same playbook', async () => {
  const embeddedPlan = join(out, 'embedded.json');
  const planned = await strictstep(...planArgs(embedded.inventoryFile), '--out', embeddedPlan);
  expect(planned.exitCode, planned.stderr).toBe(0);
  const state = join(out, 'embedded-runs');
  const applied = await strictstep('apply', embeddedPlan, '--state', state, '--confirm', 'stCell');
  expect(applied.exitCode, applied.stderr).toBe(0);
  const table = await probeTable(lab.site);
  expect(table).toEqual(await probeTable(embedded.site));
  const strict = table.find((row) => row.startsWith('stpNode/was_stpProxy PROXY_HTTPS_ADDRESS'));
  expect(strict).toMatch(/TLSv1 refused; TLSv1\.1 refused; TLSv1\.2 accepted; .*CN=\*\.acme\.example/);
}, 420_000);

test('no process on any host ever had a secret in its command line or environment', () => {
  const seen = [...sampler.seen];
  for (const program of ['sudo -S -p', '/bin/wsadmin.sh', 'Db2 jdbc:', 'syncNode', 'WasPorts'])
    expect(seen.filter((text) => text.includes(program)).length).toBeGreaterThan(0);
  const secrets = filesBelow(join(lab.dir, 'secrets')).map((path) => readFileSync(path, 'utf8').trim());
  expect(secrets.length).toBeGreaterThanOrEqual(3);
  for (const needle of secrets.flatMap(disguisesOf)) expect(seen.filter((text) => text.includes(needle))).toEqual([]);
});
