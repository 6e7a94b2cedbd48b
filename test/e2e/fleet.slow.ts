// Several groups at the same time, with the real command line over SSH: tool profiles on six hosts, each a group of its own.
import { existsSync, mkdtempSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { ERROR_CODES, EXIT } from '../../src/core/errors.ts';
import { strictstep } from '../helpers/cli.ts';
import { MAIN, PROGRAM_ENV } from '../helpers/program.ts';
import { openSshServer, type SshServer } from '../helpers/ssh-server.ts';

const HOSTS = 6;
const TIMEOUT = { timeout: 300_000 };

const PROPERTIES = `com.ibm.ssl.defaultAlias=DefaultSSLSettings
com.ibm.ssl.alias=DefaultSSLSettings
com.ibm.ssl.protocol=SSL_TLS
`;

type Site = AsyncDisposable & {
  readonly servers: readonly SshServer[];
  readonly out: string;
  /** gate: what the checks of all hosts wait for; they say before that they have come */
  readonly gate: string;
  readonly arrived: (index: number) => string;
  apply(groups: number): readonly string[];
};

/** @param check of each host, as shell; `$1`: its number */
async function openSite(check: string, onFailure = 'hold'): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const out = mkdtempSync(join(tmpdir(), 'strictstep-fleet-e2e-'));
  const servers = await Promise.all(Array.from({ length: HOSTS }, () => openSshServer()));
  for (const server of servers) {
    stack.use(server);
    await mkdir(join(server.folder, 'properties'));
    await writeFile(join(server.folder, 'properties', 'ssl.client.props'), PROPERTIES);
  }
  const [gate, arrived] = [join(out, 'gate'), (index: number): string => join(out, `arrived-${index + 1}`)];
  await writeFile(join(out, 'check.sh'), `gate=${gate} arrived=${out}/arrived-$1 profile=$2\n${check}\n`);
  const hosts = servers.map(({ entry }, index) => {
    const { address, port, user, identityFiles, knownHostsFile } = entry;
    const own = { address, port, user, identityFile: identityFiles[0], knownHosts: knownHostsFile };
    return `  h${index + 1}: ${JSON.stringify(own)}\n`;
  });
  const profiles = servers.map(({ folder }, index) => {
    const own = {
      host: `h${index + 1}`,
      profile: folder,
      check: ['sh', join(out, 'check.sh'), String(index + 1), folder],
    };
    return `  p${index + 1}: ${JSON.stringify(own)}\n`;
  });
  const inventory = join(out, 'inventory.yaml');
  await writeFile(inventory, `apiVersion: strictstep/v1\nhosts:\n${hosts.join('')}toolProfiles:\n${profiles.join('')}`);
  const playbook = join(out, 'playbook.yaml');
  await writeFile(
    playbook,
    `apiVersion: strictstep/v1
playbook: tools
title: TLS 1.2 for the tools
phases:
  - phase: tools
    title: Tools
    onFailure: ${onFailure}
    tasks:
      - { task: Protocol, operation: client-properties, on: { target: tool-profile }, with: { protocol: TLSv1.2 } }
`,
  );
  const plan = join(out, 'plan.json');
  const made = await strictstep('plan', '--inventory', inventory, '--playbook', playbook, '--out', plan);
  expect(made.exitCode, made.stderr).toBe(0);
  const state = ['--state', join(out, 'runs'), '--confirm', 'tool-profiles'];
  const apply = (groups: number): readonly string[] => ['apply', plan, ...state, '--parallel-groups', String(groups)];
  const kept = stack.move();
  return { servers, out, gate, arrived, apply, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function protocolsOf({ servers }: Site): Promise<readonly string[]> {
  const texts = servers.map(({ folder }) => readFile(join(folder, 'properties', 'ssl.client.props'), 'utf8'));
  return (await Promise.all(texts)).map((text) => /^com\.ibm\.ssl\.protocol=(.*)$/mu.exec(text)?.[1] ?? '');
}

const arrivals = ({ arrived }: Site): readonly boolean[] =>
  Array.from({ length: HOSTS }, (_, index) => existsSync(arrived(index)));
const runOf = async ({ out }: Site): Promise<string> =>
  (await readdir(join(out, 'runs'))).find((name) => name.startsWith('run-')) ?? '';

test('killed in the middle of three groups, the same command goes on with each where it was', TIMEOUT, async () => {
  await using site = await openSite('echo >"$arrived"; until [ -f "$gate" ]; do sleep 0.1; done');
  const killed = execa(process.execPath, [MAIN, ...site.apply(3)], {
    reject: false,
    stdin: 'ignore',
    env: { ...PROGRAM_ENV, CI: 'true' },
  });
  await expect.poll(() => arrivals(site).filter(Boolean).length, { timeout: 120_000 }).toBe(3);
  killed.kill('SIGKILL');
  await killed;
  // No fourth group had begun: three changed files, three as they were.
  expect((await protocolsOf(site)).toSorted()).toEqual([...Array(3).fill('SSL_TLS'), ...Array(3).fill('TLSv1.2')]);
  await writeFile(site.gate, '');
  const again = await strictstep(...site.apply(3));
  expect(again.exitCode, again.stderr).toBe(0);
  expect(await protocolsOf(site)).toEqual(Array(HOSTS).fill('TLSv1.2'));
  for (const { folder } of site.servers) {
    const files = await readdir(join(folder, 'properties'));
    expect(files.filter((name) => name.endsWith('.bak'))).toHaveLength(1);
    expect(await readdir(join(folder, '.strictstep'))).toEqual([]);
  }
  const verified = await strictstep('journal', 'verify', await runOf(site), '--state', join(site.out, 'runs'));
  expect(verified.exitCode, verified.stderr).toBe(0);
});

test(
  'a check that fails in one group ends the others after their step, and the report of the run says which',
  TIMEOUT,
  async () => {
    await using site = await openSite(
      'echo >"$arrived"; if [ "$1" = 2 ]; then until [ -f "$gate" ]; do sleep 0.1; done; exit 3; fi',
    );
    await writeFile(site.gate, '');
    const { exitCode, stderr } = await strictstep(...site.apply(2));
    expect(exitCode, stderr).toBe(EXIT.gate);
    expect(stderr).toContain('h2 ended with status 3');
    expect(stderr).toMatch(/groups? go(es)? no further/u);
    expect(stderr).toContain('FAILED   s002 h2');
    const done = (await protocolsOf(site)).filter((protocol) => protocol === 'TLSv1.2').length;
    // One at a time in each of two groups: the failed one and what the other had in hand, or had finished meanwhile.
    expect(done).toBeLessThan(HOSTS);
    for (const { folder } of site.servers) expect(await readdir(folder)).not.toContain('.strictstep/lock');
  },
);

test('a phase that reverts takes back the tools whose check failed, and those alone', TIMEOUT, async () => {
  const refuses = 'if [ "$1" = 2 ] && grep -q TLSv1.2 "$profile/properties/ssl.client.props"; then exit 3; fi';
  await using site = await openSite(refuses, 'revert');
  const { exitCode, stderr } = await strictstep(...site.apply(1));
  expect(exitCode, stderr).toBe(ERROR_CODES.ROLLED_BACK[0]);
  expect(stderr).toContain('ROLLED_BACK');
  expect(await protocolsOf(site)).toEqual(['TLSv1.2', ...Array(HOSTS - 1).fill('SSL_TLS')]);
});
