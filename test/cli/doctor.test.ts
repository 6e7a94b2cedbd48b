// doctor: what is wrong with this machine or with what an inventory needs of it; looks only.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { agent, clock, node, stateFolder } from '../../src/cli/doctor/machine.ts';
import { examineInputs } from '../../src/cli/doctor/inputs.ts';
import { Secret } from '../../src/core/secret.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../src/tls/issue-certificate.ts';
import { strictstep } from '../helpers/cli.ts';
import { digestsBelow } from '../helpers/files.ts';
import { temporaryFolder } from '../helpers/lab.ts';

describe('this machine', () => {
  test('needs Node 24', () => {
    expect(node('24.1.0').verdict).toBe('ok');
    expect(node('22.9.0')).toMatchObject({ verdict: 'fails', hint: expect.stringContaining('Node 24') });
  });

  test('has an agent that answers, none, or one that is dead', async () => {
    const socket = join(await temporaryFolder(), 'agent');
    expect(await agent(undefined)).toMatchObject({ verdict: 'ok' });
    expect(await agent(socket)).toMatchObject({ verdict: 'warning', text: expect.stringContaining(socket) });
    const server = createServer();
    server.listen(socket);
    await once(server, 'listening');
    expect(await agent(socket)).toMatchObject({ verdict: 'ok' });
    server.close();
  });

  test('can have its runs folder made, and says when others can write into it', async () => {
    const folder = await temporaryFolder();
    const state = join(folder, 'runs');
    expect(await stateFolder(state)).toMatchObject({ verdict: 'ok', text: expect.stringContaining('first run makes') });
    mkdirSync(state);
    chmodSync(state, 0o700);
    expect(await stateFolder(state)).toEqual({ name: 'runs folder', verdict: 'ok', text: state });
    chmodSync(state, 0o777);
    expect(await stateFolder(state)).toMatchObject({ verdict: 'warning', hint: expect.stringContaining('chmod 700') });
    writeFileSync(join(folder, 'file'), '');
    expect(await stateFolder(join(folder, 'file', 'runs'))).toMatchObject({ verdict: 'fails' });
  });

  test('must not live before the day of its installation', async () => {
    expect(await clock(new Date())).toMatchObject({ verdict: 'ok' });
    expect(await clock(new Date('2001-01-01T00:00:00Z'))).toMatchObject({ verdict: 'fails' });
  });
});

describe('an inventory', () => {
  let good: string;
  beforeAll(async () => {
    good = await temporaryFolder();
    const at = (days: number): Date => new Date(Date.now() + days * 86_400_000);
    const key = makeKey();
    const root = makeCertificateAuthority({ subject: 'Root', key, notBefore: at(-9), notAfter: at(900) });
    const { certificate } = issueCertificate({
      subject: 'chat',
      names: ['chat'],
      issuer: root,
      key,
      notBefore: at(-8),
      notAfter: at(80),
    });
    const password = new Secret('right', 'test');
    const entries = [{ alias: 'chat', key, chain: [certificate, root.certificate] }];
    writeFileSync(join(good, 'store.p12'), writePkcs12({ entries, signers: [], password, legacy: false }));
    writeFileSync(join(good, 'password'), 'right', { mode: 0o600 });
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(good, 'id')]);
    const [, hostKey = ''] = readFileSync(join(good, 'id.pub'), 'utf8').split(' ');
    writeFileSync(join(good, 'known_hosts'), `[192.0.2.11]:2222 ssh-ed25519 ${hostKey}\n`);
    // As many sites have it: names that cannot be read.
    execFileSync('ssh-keygen', ['-H', '-f', join(good, 'known_hosts')], { stdio: 'ignore' });
    writeFileSync(
      join(good, 'inventory.yaml'),
      `apiVersion: strictstep/v1
defaults: { user: notes, identityFile: ./id, knownHosts: ./known_hosts }
hosts:
  st1: { address: 192.0.2.11, port: 2222 }
credentials:
  admin: { user: admin, passwordFile: ./password }
certificates:
  messaging: { file: ./store.p12, passwordFile: ./password, alias: acme }
`,
    );
  });

  const broken = async (breakIt: (folder: string) => void) => {
    const folder = join(await temporaryFolder(), 'site');
    cpSync(good, folder, { recursive: true });
    breakIt(folder);
    const found = await examineInputs(join(folder, 'inventory.yaml'));
    return found.filter(({ verdict }) => verdict !== 'ok');
  };
  const change = (file: string, find: string, replace: string) => (folder: string) => {
    const text = readFileSync(join(folder, file), 'utf8');
    expect(text).toContain(find);
    writeFileSync(join(folder, file), text.replace(find, replace));
  };

  test('that has all it needs is fit', async () => {
    expect(await broken(() => undefined)).toEqual([]);
  });

  test.each([
    ['hosts: [', change('inventory.yaml', 'hosts:', 'hosts: ['), 'inventory', 'INPUT_SYNTAX'],
    ['a key for all to read', (at: string) => chmodSync(join(at, 'id'), 0o644), 'key ', 'SECRET_EXPOSED'],
    ['a host without a known key', change('inventory.yaml', '192.0.2.11', '192.0.2.12'), 'host st1', 'is not in'],
    ['another port', change('inventory.yaml', '2222', '2223'), 'host st1', 'is not in'],
    [
      'a missing password',
      change('inventory.yaml', './password }\ncert', './passw }\ncert'),
      'credential admin',
      'INPUT_UNREADABLE',
    ],
    [
      'a wrong password',
      (at: string) => writeFileSync(join(at, 'password'), 'wrong'),
      'certificate messaging',
      'KEYSTORE_PASSWORD',
    ],
    [
      'no key store',
      (at: string) => writeFileSync(join(at, 'store.p12'), ''),
      'certificate messaging',
      'KEYSTORE_FORMAT',
    ],
  ] as const)('with %s is told what to do', async (_, breakIt, name, says) => {
    const [first, ...others] = await broken(breakIt);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ verdict: 'fails', text: expect.stringContaining(says) });
    expect(first?.name).toContain(name);
    expect(first?.hint).toMatch(/^[A-Z].*[.?]$/);
  });

  test('is examined by the verb, which writes nothing and ends with 65 when something is wrong', async () => {
    const inventory = join(good, 'inventory.yaml');
    const state = join(good, 'runs');
    const before = digestsBelow(good, () => true);
    const fit = await strictstep('doctor', '--inventory', inventory, '--state', state);
    expect(fit, fit.stderr).toMatchObject({ exitCode: 0 });
    expect(fit.stdout).toMatch(/^ok {7}host st1: \[192\.0\.2\.11\]:2222 is in /m);
    expect(fit.stdout).toMatch(/^fit \(/m);
    expect(digestsBelow(good, () => true)).toEqual(before);
    const json = await strictstep('doctor', '--inventory', join(good, 'nowhere.yaml'), '--state', state, '--json');
    expect(json.exitCode).toBe(65);
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: 1, fit: false, failing: 1 });
  });
});
