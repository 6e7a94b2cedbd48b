// The flags of probe, as a user calls it: real servers, a process of its own, exit status and both streams.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { strictstep } from '../helpers/cli.ts';
import { closedPort, openTlsServer } from '../tls/servers.ts';

const folder = mkdtempSync(join(tmpdir(), 'strictstep-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

function save(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const STRICT = {
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
  ciphers: 'ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256',
  honorCipherOrder: true,
} as const;
const LOOSE = {
  ...STRICT,
  minVersion: 'TLSv1',
  ciphers: 'AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0',
} as const;

const at = ({ target }: { readonly target: { readonly port: number } }): string => `127.0.0.1:${target.port}`;

test('a strict port keeps a policy, a loose one breaks it; exit 2 only when asked for', async () => {
  await using strict = await openTlsServer(STRICT);
  await using loose = await openTlsServer(LOOSE);
  const good = await strictstep('probe', at(strict), '--policy', 'rfc9325', '--detailed-exitcode', '--json');
  expect(JSON.parse(good.stdout).policy).toEqual({ name: 'rfc9325', version: 1, pass: true, violations: [] });
  expect(good.exitCode).toBe(0);

  const bad = await strictstep('probe', at(loose), '--policy', 'rfc9325', '--detailed-exitcode', '--json');
  const { policy } = JSON.parse(bad.stdout);
  expect(policy.pass).toBe(false);
  expect(policy.violations.map(({ code, where }: { code: string; where: string }) => `${code} ${where}`)).toEqual(
    expect.arrayContaining(['protocol-forbidden TLSv1', 'suite-forbidden TLSv1, TLSv1.1, TLSv1.2']),
  );
  expect(bad.exitCode).toBe(2);

  const told = await strictstep('probe', at(loose), '--policy', 'sametime-hardened');
  expect(told.exitCode).toBe(0);
  expect(told.stdout).toContain('policy sametime-hardened (version 1): NOT held');
  expect(told.stdout).toContain('suite-not-allowed  TLSv1, TLSv1.1, TLSv1.2: TLS_RSA_WITH_AES_128_CBC_SHA');
  expect(told.stdout).toContain('note: Flaw 2 of the source');
});

test('without cipher suites a policy does not pass', async () => {
  await using strict = await openTlsServer(STRICT);
  const args = ['probe', at(strict), '--quick', '--policy', 'rfc9325', '--detailed-exitcode'];
  const { exitCode, stdout } = await strictstep(...args);
  expect(exitCode).toBe(2);
  expect(stdout).toContain('inconclusive  TLSv1.2: the cipher suites were not read');
});

test('an expectation holds for the port it was written for and for no other', async () => {
  await using strict = await openTlsServer(STRICT);
  await using loose = await openTlsServer(LOOSE);
  const found = JSON.parse((await strictstep('probe', at(strict), '--json')).stdout);
  const file = save(
    'strict.yaml',
    `apiVersion: strictstep/v1\nexpectation: strict-port\nprotocols: [TLSv1.2]\nsuites:\n  TLSv1.2: [ECDHE-RSA-AES128-GCM-SHA256, SSL_ECDHE_RSA_WITH_AES_256_GCM_SHA384]\npreference: { TLSv1.2: server }\ncertificate: { sha256: "${found.chain[0].sha256}" }\nclientCertificate: none\n`,
  );
  const held = await strictstep('probe', at(strict), '--expect', file, '--detailed-exitcode', '--json');
  expect(JSON.parse(held.stdout).expectation).toEqual({ name: 'strict-port', pass: true, violations: [] });
  expect(held.exitCode).toBe(0);
  const broken = await strictstep('probe', at(loose), '--expect', file, '--detailed-exitcode');
  expect(broken.stdout).toContain('protocol-forbidden  TLSv1: TLSv1 is accepted [expectation strict-port]');
  expect(broken.stdout).toContain('suite-missing  TLSv1.2: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 is not accepted');
  expect(broken.exitCode).toBe(2);
});

test('a baseline says what changed at the same port, and several ports give one document in their order', async () => {
  await using one = await openTlsServer(STRICT);
  await using two = await openTlsServer(LOOSE);
  const targets = save('ports.txt', `# two\n${at(two)}   # the loose one\n\n${at(one)}\n`);
  const saved = await strictstep('probe', at(one), '--targets', targets, '--json');
  const { schema, reports } = JSON.parse(saved.stdout);
  expect(schema).toBe(1);
  expect(reports.map(({ port }: { port: number }) => port)).toEqual([one.target.port, two.target.port]);
  expect(saved.stdout.trim().split('\n')).toHaveLength(1);

  const same = save('same.json', saved.stdout);
  const again = await strictstep('probe', '--targets', targets, '--baseline', same, '--detailed-exitcode');
  expect(again.stdout.match(/: no difference/g)).toHaveLength(2);
  expect(again.exitCode).toBe(0);

  const before = JSON.parse(saved.stdout);
  before.reports[0].protocols['TLSv1.1'] = 'accepted';
  const older = save('older.json', JSON.stringify(before));
  const moved = await strictstep('probe', at(one), '--baseline', older, '--detailed-exitcode', '--json');
  expect(JSON.parse(moved.stdout).baseline).toEqual({
    file: older,
    pass: false,
    differences: [{ field: 'protocols.TLSv1.1', before: 'accepted', after: 'refused' }],
  });
  expect(moved.exitCode).toBe(2);
});

test('a port that is not reachable gives 69, whatever the policy says', async () => {
  await using strict = await openTlsServer(STRICT);
  const closed = await closedPort();
  const ports = [at(strict), at({ target: closed })];
  const args = ['probe', ...ports, '--policy', 'rfc9325', '--detailed-exitcode', '--json'];
  const { exitCode, stdout } = await strictstep(...args);
  expect(exitCode).toBe(69);
  const [, report] = JSON.parse(stdout).reports;
  expect(report.policy.violations).toMatchObject([{ code: 'inconclusive', where: 'port' }]);
});

test('mistakes end before any connection, with the place', async () => {
  const targets = save('wrong.txt', '127.0.0.1:1\n  nonsense\n');
  const wrong = await strictstep('probe', '--targets', targets);
  expect([wrong.exitCode, wrong.stderr]).toEqual([
    65,
    expect.stringContaining(`${targets}:2:3: "nonsense" is not HOST:PORT`),
  ]);
  const policy = save('ours.yaml', 'apiVersion: strictstep/v1\npolicy: ours\nversion: 1\ntitel: x\n');
  const misspelt = await strictstep('probe', '127.0.0.1:1', '--policy', policy);
  expect([misspelt.exitCode, misspelt.stderr]).toEqual([65, expect.stringContaining(`${policy}:4:1`)]);
  const none = await strictstep('probe');
  expect([none.exitCode, none.stderr]).toEqual([64, expect.stringContaining('no port')]);
});
