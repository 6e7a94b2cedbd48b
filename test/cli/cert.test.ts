// The verbs of strictstep cert as a user meets them: exit status, streams, modes of files.
import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { strictstep } from '../helpers/cli.ts';
import { readFixture } from '../tls/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'strictstep-cert-'));
const at = (name: string): string => join(folder, name);
const modeOf = (name: string): string => (statSync(at(name)).mode & 0o777).toString(8);

beforeAll(() => {
  writeFileSync(at('store.p12'), readFixture('keytool-multi.p12'));
  writeFileSync(at('wild.p12'), readFixture('openssl-legacy.p12'));
  writeFileSync(at('pass'), 'changeit\n', { mode: 0o600 });
  writeFileSync(at('five'), 'WebAS', { mode: 0o600 });
  writeFileSync(at('new'), 'quite another one', { mode: 0o600 });
});

describe('inspect', () => {
  test('JSON is one document without PEM text; findings alone do not fail the command', async () => {
    const args = ['cert', 'inspect', at('store.p12'), '--password-file', at('pass')];
    const { exitCode, stdout, stderr } = await strictstep(...args, '--json');
    expect([exitCode, stderr]).toEqual([0, '']);
    const result: { form: string; entries: { chain: object[] }[] } = JSON.parse(stdout);
    expect([result.form, result.entries.length, result.entries[0]?.chain.length]).toEqual(['pkcs12-modern', 2, 3]);
    expect(stdout).not.toContain('BEGIN CERTIFICATE');
    const detailed = await strictstep(...args, '--detailed-exitcode');
    expect(detailed.exitCode).toBe(2);
    expect(detailed.stdout).toContain('OLD_JAVA_CANNOT_READ');
  });

  test('names are judged for every --host', async () => {
    const args = ['cert', 'inspect', at('wild.p12'), '--password-file', at('five')];
    const { exitCode, stdout } = await strictstep(...args, '--host', 'a.example.org', '--host', 'b.example.org');
    expect(exitCode).toBe(0);
    expect(stdout.match(/NAME_MISMATCH/g)).toHaveLength(2);
  });

  test.each([
    ['a wrong password', ['store.p12', '--password-file', 'five'], 65, 'KEYSTORE_PASSWORD'],
    ['a file that is none', ['pass'], 65, 'KEYSTORE_FORMAT'],
    ['no file', ['absent.p12'], 65, 'INPUT_UNREADABLE'],
    ['no password', ['store.p12'], 64, 'USAGE'],
    ['a password file that others can read', ['store.p12', '--password-file', 'open'], 65, 'SECRET_EXPOSED'],
    ['a date that is none', ['store.p12', '--at', 'tomorrow'], 64, 'USAGE'],
  ] as const)('%s', async (_what, [file, flag, value], status, code) => {
    writeFileSync(at('open'), 'changeit');
    chmodSync(at('open'), 0o644);
    const flags = flag === undefined ? [] : [flag, flag === '--password-file' ? at(value) : value];
    const { exitCode, stdout, stderr } = await strictstep('cert', 'inspect', at(file), ...flags);
    expect([exitCode, stdout]).toEqual([status, '']);
    expect(stderr).toMatch(new RegExp(`^error: ${code} `));
  });
});

describe('convert and split', () => {
  test('a modern store becomes one that old Java reads: private, never over another file without --force', async () => {
    const args = ['cert', 'convert', at('store.p12'), '--password-file', at('pass'), '--to', 'pkcs12-legacy'];
    const out = ['--out', at('old.p12'), '--out-password-file', at('new')];
    const done = await strictstep(...args, ...out);
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stderr).toContain('keytool -importkeystore -J-Dkeystore.pkcs12.legacy');
    expect(modeOf('old.p12')).toBe('600');
    const made = readFileSync(at('old.p12'));
    const again = await strictstep(...args, ...out);
    expect([again.exitCode, readFileSync(at('old.p12')).equals(made)]).toEqual([64, true]);
    const forced = await strictstep(...args, ...out, '--force');
    expect([forced.exitCode, readFileSync(at('old.p12')).equals(made), modeOf('old.p12')]).toEqual([0, false, '600']);
    const inspected = await strictstep('cert', 'inspect', at('old.p12'), '--password-file', at('new'));
    expect(inspected.stdout).toContain('pkcs12-legacy');
    for (const { stdout, stderr } of [done, again, forced, inspected])
      expect(`${stdout}${stderr}`).not.toMatch(/changeit|quite another one/);
  });

  test('a wrong password leaves no file', async () => {
    const args = [
      'cert',
      'convert',
      at('store.p12'),
      '--password-file',
      at('five'),
      '--to',
      'pem',
      '--out',
      at('x.pem'),
    ];
    expect((await strictstep(...args)).exitCode).toBe(65);
    expect(existsSync(at('x.pem'))).toBe(false);
  });

  test('split writes intermediates and root, and says which is which', async () => {
    const args = ['cert', 'split', at('wild.p12'), '--password-file', at('five'), '--out-dir', at('parts/new')];
    const { exitCode, stdout, stderr } = await strictstep(...args);
    expect(exitCode, stderr).toBe(0);
    expect(stdout.split('\n').map((line) => line.split('  ')[0])).toEqual([
      at('parts/new/intermediate.pem'),
      at('parts/new/root.pem'),
    ]);
    expect(readFileSync(at('parts/new/root.pem'), 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
    expect((await strictstep(...args)).exitCode).toBe(64);
  });
});
