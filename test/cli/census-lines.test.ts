// census --json is a long command: one event a line, also when the servers cannot be looked at.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { strictstepHere } from '../helpers/in-process.ts';
import { temporaryFolder } from '../helpers/lab.ts';
import { openSshServer } from '../helpers/ssh-server.ts';

test('the lines of a census begin with its version and end with its result', async () => {
  await using server = await openSshServer();
  const folder = await temporaryFolder();
  const { entry } = server;
  writeFileSync(join(folder, 'id'), readFileSync(entry.identityFiles[0] ?? ''), { mode: 0o600 });
  const inventory = join(folder, 'inventory.yaml');
  writeFileSync(
    inventory,
    `apiVersion: strictstep/v1
defaults: { user: wasadmin, identityFile: ./id, knownHosts: ${entry.knownHostsFile} }
hosts: { st1: { address: 127.0.0.1, port: ${entry.port} } }
communities: { c: { servers: { st1: { host: st1, data: ${folder} } } } }
`,
  );
  const words = [
    '--inventory',
    inventory,
    '--community',
    'c',
    '--for',
    '1s',
    '--every',
    '1s',
    '--out',
    join(folder, 'out'),
  ];
  const { exitCode, stdout, stderr } = await strictstepHere('census', ...words, '--json', '--no-input');
  expect(exitCode, stderr).toBe(9);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toEqual({ type: 'version', schema: 1, community: 'c' });
  expect(lines.at(-1)).toMatchObject({ type: 'result', schema: 1, community: 'c', verdict: 'INCONCLUSIVE' });
});
