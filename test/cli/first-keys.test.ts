// Hosts that nobody has seen before, and hosts that are old, as the command line tells of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { strictstep } from '../helpers/cli.ts';
import { openTestLab } from '../helpers/lab.ts';

test('first keys are believed by an explicit flag only, written down, told, and known from then on; old algorithms are told at every check', async () => {
  await using lab = await openTestLab();
  const known = `${lab.dir}/known_hosts`;
  const right = readFileSync(known, 'utf8').trim().split('\n').toSorted();
  writeFileSync(known, '');
  const refused = await strictstep('check', '--inventory', lab.inventoryFile);
  expect(refused).toMatchObject({ exitCode: 69, stderr: expect.stringContaining('--accept-new-host-keys') });
  expect(readFileSync(known, 'utf8')).toBe('');
  const first = await strictstep('check', '--inventory', lab.inventoryFile, '--accept-new-host-keys');
  expect(first.exitCode, first.stderr).not.toBe(69);
  expect(readFileSync(known, 'utf8').trim().split('\n').toSorted()).toEqual(right);
  expect(
    first.stderr.match(/host \w+: first key of \S+ accepted and written to \S+: ssh-ed25519 SHA256:\S{43}/g),
  ).toHaveLength(right.length);
  const inventory = readFileSync(lab.inventoryFile, 'utf8');
  writeFileSync(lab.inventoryFile, inventory.replace('defaults:\n', 'defaults:\n  legacyAlgorithms: [hmac-sha1]\n'));
  const again = await strictstep('check', '--inventory', lab.inventoryFile, '--json');
  expect(again.exitCode, again.stderr).toBe(first.exitCode);
  expect(again.stderr).not.toContain('first key');
  const { files } = JSON.parse(again.stdout) as { files: readonly { code: string; text: string }[] };
  const old = files.filter(({ code }) => code === 'OLD_SSH_ALGORITHMS').map(({ text }) => text);
  expect(old).toHaveLength(right.length);
  expect(old[0]).toBe('host dm may be spoken to with old SSH algorithms: hmac-sha1');
}, 120_000);
