// `strictstep init` on a real terminal against labs: every goal, wrong answers, the way back, Ctrl-C, and the same files again.
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCommunityLab, type CommunityLab } from '../../src/lab/community/index.ts';
import { openLab, type Lab } from '../../src/lab/index.ts';
import { openSunImLab } from '../../src/lab/sun-im/index.ts';
import { cellRoot, hostRoot, managerOf } from '../../src/lab/site.ts';
import { loadInventory } from '../../src/inventory/index.ts';
import { strictstep } from '../helpers/cli.ts';
import { CLEAR, converse, CTRL_C, CTRL_T, DOWN, ENTER, UP } from './conversation.ts';

let folder = '';
let lab: Lab;
let community: CommunityLab;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strictstep-init-'));
  lab = await openLab({ dir: join(folder, 'lab'), delays: { startMs: 5 } });
  community = await openCommunityLab({ dir: join(folder, 'community') });
}, 120_000);

afterAll(async () => {
  await lab.close();
  await community.close();
  await rm(folder, { recursive: true, force: true });
});

const out = (name: string): string => join(folder, name);
const inLab = (file: string): string => join(lab.dir, file);
const hostFlag = (host: { readonly name: string; readonly offset: number }, basePort: number): string =>
  `${host.name}=127.0.0.1:${basePort + host.offset}`;

/** Machines, log-in and places, so that a conversation begins with its goal. */
function known(
  dir: string,
  site: { readonly basePort: number; readonly scenario: { readonly hosts: Lab['site']['scenario']['hosts'] } },
  user: string,
) {
  const { hosts } = site.scenario;
  return [
    ...hosts.flatMap((host) => [
      '--host',
      hostFlag(host, site.basePort),
      '--search',
      `${host.name}=${hostRoot({ dir }, host.name)}`,
    ]),
    '--user',
    user,
    '--identity-file',
    join(dir, 'id_ed25519'),
    '--known-hosts',
    join(dir, 'known_hosts'),
  ];
}
const knownLab = () => known(lab.dir, lab.site, 'wasadmin');

const certificateIn = (dir: string): readonly string[] => [
  '--certificate-file',
  join(dir, 'certificates/wild_acme_com.p12'),
  '--certificate-password-file',
  join(dir, 'secrets/wild_acme_com.password'),
];

const FILES = ['inventory.yaml', 'playbook.yaml', 'answers.yaml'] as const;

/** The same bytes from the answers alone, without a person. */
async function expectSameAgain(name: string, files: readonly string[] = FILES): Promise<void> {
  const again = out(`${name}-again`);
  const { exitCode, stderr } = await strictstep(
    'init',
    '--answers',
    join(out(name), 'answers.yaml'),
    '--no-input',
    '--no-plan',
    '--out',
    again,
  );
  expect([exitCode, stderr.includes('error')]).toEqual([0, false]);
  for (const file of files)
    expect(await readFile(join(again, file), 'utf8')).toBe(await readFile(join(out(name), file), 'utf8'));
  expect((await readdir(again)).toSorted()).toEqual(
    (await readdir(out(name))).filter((file) => file !== 'secrets').toSorted(),
  );
}

test('looking only: two machines by hand, wrong answers are asked again with the reason, keys are confirmed', async () => {
  await using person = converse('init', '--out', out('audit'));
  const [dm, stp] = ['dm', 'stp'].map((name) => lab.site.scenario.hosts.find((host) => host.name === name));
  const machines = [dm, stp].flatMap((host) => (host === undefined ? [] : [hostFlag(host, lab.site.basePort)]));
  await person.answer('Machines', `dm=1.2.3.4:99999${ENTER}`);
  await person.answer('"dm=1.2.3.4:99999" is not a host', `${CLEAR}${machines.join(',')},dm=x${ENTER}`);
  await person.answer('two hosts would be called dm', `${CLEAR}${machines.join(', ')}${ENTER}`);
  await person.answer('Log in as', ENTER);
  await person.answer('Private SSH key', `${CLEAR}/nowhere/key${ENTER}`);
  await person.answer('/nowhere/key cannot be read', `${CLEAR}${inLab('id_ed25519')}${ENTER}`);
  await person.sees('dm (127.0.0.1:');
  await person.answer('Is this the key of dm?', ENTER);
  await person.answer('Is this the key of stp?', ENTER);
  await person.answer('Where else', `${CLEAR}relative${ENTER}`);
  await person.answer('Write whole paths', `${CLEAR}${hostRoot(lab, 'dm')}${ENTER}`);
  await person.answer('usual places of stp', `${CLEAR}${hostRoot(lab, 'stp')}${ENTER}`);
  await person.sees('cell stCell: deployment manager on dm');
  await person.sees('node stmNode is on a machine that was not named');
  await person.answer('What is it for?', ENTER);
  await person.sees('strictstep audit --inventory');
  expect(await person.exitCode).toBe(0);
  const inventory = await readFile(join(out('audit'), 'inventory.yaml'), 'utf8');
  expect(inventory).toContain('knownHosts: ./known_hosts');
  expect(await readFile(join(out('audit'), 'known_hosts'), 'utf8')).toMatch(
    /^(\[127\.0\.0\.1\]:\d+ ssh-ed25519 \S+\n){2}$/,
  );
  await expectSameAgain('audit', ['inventory.yaml', 'answers.yaml', 'known_hosts']);
});

test('TLS 1.2: only what no host tells is asked, and the plan of the result is safe', async () => {
  await using person = converse('init', '--out', out('tls12'), ...knownLab());
  await person.answer('What is it for?', `${DOWN}${ENTER}`);
  for (const node of ['sipNode', 'stmNode', 'stpNode']) await person.answer(`What is the node ${node} for?`, ENTER);
  await person.answer('Administrator of cell stCell', ENTER);
  const secret = (await readFile(inLab('secrets/was-admin.password'), 'utf8')).trim();
  await person.answer('File with the password of wasadmin', ENTER);
  await person.answer('(not shown', `${secret}${ENTER}`);
  await person.answer('server_id of its row', `st;meeting${ENTER}`);
  await person.answer('Letters, digits', `${CLEAR}stmeeting1${ENTER}`);
  await person.answer('Database user', `db2inst1${ENTER}`);
  await person.answer('File with the password of db2inst1', `${CLEAR}${inLab('secrets/meetings-db.password')}${ENTER}`);
  await person.answer('PKCS#12 file with the new certificate', `${inLab('certificates/wild_acme_com.p12')}${ENTER}`);
  await person.answer('File with its password', `${CLEAR}${inLab('secrets/wild_acme_com.password')}${ENTER}`);
  await person.sees('CN=Example Trust Root R1');
  await person.answer('Its alias on the servers', ENTER);
  await person.answer('Who must stay able to connect?', ENTER);
  await person.answer('How?', ENTER);
  await person.answer('Change window', `2026-03-02T04:00+01:00/2026-03-01T22:00+01:00${ENTER}`);
  await person.answer('The end must be later', `${CLEAR}2026-03-01T22:00+01:00/2026-03-02T04:00+01:00${ENTER}`);
  await person.answer('How many other people', ENTER);
  await person.sees('proof: safe');
  await person.sees('apply');
  expect(await person.exitCode).toBe(0);
  expect(person.shown()).not.toContain(secret);
  const file = join(out('tls12'), 'secrets/stCell.password');
  expect([(await stat(file)).mode % 0o1000, await readFile(file, 'utf8')]).toEqual([0o600, `${secret}\n`]);
  const inventory = await readFile(join(out('tls12'), 'inventory.yaml'), 'utf8');
  expect(inventory).toContain('alias: wild-acme-example-');
  expect(inventory).toContain('changeWindow: { start: 2026-03-01T22:00+01:00, end: 2026-03-02T04:00+01:00 }');
  expect(inventory).not.toContain('"?"');
  await rm(join(out('tls12-again')), { recursive: true, force: true });
  // The typed password lies beside the answers; the copy finds it there.
  await expectSameAgain('tls12');
});

test('a renewal asks for the certificate in use as well, and its plan replaces that one wherever it is shown', async () => {
  // What WebSphere made for itself, in the key store of the cell.
  const [inUse, password] = [out('in-use.p12'), out('in-use.password')];
  const manager = managerOf(lab.site.scenario).profile;
  await copyFile(join(cellRoot(lab.site, manager), 'key.p12'), inUse);
  await writeFile(password, 'WebAS\n', { mode: 0o600 });
  const flags = ['--goal', 'renewal', '--approvals', '0', '--window', '-'];
  await using person = converse('init', '--out', out('renewal'), ...knownLab(), ...flags);
  await person.answer('Administrator of cell stCell', ENTER);
  await person.answer('File with the password of wasadmin', `${CLEAR}${inLab('secrets/was-admin.password')}${ENTER}`);
  await person.answer('PKCS#12 file with the certificate that is in use now', `${inUse}${ENTER}`);
  await person.answer('File with its password', `${CLEAR}${password}${ENTER}`);
  await person.answer('Its alias in WebSphere', `default${ENTER}`);
  await person.answer('PKCS#12 file with the new certificate', `${inLab('certificates/wild_acme_com.p12')}${ENTER}`);
  await person.answer('File with its password', `${CLEAR}${inLab('secrets/wild_acme_com.password')}${ENTER}`);
  await person.answer('Its alias on the servers', `new-2026${ENTER}`);
  await person.answer('How?', `${DOWN}${ENTER}`);
  await person.sees('proof: safe');
  await person.sees('strictstep plan');
  expect(await person.exitCode).toBe(0);
  const inventory = await readFile(join(out('renewal'), 'inventory.yaml'), 'utf8');
  expect(inventory).toMatch(/messaging: \{ .*alias: default \}\n +renewed: \{ .*alias: new-2026 \}/);
  expect(await readFile(join(out('renewal'), 'playbook.yaml'), 'utf8')).toContain(
    '\nstrategy: stop-all\noutage: declared\n',
  );
  expect(await readFile(join(out('renewal'), 'playbook.yaml'), 'utf8')).not.toContain('phase: remove');
  await expectSameAgain('renewal');
});

test('a community: neighbours, update site and how far to go; phases that are not wanted are not in the playbook', async () => {
  const { dir, site } = community;
  const { applications, ldap } = site.scenario;
  const neighbours = [
    ...applications.map(({ name, kind, address }) => `${name}=${kind}@${address}`),
    `${ldap.name}=ldap@${ldap.address}:${site.basePort + ldap.offset}`,
  ];
  await using person = converse(
    'init',
    '--out',
    out('community1'),
    ...known(dir, site, 'notes'),
    ...certificateIn(dir),
  );
  await person.answer('What is it for?', `${DOWN}${ENTER}`);
  // SSH of the lab's hosts is at one address, and its servers are at others.
  for (const { host, address } of site.scenario.members) {
    await person.answer(`reach the server on ${host}?`, `${CLEAR}127.0.60.99${ENTER}`);
    await person.answer('Nothing answers on port', `${CLEAR}${address}${ENTER}`);
  }
  await person.answer('Its alias on the servers', ENTER);
  await person.answer('Programs around the community', `${CLEAR}web=proxy${ENTER}`);
  await person.answer('"web=proxy" is no neighbour', `${CLEAR}${neighbours.join(', ')}${ENTER}`);
  await person.answer('Update site', `${CLEAR}nowhere:/srv${ENTER}`);
  await person.answer('nowhere is none of the hosts', `${CLEAR}-${ENTER}`);
  await person.answer('How?', `${DOWN}${ENTER}`);
  await person.answer('Change window', ENTER);
  await person.answer('How many other people', ENTER);
  await person.sees('proof: safe');
  await person.sees('strictstep plan');
  expect(await person.exitCode).toBe(0);
  const playbook = await readFile(join(out('community1'), 'playbook.yaml'), 'utf8');
  expect([...playbook.matchAll(/^ {2}- phase: (\S+)/gm)].map(([, phase]) => phase)).toEqual([
    'stores',
    'dynamic',
    'neighbours',
    'clients-dynamic',
  ]);
  expect(await readFile(join(out('community1'), 'inventory.yaml'), 'utf8')).toContain(
    'stproxy: { kind: sametime-proxy, address: 127.0.60.31 }',
  );
  await expectSameAgain('community1');
});

test('Sun Instant Messaging: servers, peers and gateway are in the inventory, and the plan with what the peer can do is safe', async () => {
  await using sunIm = await openSunImLab({ dir: join(folder, 'sun-im') });
  const { dir, site } = sunIm;
  const { scenario, basePort } = site;
  const machines = { basePort, scenario: { hosts: scenario.hosts } };
  await using person = converse(
    'init',
    '--out',
    out('sun-im1'),
    ...known(dir, machines, scenario.user),
    ...certificateIn(dir),
  );
  await person.answer('What is it for?', `${DOWN}${ENTER}`);
  await person.answer('What can the server of', `${DOWN.repeat(2)}${ENTER}`);
  await person.answer('Its alias on the servers', ENTER);
  await person.answer('How?', ENTER);
  await person.answer('Change window', ENTER);
  await person.answer('How many other people', ENTER);
  await person.sees('proof: safe');
  await person.sees('strictstep plan');
  expect(await person.exitCode).toBe(0);
  const inventory = await loadInventory(join(out('sun-im1'), 'inventory.yaml'));
  const wanted = await loadInventory(sunIm.inventoryFile);
  const plain = ({ federations = [] }: typeof wanted) =>
    federations.map(({ servers, peers, gateways }) => ({
      servers: servers.map(({ name, host, domain, config, imadmin, runtime, ports, coservers }) => {
        const where = { host, config, imadmin, runtime };
        return { name, domain, ports, coservers, where };
      }),
      peers: peers.map(({ domain, address, port }) => ({ domain, address, port })),
      gateways: gateways.map(({ host, config, runtime }) => ({ host, config, runtime })),
    }));
  expect(plain(inventory)).toEqual(plain(wanted));
  await expectSameAgain('sun-im1');
});

test('going back takes the last answer away, in a list and in a line, and nothing is read again', async () => {
  const flags = ['--admin-user', 'stCell=-', '--no-plan'];
  await using person = converse('init', '--out', out('back'), ...knownLab(), ...flags);
  await person.answer('What is it for?', `${DOWN}${ENTER}`);
  await person.answer('What is the node sipNode for?', `${DOWN}${ENTER}`);
  await person.answer('What is the node stmNode for?', `${DOWN.repeat(5)}${ENTER}`);
  await person.answer('What is the node sipNode for?', `${DOWN.repeat(5)}${ENTER}`);
  // The list begins with what was chosen before.
  await person.answer('What is it for?', `${DOWN}${ENTER}`);
  await person.answer('PKCS#12 file', `<${ENTER}`);
  await person.answer('What is it for?', `${UP.repeat(2)}${ENTER}`);
  expect(await person.exitCode).toBe(0);
  expect(person.shown().split('reading dm').length).toBe(2);
  expect(await readFile(join(out('back'), 'answers.yaml'), 'utf8')).not.toContain('sipNode');
});

test('Ctrl-C keeps the answers; the next start goes on behind them', async () => {
  {
    await using person = converse('init', '--out', out('stopped'), ...knownLab());
    await person.answer('What is it for?', `${DOWN}${ENTER}`);
    await person.answer('What is the node sipNode for?', ENTER);
    await person.answer('What is the node stmNode for?', CTRL_C);
    expect(await person.exitCode).toBe(10);
    expect(person.shown()).toContain('the answers so far are kept');
  }
  expect(await readdir(out('stopped'))).toEqual(['answers.part.yaml']);
  await using person = converse('init', '--out', out('stopped'));
  await person.answer('Go on with them?', ENTER);
  await person.sees('What is the node stmNode for?');
  expect(person.shown()).not.toContain('sipNode for?');
  await person.answer('< back', `${DOWN.repeat(5)}${ENTER}`);
  await person.answer('What is the node sipNode for?', CTRL_C);
  expect(await person.exitCode).toBe(10);
});

test('a password that opens nothing and a host that is not there are told, and asked for again', async () => {
  const flags = ['--goal', 'tls12', '--role', 'stCell/sipNode=other', '--role', 'stCell/stmNode=meeting'];
  const more = ['--role', 'stCell/stpNode=other', '--admin-user', 'stCell=-', '--server-id', 'stms=-'];
  await using person = converse('init', '--out', out('wrong'), ...knownLab(), ...flags, ...more, '--no-plan');
  await person.answer('PKCS#12 file', `${inLab('certificates/wild_acme_com.p12')}${ENTER}`);
  await person.answer('File with its password', `typed-too-early${ENTER}`);
  await person.answer('Not the password', `${CLEAR}${ENTER}`);
  // Typed wrong twice, and right: the file that it goes into is the same each time, and counts each time.
  const secret = (await readFile(inLab('secrets/wild_acme_com.password'), 'utf8')).trim();
  await person.answer('(not shown', `wrong-one${CTRL_T}${ENTER}`);
  for (const typed of ['wrong-two', secret]) {
    await person.sees('KEYSTORE_PASSWORD');
    await person.answer('Please answer again', ENTER);
    await person.answer('(not shown', `${typed}${ENTER}`);
  }
  expect(person.shown()).not.toContain(secret);
  await person.answer('Its alias on the servers', CTRL_C);
  expect(await person.exitCode).toBe(10);
  // Left wrong by Ctrl-C: the file of before is ours, and can be typed again.
  await writeFile(join(out('wrong'), 'secrets/certificate.password'), 'wrong-three\n');
  {
    await using again = converse('init', '--out', out('wrong'), '--continue', '--no-plan');
    await again.sees('KEYSTORE_PASSWORD');
    await again.answer('File with its password', ENTER);
    await again.answer('it replaces what is in', `${secret}${ENTER}`);
    await again.answer('Its alias on the servers', CTRL_C);
    expect(await again.exitCode).toBe(10);
  }
  expect(person.shown()).not.toMatch(/wrong-(one|two)|toggle/);
  expect(await readFile(join(out('wrong'), 'answers.part.yaml'), 'utf8')).not.toContain('typed-too-early');
  const gone = ['--identity-file', inLab('id_ed25519'), '--user', 'u'];
  await using other = converse('init', '--out', out('gone'), ...gone);
  await other.answer('Machines', `dm=127.0.0.1:1${ENTER}`);
  await other.sees('host dm: no SSH connection to 127.0.0.1:1');
  await other.answer('Jump host on the way', `<${ENTER}`);
  await other.answer('(dm=127.0.0.1:1)', CTRL_C);
  expect(await other.exitCode).toBe(10);
});

test('a key that is not confirmed ends the conversation, and nothing was sent to the host', async () => {
  const host = lab.site.scenario.hosts[0] ?? { name: '', offset: 0 };
  const log = join(hostRoot(lab, host.name), 'ssh-commands.log');
  const before = await readFile(log, 'utf8').catch(() => '');
  await using person = converse(
    'init',
    '--out',
    out('stranger'),
    '--host',
    hostFlag(host, lab.site.basePort),
    '--user',
    'u',
    '--identity-file',
    inLab('id_ed25519'),
  );
  await person.answer('Is this the key of dm?', `${DOWN}${ENTER}`);
  expect(await person.exitCode).toBe(69);
  expect(await readFile(log, 'utf8').catch(() => '')).toBe(before);
  const wrong = await strictstep(
    'init',
    '--out',
    out('stranger2'),
    '--host',
    hostFlag(host, lab.site.basePort),
    '--user',
    'u',
    '--identity-file',
    inLab('id_ed25519'),
    '--trust-host',
    'dm=SHA256:AAAA',
  );
  expect([wrong.exitCode, wrong.stderr]).toEqual([69, expect.stringContaining('which was not confirmed')]);
});

test('a known_hosts of somebody else is neither used nor replaced', async () => {
  await mkdir(out('foreign'));
  const file = join(out('foreign'), 'known_hosts');
  await writeFile(file, 'mine\n');
  const { exitCode, stderr } = await strictstep('init', '--out', out('foreign'), ...knownLab(), '--goal', 'audit');
  expect([exitCode, stderr]).toEqual([64, expect.stringMatching(/known_hosts exists already[^]*--known-hosts/)]);
  expect(await readFile(file, 'utf8')).toBe('mine\n');
});

test('without a terminal the first missing answer is named with its flag, one after the other', async () => {
  const bare = await strictstep('init', '--out', out('none'));
  expect([bare.exitCode, bare.stderr]).toEqual([64, expect.stringContaining('missing answer: --host')]);
  const goal = await strictstep('init', '--out', out('none'), ...knownLab());
  expect([goal.exitCode, goal.stderr]).toEqual([64, expect.stringContaining('missing answer: --goal')]);
  const role = await strictstep('init', '--out', out('none'), ...knownLab(), '--goal', 'tls12');
  expect([role.exitCode, role.stderr]).toEqual([64, expect.stringContaining('--role stCell/sipNode=WORD')]);
  const wrong = await strictstep('init', '--out', out('none'), ...knownLab(), '--goal', 'community');
  expect([wrong.exitCode, wrong.stderr]).toEqual([65, expect.stringContaining('no sametime.ini was found')]);
  await writeFile(join(folder, 'answers-bad.yaml'), 'apiVersion: strictstep/v1\nanswers:\n  gaol: audit\n');
  const bad = await strictstep('init', '--out', out('none'), '--answers', join(folder, 'answers-bad.yaml'));
  expect([bad.exitCode, bad.stderr]).toEqual([
    65,
    expect.stringMatching(/answers-bad\.yaml:3:3: .*gaol[\s\S]*Did you mean goal\?/),
  ]);
});
