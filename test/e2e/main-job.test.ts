// The main job as a user does it, on one lab: plan, apply, plan again. One story told in order, so the tests of this file
// build on each other.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from '../../src/lab/index.ts';
import { probeVersions } from '../../src/tls/probe-versions.ts';
import { summarizeCertificate } from '../../src/tls/summarize-certificate.ts';
import { expandStates } from '../../src/plan/expand-states.ts';
import type { Plan } from '../../src/plan/types.ts';
import type { ProtocolVersion } from '../../src/tls/types.ts';
import { strictstep, type CliResult } from '../helpers/cli.ts';
import { digestsBelow, disguisesOf, filesBelow } from '../helpers/files.ts';
import { openTestLab } from '../helpers/lab.ts';

const out = mkdtempSync(join(tmpdir(), 'strictstep-e2e-'));
const planFile = join(out, 'plan.json');
const state = join(out, 'runs');
const said: CliResult[] = [];
let lab: Lab;

beforeAll(async () => {
  lab = await openTestLab();
  // A short watch is enough for a lab whose node agents call their peers every 150 ms.
  const inventory = readFileSync(lab.inventoryFile, 'utf8');
  writeFileSync(lab.inventoryFile, inventory.replace(/nodeAgentWatch: \S+/, 'nodeAgentWatch: 700ms'));
});
afterAll(() => lab.close());

async function run(...args: readonly string[]): Promise<CliResult> {
  const result = await strictstep(...args);
  said.push(result);
  return result;
}

const planArgs = (): readonly string[] => ['plan', '--inventory', lab.inventoryFile, '--playbook', 'sametime-tls12'];
/** Everything on the hosts but what the lab itself records and what servers log. */
const isConfiguration = (path: string): boolean => !/\/logs\/|ssh-commands\.log$|tool-argv\.log$/.test(path);
const hostFiles = () => digestsBelow(join(lab.dir, 'hosts'), isConfiguration);
/** Calls of WebSphere tools that change something; db2 also reads. */
const toolCalls = (): readonly string[] =>
  filesBelow(join(lab.dir, 'hosts'))
    .filter((path) => path.endsWith('tool-argv.log'))
    .flatMap((path) => readFileSync(path, 'utf8').trim().split('\n'))
    .filter((line) => /"(stop|start|syncNode|retrieveSigners)/.test(line));
const wsadminStarts = (): number =>
  readFileSync(join(lab.dir, 'hosts/dm/ssh-commands.log'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('/bin/wsadmin.sh')).length;
const processIds = () => lab.processes().map(({ process, pid }) => `${process} ${pid}`);

describe('plan', () => {
  test('two plans of one world are the same bytes, and no host has a changed file', async () => {
    const [files, processes] = [hostFiles(), processIds()];
    const first = await run(...planArgs(), '--out', planFile, '--detailed-exitcode');
    expect(first, first.stderr).toMatchObject({ exitCode: 2 });
    const text = readFileSync(planFile, 'utf8');
    const second = await run(...planArgs(), '--out', planFile, '--json');
    expect(second.exitCode, second.stderr).toBe(0);
    expect(readFileSync(planFile, 'utf8')).toBe(text);
    expect(JSON.parse(second.stdout)).toEqual(JSON.parse(text));
    expect(hostFiles()).toEqual(files);
    expect(processIds()).toEqual(processes);
    expect(toolCalls()).toEqual([]);
    expect(wsadminStarts()).toBe(2);
  });

  test('every required link holds in every planned state', () => {
    const plan = JSON.parse(readFileSync(planFile, 'utf8')) as Plan;
    expect(plan.proof).toEqual({ safe: true, counterexamples: [] });
    expect(plan.states).toHaveLength(plan.steps.length + 1);
    const broken = expandStates(plan).flatMap(({ links }) =>
      links.filter(({ required, outcome }) => required && outcome === 'broken'),
    );
    expect(broken).toEqual([]);
    expect(plan.states[0]?.links.length).toBeGreaterThan(30);
  });
});

describe('apply', () => {
  test('without the name of the cell it changes nothing', async () => {
    const files = hostFiles();
    expect(await run('apply', planFile, '--state', state)).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('--confirm'),
    });
    expect(await run('apply', planFile, '--state', state, '--confirm', 'otherCell')).toMatchObject({ exitCode: 5 });
    expect(hostFiles()).toEqual(files);
  });

  test('the whole playbook is executed, with one wsadmin process for each phase and one each to read before and after', async () => {
    const before = wsadminStarts();
    const result = await run('apply', planFile, '--state', state, '--confirm', 'stCell');
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stdout).toContain('done: playbook sametime-tls12 on stCell');
    // Planned again, phase superset, phase strict, the look at the end, the measurement.
    expect(wsadminStarts() - before).toBeLessThanOrEqual(5);
  }, 300_000);

  test.each<readonly [string, readonly ProtocolVersion[], string]>([
    ['stpNode/was_stpProxy PROXY_HTTPS_ADDRESS', ['TLSv1.2'], '*.acme.example'],
    ['stpNode/STProxyServer WC_defaulthost_secure', ['TLSv1', 'TLSv1.1', 'TLSv1.2'], '*.acme.example'],
    ['stmNode/STMeetingServer WC_defaulthost_secure', ['TLSv1', 'TLSv1.1', 'TLSv1.2'], '*.acme.example'],
    ['stmNode/was_stmProxy PROXY_HTTPS_ADDRESS', ['TLSv1', 'TLSv1.1', 'TLSv1.2'], '*.acme.example'],
    ['sipNode/STSIPProxyRegistrar SIP_DEFAULTHOST_SECURE', ['TLSv1', 'TLSv1.1', 'TLSv1.2'], 'dm.acme.example'],
    ['dmgr/dmgr SOAP_CONNECTOR_ADDRESS', ['TLSv1', 'TLSv1.1', 'TLSv1.2'], 'dm.acme.example'],
    ['sipNode/nodeagent SOAP_CONNECTOR_ADDRESS', ['TLSv1', 'TLSv1.1', 'TLSv1.2'], 'dm.acme.example'],
  ])(
    'raw hellos from outside: %s offers %j with the certificate of %s and its whole chain',
    async (name, versions, subject) => {
      const plan = JSON.parse(readFileSync(planFile, 'utf8')) as Plan;
      const check = plan.steps
        .flatMap(({ healthChecks }) => healthChecks)
        .find((item) => item.kind === 'listener' && item.name === name);
      if (check?.kind !== 'listener') throw new Error(`no listener check ${name}`);
      const asked: readonly ProtocolVersion[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
      const { protocols, chain } = await probeVersions(
        { host: check.address, port: check.port, timeoutMs: 5000 },
        asked,
      );
      expect(asked.filter((version) => protocols[version] === 'accepted')).toEqual(versions);
      expect(asked.filter((version) => protocols[version] === 'inconclusive')).toEqual([]);
      const summaries = chain.map(summarizeCertificate);
      expect(summaries[0]?.subject).toContain(subject);
      expect(summaries.at(-1)?.selfSigned).toBe(true);
      for (const [index, { issuer }] of summaries.slice(0, -1).entries())
        expect(issuer).toBe(summaries[index + 1]?.subject);
    },
  );

  test('every client population still works through the servers, by real calls', async () => {
    for (const client of ['browser', 'mobile', 'rich-client', 'av-client']) {
      const calls = await lab.callAs(client);
      expect(calls.length).toBeGreaterThan(0);
      expect(calls.filter(({ ok }) => !ok)).toEqual([]);
    }
  });

  test('the finished plan applied again writes nothing and restarts nothing', async () => {
    const [files, processes, calls] = [hostFiles(), processIds(), toolCalls().length];
    const result = await run('apply', planFile, '--state', state, '--confirm', 'stCell', '--json');
    expect(result.exitCode, result.stderr).toBe(0);
    const last = JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ type: 'result', status: 'done', applied: 0 });
    expect(hostFiles()).toEqual(files);
    expect(processIds()).toEqual(processes);
    expect(toolCalls()).toHaveLength(calls);
  });

  test('a new plan finds no changes', async () => {
    const result = await run(...planArgs(), '--detailed-exitcode');
    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('no changes') });
  });

  test('the run is listed and shown, and its journal ends with run-finished', async () => {
    const list = await run('status', '--state', state, '--json');
    const [entry] = JSON.parse(list.stdout).runs;
    expect(entry).toMatchObject({ status: 'done', steps: entry.finished });
    const packet = JSON.parse((await run('show', join(state, entry.run), '--format', 'json')).stdout);
    // What recording does cannot be seen: the row's step is listed as not checked, and counts as nothing.
    expect(packet.strictstep.result).toMatchObject({
      compared: { steps: entry.steps - 1, ports: 25 },
      deviations: [],
      notChecked: [{ predicted: 'Recording of meetings uses TLS 1.2' }],
    });
    const html = await run('show', join(state, entry.run), '--format', 'html');
    expect(html.stdout).toContain('<!doctype html>');
    expect(html.exitCode).toBe(0);
    // What the run left can be taken away, and whoever gets it can tell that it is whole.
    const folder = join(state, entry.run);
    const checked = await execa('sha256sum', ['-c', 'SHA256SUMS'], { cwd: folder });
    expect(checked.stdout.split('\n')).toEqual(
      ['closure.md', 'evidence.json', 'facts.json', 'journal.head', 'journal.jsonl', 'plan.json', 'report.html'].map(
        (name) => `${name}: OK`,
      ),
    );
    expect(readFileSync(join(folder, 'closure.md'), 'utf8')).toContain('successful');
  });
});

test('no secret is in any output, plan, journal, report, command line or temporary file, in no disguise', () => {
  const secrets = filesBelow(join(lab.dir, 'secrets')).map((path) => readFileSync(path, 'utf8').trim());
  expect(secrets.length).toBeGreaterThanOrEqual(3);
  const needles = [...secrets.flatMap(disguisesOf), 'PRIVATE KEY'];
  const texts = [
    ...said.flatMap(({ stdout, stderr }) => [stdout, stderr]),
    ...filesBelow(out).map((path) => readFileSync(path, 'latin1')),
    // The hosts: command lines as they arrived, tool arguments, logs and what is left in temporary folders.
    ...filesBelow(join(lab.dir, 'hosts'))
      .filter((path) => /ssh-commands\.log$|tool-argv\.log$|\/logs\/|\/tmp\//.test(path))
      .map((path) => readFileSync(path, 'latin1')),
  ];
  expect(texts.length).toBeGreaterThan(30);
  for (const needle of needles) expect(texts.filter((text) => text.includes(needle))).toEqual([]);
});
