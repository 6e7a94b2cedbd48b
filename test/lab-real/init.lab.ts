// `strictstep init` on a terminal, for machines that only a jump host reaches and whose files belong to a service user: OpenSSH,
// sudo with a password and a route that ends here are real. The answers alone give the same bytes again.
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadHosts } from '../../src/inventory/index.ts';
import { addressOf, hostRoot } from '../../src/lab/site.ts';
import { strictstep } from '../helpers/cli.ts';
import { CLEAR, converse, ENTER } from '../wizard/conversation.ts';
import { opsPasswordFile } from './log-ins.ts';
import { openRealLab } from './real-lab.ts';
import type { RealLab } from './real-lab.ts';
import { GATE } from './site.ts';

const out = mkdtempSync(join(tmpdir(), 'strictstep-init-real-'));
const MACHINES = ['dm', 'stp'] as const;
let lab: RealLab;

beforeAll(async () => {
  lab = await openRealLab({ start: 'none' });
  for (const name of MACHINES) await lab.hosts.setWay(name, 'none');
});
afterAll(async () => {
  for (const name of MACHINES) await lab?.hosts.setWay(name, 'direct');
  await lab?.[Symbol.asyncDispose]();
  await rm(out, { recursive: true, force: true });
});

test('the way and the service user are asked for where they are needed, and a wrong password once more', async () => {
  const password = readFileSync(opsPasswordFile(lab.dir), 'utf8').trimEnd();
  const machine = (name: string): string => `${name}=${addressOf(lab.site, name)}`;
  await using person = converse('init', '--out', out, '--identity-file', join(lab.dir, 'id_ed25519'));
  await person.answer('Machines', `${MACHINES.map(machine).join(', ')}${ENTER}`);
  await person.sees('Not reached from here');
  await person.sees('host stp: no SSH connection');
  await person.answer('Jump host on the way', `<${ENTER}`);
  await person.answer('Machines', `${MACHINES.map(machine).join(', ')}${ENTER}`);
  await person.answer('Jump host on the way', `${machine(GATE)}${ENTER}`);
  await person.answer('Log in as', `${CLEAR}ops${ENTER}`);
  for (const name of [GATE, ...MACHINES]) await person.answer(`Is this the key of ${name}?`, ENTER);
  await person.answer('Nothing is in the usual places of dm', `${CLEAR}${hostRoot(lab.site, 'dm')}${ENTER}`);
  await person.sees('On dm the configuration belongs to wasadmin, and the log-in is ops.');
  await person.answer('How does ops become wasadmin on dm?', ENTER);
  await person.answer('File with the password that sudo asks ops for on dm', ENTER);
  await person.answer('(not shown', `wrong-one${ENTER}`);
  await person.sees('sudo does not let it become wasadmin');
  await person.answer('File with the password that sudo asks ops for on dm', ENTER);
  await person.answer('(not shown', `${password}${ENTER}`);
  await person.answer('Nothing is in the usual places of stp', `${CLEAR}${hostRoot(lab.site, 'stp')}${ENTER}`);
  await person.answer('How does ops become wasadmin on stp?', ENTER);
  // The file that was typed for the host before is suggested, and is there now.
  await person.answer('File with the password that sudo asks ops for on stp', ENTER);
  await person.sees('cell stCell: deployment manager on dm');
  await person.answer('What is it for?', ENTER);
  expect(await person.exitCode, person.shown()).toBe(0);
  expect(person.shown()).not.toContain(password);

  // Two of its machines were not named, so the cell holds questions.
  const { hosts, credentials } = (await loadHosts(join(out, 'inventory.yaml'))).inventory;
  expect(hosts.map(({ name, user, jump = [] }) => [name, user, jump.map((hop) => hop.name)])).toEqual([
    ['dm', 'ops', [GATE]],
    ['stp', 'ops', [GATE]],
    [GATE, 'ops', []],
  ]);
  const become = { user: 'wasadmin', method: 'sudo', login: 'dm-sudo' };
  expect(hosts.map((host) => host.become)).toEqual([become, become, undefined]);
  expect(credentials).toMatchObject([{ name: 'dm-sudo', user: 'ops' }]);
}, 120_000);

test('the answers give the same bytes again, from the facts and from the hosts', async () => {
  for (const rescan of [[], ['--rescan']]) {
    const again = join(out, `again${rescan.length}`);
    const { exitCode, stderr } = await strictstep(
      'init',
      '--answers',
      join(out, 'answers.yaml'),
      '--no-input',
      '--out',
      again,
      ...rescan,
    );
    expect(exitCode, stderr).toBe(0);
    for (const file of ['inventory.yaml', 'answers.yaml', 'known_hosts', 'facts.json'])
      expect(readFileSync(join(again, file), 'utf8'), file).toBe(readFileSync(join(out, file), 'utf8'));
  }
}, 120_000);

test('the same by flags alone, and without the way the exit status says that a host is not reached', async () => {
  const log = [
    '--user',
    'ops',
    '--identity-file',
    join(lab.dir, 'id_ed25519'),
    '--known-hosts',
    join(lab.dir, 'known_hosts'),
  ];
  const [host, name] = ['dm', `dm=${addressOf(lab.site, 'dm')}`];
  const flags = ['--goal', 'audit', '--host', name, '--search', `${host}=${hostRoot(lab.site, host)}`, ...log];
  const lost = await strictstep('init', '--out', join(out, 'lost'), ...flags);
  expect([lost.exitCode, lost.stderr]).toEqual([69, expect.stringContaining('HOST_UNREACHABLE')]);
  const way = ['--jump', `${GATE}=${addressOf(lab.site, GATE)}`, '--become', `${host}=sudo:wasadmin`];
  const password = ['--become-password-file', `${host}=${opsPasswordFile(lab.dir)}`];
  const found = await strictstep('init', '--out', join(out, 'found'), ...flags, ...way, ...password);
  expect(found.exitCode, found.stderr).toBe(0);
  expect(readFileSync(join(out, 'found/facts.json'), 'utf8')).toContain('"user": "wasadmin"');
}, 120_000);
