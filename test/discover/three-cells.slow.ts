// Discovery over real SSH and the real /bin/sh on the lab with three cells: everything that the scenario has is found, and
// nothing else. The scenario's own description is the measure; discovery shares no code with it.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Discovery, FoundNode } from '../../src/discover/types.ts';
import { cellsOf } from '../../src/discover/index.ts';
import { hostsOnly } from '../../src/inventory/hosts-only.ts';
import { loadInventory } from '../../src/inventory/index.ts';
import { openThreeCellsLab, type ThreeCellsLab } from '../../src/lab/three-cells.ts';
import { db2Command, portOf, profileRoot } from '../../src/lab/site.ts';
import { strictstep } from '../helpers/cli.ts';

let folder = '';
let lab: ThreeCellsLab;
let discovery: Discovery;
const inDir = (name: string): string => join(lab.dir, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strictstep-three-'));
  lab = await openThreeCellsLab({ dir: join(folder, 'lab'), delays: { startMs: 5 } });
  // The customer knows no more than the hosts. The line of `search` per host stays: a lab's host is a folder.
  await writeFile(inDir('hosts.yaml'), hostsOnly(await readFile(lab.inventoryFile, 'utf8')));
  const { exitCode, stderr } = await strictstep(
    'discover',
    '--inventory',
    inDir('hosts.yaml'),
    '--out',
    inDir('found.yaml'),
  );
  if (exitCode !== 0 || stderr.includes('error')) throw new Error(`discover ended with ${exitCode}: ${stderr}`);
  discovery = JSON.parse(await readFile(inDir('found.facts.json'), 'utf8'));
}, 120_000);

afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true, force: true });
});

const sites = () => Object.values(lab.labs).map(({ site }) => site);
const byName = <Item extends { readonly name: string }>(items: readonly Item[]) =>
  items.toSorted((a, b) => (a.name < b.name ? -1 : 1));

test('every cell, manager, node, server and port of the scenario is found, and nothing else', () => {
  const portsOf = ({ servers }: Pick<FoundNode, 'servers'>) =>
    byName(
      servers.map(({ name, type, endpoints }) => ({
        name,
        type,
        ports: Object.fromEntries(endpoints.map((one) => [one.name, one.port])),
      })),
    );
  const found = cellsOf(discovery).cells.map(({ name, manager, nodes }) => ({
    name,
    manager: manager && [
      manager.host,
      manager.path,
      manager.node,
      portsOf(manager.nodes.find(({ node }) => node === manager.node) ?? { servers: [] }),
    ],
    nodes: nodes.map((node) => [node.node, node.hasAgent, node.profile?.host, node.profile?.path, portsOf(node)]),
  }));
  const expected = sites().map((site) => {
    const { cell, profiles, odd } = site.scenario;
    const described = profiles.map((profile) => ({
      profile,
      ports: byName(
        profile.servers.map(({ name, type, endpoints }) => ({
          name,
          type,
          ports: Object.fromEntries(endpoints.map((one) => [one.name, portOf(site, one)])),
        })),
      ),
    }));
    const unmanaged = (odd?.unmanaged ?? []).map(({ node, server }): readonly [string, ...unknown[]] => [
      node,
      false,
      undefined,
      undefined,
      [{ name: server, type: 'WEB_SERVER', ports: { WEBSERVER_ADDRESS: 80 } }],
    ]);
    const row = ({ profile, ports }: (typeof described)[number]) => [
      profile.host,
      profileRoot(site, profile),
      profile.node,
      ports,
    ];
    const [manager, ...nodes] = described;
    return {
      name: cell,
      manager: manager && row(manager),
      nodes: [
        ...nodes.map((one): readonly [string, ...unknown[]] => [
          one.profile.node,
          true,
          one.profile.host,
          profileRoot(site, one.profile),
          one.ports,
        ]),
        ...unmanaged,
      ].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    };
  });
  expect(found).toEqual(expected.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
});

test('SSL configurations, groups, stores and their certificates of each master are found', () => {
  for (const { scenario } of sites()) {
    const manager = cellsOf(discovery).cells.find(({ name }) => name === scenario.cell)?.manager;
    const { cell, profiles } = scenario;
    const scopes = [`(cell):${cell}`, ...profiles.map(({ node }) => `(cell):${cell}:(node):${node}`)];
    expect(manager?.security?.configurations.map(({ alias, scope, protocol }) => [alias, scope, protocol])).toEqual([
      ['CellDefaultSSLSettings', scopes[0], 'SSL_TLS'],
      ...scopes.slice(1).map((scope) => ['NodeDefaultSSLSettings', scope, 'SSL_TLS']),
      ['XDADefaultSSLSettings', scopes[0], 'SSL_TLS'],
    ]);
    expect(manager?.security?.groups.map(({ scope, direction }) => [scope, direction])).toEqual([
      [scopes[0], 'inbound'],
      [scopes[0], 'outbound'],
    ]);
    const stores = manager?.stores.map(({ name, scope, contents }) => [
      name,
      scope,
      contents?.personal.map(({ alias }) => alias),
      contents?.signers.length,
    ]);
    const prefix = (scope: string): string => (scope === scopes[0] ? 'Cell' : 'Node');
    expect(stores).toEqual(
      scopes.flatMap((scope) => [
        [`${prefix(scope)}DefaultKeyStore`, scope, ['default'], 0],
        [`${prefix(scope)}DefaultTrustStore`, scope, [], 1],
      ]),
    );
  }
});

test('what each profile has of its own: client protocol, log-in, Java, version, logs', () => {
  const profiles = discovery.hosts.flatMap((host) => host.profiles).filter(({ kind }) => kind !== 'standalone');
  expect(profiles).toHaveLength(8);
  for (const profile of profiles) {
    expect(profile).toMatchObject({
      clientProtocol: 'SSL_TLS',
      hasLogin: false,
      javaDisabled: ['SSLv3'],
      registered: true,
      isSecured: true,
    });
    expect(profile.nodes.find(({ node }) => node === profile.node)?.version).toBe('8.5.5.13');
  }
  const hpel = profiles.flatMap(({ node, logs }) =>
    Object.entries(logs).flatMap(([server, form]) => (form === 'HPEL' ? [`${node}/${server}`] : [])),
  );
  expect(hpel).toEqual(sites().flatMap(({ scenario }) => scenario.odd?.hpel ?? []));
});

test('the odd things of the scenario are found: alone, gone, direct, dynamic', () => {
  const profiles = discovery.hosts.flatMap((host) => host.profiles);
  expect(
    profiles.filter(({ kind }) => kind === 'standalone').map(({ host, cell, node }) => ({ host, cell, node })),
  ).toEqual([{ host: 'smix', cell: 'smixNode01Cell', node: 'smixNode01' }]);
  const problems = discovery.hosts.flatMap(({ host, problems: all }) => all.map(({ text }) => [host, text]));
  expect(problems).toEqual([['esip1', 'profile oldProfile is registered, and its folder holds no configuration']]);
  const east = cellsOf(discovery).cells.find(({ name }) => name === 'eastCell');
  const direct = east?.nodes.flatMap(({ node, servers }) =>
    servers.flatMap(({ name, directAliases }) => directAliases.map((one) => ({ node, server: name, ...one }))),
  );
  expect(direct).toEqual([
    {
      node: 'eastSipNode2',
      server: 'STSIPProxyRegistrar',
      where: 'transportChannels',
      name: 'SSL_2',
      alias: 'CellDefaultSSLSettings',
    },
  ]);
  expect(east?.manager?.dynamicSelections).toEqual([
    {
      name: 'directory',
      info: '*,ldap.acme.example,636',
      alias: 'CellDefaultSSLSettings',
      certificateAlias: 'default',
    },
  ]);
});

test('no password, encoded or not, is in the facts or in the inventory', async () => {
  for (const name of ['found.yaml', 'found.facts.json']) {
    expect(await readFile(inDir(name), 'utf8')).not.toMatch(/WebAS|\{xor\}|CDo9Hgw/);
  }
});

test('with its questions answered the inventory has the cells and databases of the lab, and nothing is added again', async () => {
  const text = await readFile(inDir('found.yaml'), 'utf8');
  const wanted = await loadInventory(lab.inventoryFile);
  const refused = await strictstep('check', '--inventory', inDir('found.yaml'));
  expect([refused.exitCode, refused.stderr]).toEqual([
    65,
    expect.stringMatching(/found\.yaml:\d+:\d+: cells\.eastCell\.login is a question/),
  ]);
  const roles = new Map(wanted.cells.flatMap(({ nodes }) => nodes.map(({ name, role }) => [name, role])));
  let node = '';
  const answered = text
    .split('\n')
    .filter((line) => !/^ +login: "\?"$/.test(line))
    .map((line) => {
      node = /^ {6}(\w+):$/.exec(line)?.[1] ?? node;
      return line.replace('role: "?"', `role: ${roles.get(node)}`).replace('serverId: "?"', 'serverId: stmeeting1');
    })
    .join('\n');
  await writeFile(inDir('answered.yaml'), answered);
  const found = await loadInventory(inDir('answered.yaml'));
  const plain = ({ cells, databases }: typeof found) => ({
    cells: byName(cells).map(({ name, deploymentManager, nodes }) => ({
      name,
      deploymentManager,
      nodes: byName(nodes).map(({ place: _place, ...rest }) => rest),
    })),
    databases: byName(
      databases.map(({ host, command, database, serverId, readBy }) => ({
        name: database,
        host,
        command,
        serverId,
        readBy,
      })),
    ),
  });
  expect(plain(found)).toEqual(plain(wanted));
  expect(found.databases.map(({ command }) => command).toSorted()).toEqual(sites().map(db2Command).toSorted());
  const again = await strictstep('discover', '--inventory', inDir('answered.yaml'));
  expect(`${again.stdout}\n`).toBe(answered);
});

test('the inventory of the lab is planned as it stands, over all three cells', async () => {
  const { exitCode, stdout } = await strictstep(
    'plan',
    '--inventory',
    lab.inventoryFile,
    '--playbook',
    'sametime-tls12',
  );
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('proof: safe')]);
  expect(stdout).toContain('plan for eastCell,northCell,southCell');
});

test('an existing file is refused before a host is asked, and a host that does not answer does not stop the others', async () => {
  const again = await strictstep('discover', '--inventory', inDir('hosts.yaml'), '--out', inDir('found.yaml'));
  expect([again.exitCode, again.stderr]).toEqual([64, expect.stringContaining('exists already')]);
  expect(again.stderr).not.toContain('reading');
  const hosts = await readFile(inDir('hosts.yaml'), 'utf8');
  await writeFile(inDir('strangers.yaml'), hosts.replaceAll(/knownHosts: .*/g, 'knownHosts: ./new_known_hosts'));
  const strangers = await strictstep('discover', '--inventory', inDir('strangers.yaml'));
  expect([strangers.exitCode, strangers.stderr]).toEqual([69, expect.stringContaining('HOST_KEY')]);
  const first = await strictstep('discover', '--inventory', inDir('strangers.yaml'), '--accept-new-host-keys');
  expect([first.exitCode, first.stderr]).toEqual([0, expect.stringContaining('host ndm: first key of')]);
  expect((await readFile(inDir('new_known_hosts'), 'utf8')).trim().split('\n')).toHaveLength(10);
  await writeFile(inDir('one-gone.yaml'), hosts.replace(/(ndm:\n {4}address: 127.0.0.1\n {4}port: )\d+/, '$11'));
  const { exitCode, stdout } = await strictstep('discover', '--inventory', inDir('one-gone.yaml'));
  expect(exitCode).toBe(69);
  expect(stdout).toMatch(/# host ndm was not read: host ndm: no SSH connection/);
  expect(stdout).toContain('southCell:');
});
