// People of the hosts who are not the service user, and what sudo lets them do; and the inventory of one who comes over the gate.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { inventoryFile } from '../../src/lab/lay.ts';
import type { Site } from '../../src/lab/site.ts';
import { GATE } from './site.ts';

const FIRST_ID = 4300;

/** name -> its line in sudoers; the first one is asked for its password */
export const LOG_INS: Readonly<Record<string, string>> = {
  ops: 'ops ALL=(wasadmin) ALL',
  'ops-free': 'ops-free ALL=(wasadmin) NOPASSWD: ALL',
  'ops-tty': 'Defaults:ops-tty requiretty\nops-tty ALL=(wasadmin) NOPASSWD: ALL',
  'ops-some': 'ops-some ALL=(wasadmin) NOPASSWD: /bin/true',
  'ops-none': '',
  /** somebody to become by su */
  stadmin: '',
};

export const opsPasswordFile = (dir: string): string => path.join(dir, 'secrets/ops.password');
export const opsInventoryFile = (dir: string): string => path.join(dir, 'inventory-ops.yaml');

/** One password for all of them: it is theirs, not the service user's, who has none. */
export async function layLogIns(dir: string, folder: string): Promise<void> {
  const file = opsPasswordFile(dir);
  await mkdir(path.dirname(file), { recursive: true });
  if (!existsSync(file)) writeFileSync(file, `ops '"$ ${randomBytes(9).toString('base64')}\n`, { mode: 0o600 });
  const hash = execFileSync('openssl', ['passwd', '-6', '-stdin'], { input: readFileSync(file), encoding: 'utf8' });
  const lines = Object.keys(LOG_INS).map((name, at) => `${name}:${FIRST_ID + at}:${hash.trim()}\n`);
  await writeFile(path.join(folder, 'log-ins'), lines.join(''), { mode: 0o600 });
  const rules = ['Defaults env_reset', 'Defaults use_pty', ...Object.values(LOG_INS)];
  await writeFile(path.join(folder, 'sudoers'), `${rules.join('\n')}\n`);
}

/** As the lab's own, but: over the gate, as ops, and from there by sudo to the service user. */
export async function layOpsInventory({ dir }: Site): Promise<void> {
  const inventory = parse(readFileSync(inventoryFile(dir), 'utf8')) as Record<'defaults' | 'credentials', object>;
  const become = { user: 'wasadmin', method: 'sudo', login: 'ops' };
  const mine = {
    ...inventory,
    defaults: { ...inventory.defaults, user: 'ops', jump: [GATE], become },
    credentials: { ...inventory.credentials, ops: { user: 'ops', passwordFile: './secrets/ops.password' } },
  };
  await writeFile(opsInventoryFile(dir), stringify(mine, { lineWidth: 0 }));
}
