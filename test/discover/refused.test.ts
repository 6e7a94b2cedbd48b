import { expect, test } from 'vitest';
import { hostsProblem, inventoryOfHosts, parseHostFlag } from '../../src/cli/host-flags.ts';
import { hostsFrom, loadHosts } from '../../src/inventory/index.ts';
import { strictstep } from '../helpers/cli.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

test.each([
  [['discover'], 'missing answer: --inventory or --host'],
  [['discover', '--inventory', 'i.yaml', '--host', 'dm'], 'cannot be given together'],
  [['discover', '--host', 'dm:99999', '--user', 'u'], '"dm:99999" is not a host'],
  [
    ['discover', '--host', 'dm', '--host', 'u@dm', '--user', 'u', '--identity-file', 'i', '--known-hosts', 'k'],
    'two hosts would be called dm',
  ],
  [
    ['discover', '--host', 'dm', '--user', 'u', '--identity-file', 'i', '--known-hosts', 'k', '--parallel', '0'],
    '--parallel 0',
  ],
  [['init', '--host', 'dm', '--role', 'meeting'], '--role meeting has another form'],
])('%o ends with status 64 before any host is asked', async (words, said) => {
  const { exitCode, stderr } = await strictstep(...words);
  expect([exitCode, stderr]).toEqual([64, expect.stringContaining(said)]);
  expect(stderr).not.toContain('reading');
});

test.each([
  ['dm.acme.example', { name: 'dm', address: 'dm.acme.example' }],
  ['a=u@192.0.2.1:2222', { name: 'a', address: '192.0.2.1', port: 2222, user: 'u' }],
  ['192.0.2.1', { name: '192-0-2-1', address: '192.0.2.1' }],
  ['v6=[2001:db8::1]:22', { name: 'v6', address: '2001:db8::1', port: 22 }],
  ['u@x@y', undefined],
  ['a b', undefined],
  ['-x', undefined],
  ['dm:0', undefined],
  ['', undefined],
])('the host %s is read as %o', (text, expected) => {
  expect(parseHostFlag(text)).toEqual(expected);
});

test('hosts of the command line become an inventory that is one', () => {
  const flags = {
    host: ['dm=u@192.0.2.1', 'st1.acme.example'],
    user: 'was',
    identityFile: '/k/id',
    knownHosts: '/d/kh',
    search: ['/apps'],
  };
  expect(hostsProblem([])).toContain('no host is named');
  const { inventory, search } = hostsFrom(inventoryOfHosts(flags, '/d'), '/d/inventory.yaml');
  expect(inventory.hosts).toMatchObject([
    { name: 'dm', address: '192.0.2.1', user: 'u', identityFiles: ['/k/id'], knownHostsFile: '/d/kh' },
    { name: 'st1', address: 'st1.acme.example', user: 'was', port: 22 },
  ]);
  expect([...search]).toEqual([
    ['dm', ['/apps']],
    ['st1', ['/apps']],
  ]);
});

test('of a file with questions the hosts can be used, and places of errors stay right', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'strictstep-hosts-'));
  const file = join(folder, 'i.yaml');
  const head =
    'apiVersion: strictstep/v1\ncells:\n  c1:\n    login: "?"\nhosts:\n  dm: { address: dm, user: u, identityFile: i, knownHosts: k';
  await writeFile(file, `${head} }\n`);
  expect((await loadHosts(file)).inventory.hosts.map(({ name }) => name)).toEqual(['dm']);
  await writeFile(file, `${head}, colour: red }\n`);
  await expect(loadHosts(file)).rejects.toMatchObject({ code: 'INPUT_UNKNOWN_KEY', place: { line: 6 } });
  await rm(folder, { recursive: true });
});
