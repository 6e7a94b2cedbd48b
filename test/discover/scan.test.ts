// The search itself, run by the /bin/sh of this machine in folders made for it.
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scanHost } from '../../src/discover/scan.ts';
import { localHost } from '../helpers/local-host.ts';

let root = '';

const FILES = [
  'with blanks/it\'s "odd"/profiles/p1/config/cells/c/security.xml',
  'was/profiles/p2/config/cells/c/nodes/n/serverindex.xml',
  'was/profiles/p2/logs/s1/SystemOut.log',
  'was/profiles/p2/logs/s1/other.log',
  'was/profiles/p2/wstemp/workspace/config/cells/c/security.xml',
  'was/profileTemplates/default/config/cells/x/security.xml',
  'linked/sametime.ini',
];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'strictstep-scan-'));
  for (const file of FILES) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), '');
  }
  await mkdir(join(root, 'was/profiles/p2/logs/s2/logdata'), { recursive: true });
  await symlink(join(root, 'linked'), join(root, 'link'));
});

afterAll(async () => {
  await chmod(join(root, 'was'), 0o755);
  await rm(root, { recursive: true, force: true });
});

test('what is looked for is found with its whole path, and copies, templates and other files are not', async () => {
  const { files, searched, hostName, system } = await scanHost(localHost('h'), [
    join(root, 'with blanks'),
    join(root, 'was'),
    join(root, 'nowhere'),
  ]);
  expect(files.map((file) => file.replace(`${root}/`, '')).filter((file) => !file.startsWith('/'))).toEqual([
    'was/profiles/p2/config/cells/c/nodes/n/serverindex.xml',
    'was/profiles/p2/logs/s1/SystemOut.log',
    'was/profiles/p2/logs/s2/logdata',
    'with blanks/it\'s "odd"/profiles/p1/config/cells/c/security.xml',
  ]);
  expect(searched).toEqual([join(root, 'with blanks'), join(root, 'was')]);
  expect([hostName === '', system === '']).toEqual([false, false]);
});

test('a place that is a link is searched, and keeps the name by which it was given', async () => {
  const { files } = await scanHost(localHost('h'), [join(root, 'link')]);
  expect(files).toContain(join(root, 'link/sametime.ini'));
});
