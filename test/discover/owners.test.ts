// Whose the configuration of a host is, as the search tells a log-in that is somebody else. Only root can lay such files here.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseScan, SCAN_SCRIPT } from '../../src/discover/scan.ts';
import { canRun } from '../helpers/can-run.ts';

const NOBODY = 65_534;
const DAEMON = 1;
const isRoot = canRun(process.getuid?.() === 0, 'the owners of found files: only root can give files away');

/** @param uid who searches */
function scanAs(uid: number, root: string) {
  const { stdout } = spawnSync('sh', ['-c', SCAN_SCRIPT, 'sh', root], { uid, gid: uid, encoding: 'utf8', cwd: '/' });
  return parseScan(stdout);
}

function layIn(owner: number): string {
  const root = mkdtempSync(join(tmpdir(), 'strictstep-owners-'));
  const cell = join(root, 'was/config/cells/c');
  mkdirSync(cell, { recursive: true });
  writeFileSync(join(cell, 'security.xml'), '');
  chownSync(join(cell, 'security.xml'), owner, owner);
  mkdirSync(join(root, 'closed'));
  chownSync(join(root, 'closed'), owner, owner);
  chmodSync(join(root, 'closed'), 0o750);
  chmodSync(root, 0o755);
  return root;
}

test.runIf(isRoot)('another log-in is told who owns configuration, and whose folders are closed', () => {
  const found = scanAs(NOBODY, layIn(DAEMON));
  expect(found).toMatchObject({ user: 'nobody', owners: ['daemon'], closedBy: ['daemon'] });
  expect(found?.files.some((file) => file.endsWith('/security.xml'))).toBe(true);
  expect(found?.refused).toHaveLength(1);
});

test.runIf(isRoot)('the owner and root are told of nobody else', () => {
  expect(scanAs(DAEMON, layIn(DAEMON))).toMatchObject({ user: 'daemon', owners: [], closedBy: [], refused: [] });
  expect(scanAs(0, layIn(DAEMON))).toMatchObject({ user: 'root', owners: [], closedBy: [] });
});

test('an owner without a name is nobody whom a command could become', () => {
  const line = (owner: string): string => `-rw-r----- 1 ${owner} staff 9 Nov 21 19:00 /opt/x/security.xml`;
  const lines = ['s X', 'h h', 'u ops'];
  const script = SCAN_SCRIPT.split('\n').find((text) => text.includes('ls -ld')) ?? '';
  const sed = /\| (sed -n .*?) \| sort/.exec(script)?.[1] ?? 'false';
  const { stdout } = spawnSync('sh', ['-c', sed], {
    input: `${line('wasadmin')}\n${line('1007')}\n`,
    encoding: 'utf8',
  });
  expect(parseScan([...lines, stdout].join('\n'))).toMatchObject({ owners: ['wasadmin'], closedBy: [] });
});
