// audit as a user meets it: a lab, a process of its own, exit status, both streams and the files.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseStringPromise } from 'xml2js';
import type { Lab } from '../../src/lab/index.ts';
import type { Audit } from '../../src/report/audit/types.ts';
import { strictstep } from '../helpers/cli.ts';
import { digestsBelow } from '../helpers/files.ts';
import { openTestLab, rootOf } from '../helpers/lab.ts';

const folder = mkdtempSync(join(tmpdir(), 'strictstep-audit-'));
const file = (name: string): string => join(folder, name);
let lab: Lab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true });
});

const audit = (...flags: readonly string[]) => strictstep('audit', '--inventory', lab.inventoryFile, ...flags);

test('every TLS listener of the inventory is asked, nothing on the hosts changes, and what the policy forbids is told', async () => {
  const hosts = () => digestsBelow(join(lab.dir, 'hosts'), (path) => !/\/logs\/|ssh-commands\.log$/.test(path));
  const before = hosts();
  const files = ['--html', file('a.html'), '--sarif', file('a.sarif'), '--junit', file('a.xml')];
  const { exitCode, stdout, stderr } = await audit('--policy', 'rfc9325', '--json', '--detailed-exitcode', ...files);
  expect(hosts()).toEqual(before);
  expect(exitCode, stderr).toBe(2);
  const result = JSON.parse(stdout) as Audit & { readonly reports: readonly unknown[] };
  const wanted = lab.site.scenario.profiles.flatMap(({ servers }) => servers.flatMap(({ endpoints }) => endpoints));
  expect(result.entries).toHaveLength(wanted.length);
  expect(result.reports).toHaveLength(wanted.length);
  expect(result.inconclusive).toBe(0);
  expect(result.entries.every(({ findings }) => findings.some(({ code }) => code === 'protocol-forbidden'))).toBe(true);
  expect(stderr).toContain(`${wanted.length}/${wanted.length} stCell/`);

  const { runs } = JSON.parse(readFileSync(file('a.sarif'), 'utf8'));
  expect(runs[0].results).toHaveLength(result.violations);
  expect(runs[0].results[0].locations[0].physicalLocation.region.startLine).toBeGreaterThan(1);

  const { testsuites } = await parseStringPromise(readFileSync(file('a.xml'), 'utf8'));
  const [suite] = testsuites.testsuite;
  expect(suite.$).toMatchObject({ tests: String(wanted.length), failures: String(wanted.length), errors: '0' });
  expect(suite.testcase.map(({ $ }: { $: { classname: string } }) => $.classname)).toContain(
    'stCell/stpNode/was_stpProxy',
  );

  const page = readFileSync(file('a.html'), 'utf8');
  expect(page).toContain('protocol-forbidden');
  expect(page).not.toMatch(/(src|href)="http/);

  // The answer is a baseline for the next time: the same again is no difference.
  writeFileSync(file('base.json'), stdout);
  const again = await audit('--baseline', file('base.json'), '--detailed-exitcode');
  expect([again.exitCode, again.stdout.split('\n').at(-1)], again.stdout).toEqual([
    0,
    `${wanted.length} listeners, 0 findings, 0 inconclusive`,
  ]);
}, 60_000);

test('a file that exists is not replaced without --force', async () => {
  writeFileSync(file('mine.html'), 'mine');
  const refused = await audit('--quick', '--html', file('mine.html'));
  expect([refused.exitCode, readFileSync(file('mine.html'), 'utf8')]).toEqual([64, 'mine']);
  const forced = await audit('--quick', '--html', file('mine.html'), '--force');
  expect([forced.exitCode, readFileSync(file('mine.html'), 'utf8').startsWith('<!doctype html>')]).toEqual([0, true]);
}, 60_000);

test('a process that was stopped is not asked; a port that should answer and does not is inconclusive: 9', async () => {
  const pid = join(rootOf(lab, 'sipNode'), 'logs/STSIPProxyRegistrar/STSIPProxyRegistrar.pid');
  await lab.fault({ kind: 'kill', process: 'sipNode/STSIPProxyRegistrar' });
  rmSync(pid, { force: true });
  const stopped = await audit('--quick');
  expect(stopped.exitCode, stopped.stdout).toBe(0);
  expect(stopped.stdout).toMatch(/STSIPProxyRegistrar SOAP_CONNECTOR_ADDRESS .* not running/);
  // Its file says that it runs: this process does.
  writeFileSync(pid, `${process.pid}\n`);
  const silent = await audit('--quick', '--detailed-exitcode', '--junit', file('silent.xml'));
  expect(silent.exitCode, silent.stdout).toBe(9);
  expect(silent.stdout).toContain('it is not reachable from here');
  expect(readFileSync(file('silent.xml'), 'utf8')).toContain('<error type="error" message="not reachable">');
}, 60_000);
