import { expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { cellsOf, completeInventory } from '../../src/discover/index.ts';
import { parseScan } from '../../src/discover/scan.ts';
import type { Discovery, HostFindings } from '../../src/discover/types.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import {
  AGENT,
  discoverPaper,
  MANAGER,
  paperShell,
  profileFiles,
  serverIndex,
  type PaperServer,
} from './hosts-on-paper.ts';
import { readHost } from '../../src/discover/index.ts';

const D = '/opt/IBM/WAS/profiles/Dmgr01';
const N = '/opt/IBM/WAS/profiles/AppSrv01';
const NODES = {
  mgr: serverIndex('dm.acme.example', MANAGER),
  n1: serverIndex('n1.acme.example', AGENT, ['alpha', 'APPLICATION_SERVER', 8880, 9443]),
};
const manager = profileFiles(D, { cell: 'c1', nodes: NODES, own: 'mgr' });
const node = profileFiles(N, { cell: 'c1', nodes: NODES, own: 'n1' });

const together = (...hosts: readonly HostFindings[]): Discovery => ({ schema: 1, hosts, unread: [] });
const HOSTS = (...names: readonly string[]): string =>
  `apiVersion: strictstep/v1\ndefaults: { user: was, identityFile: ./id, knownHosts: ./kh }\nhosts:\n${names.map((name) => `  ${name}: { address: ${name}.acme.example }\n`).join('')}`;
const written = (names: readonly string[], ...hosts: readonly HostFindings[]): string =>
  completeInventory(HOSTS(...names), together(...hosts)).text;

test('a node is known by the types of its servers, whatever they are called', async () => {
  const kindOf = async (...servers: readonly PaperServer[]) => {
    const nodes = { ...NODES, n1: serverIndex('x', ...servers) };
    return (await discoverPaper('n1', { files: profileFiles(N, { cell: 'c1', nodes, own: 'n1' }) })).profiles[0]?.kind;
  };
  expect(await kindOf(['dmgr', 'NODE_AGENT', 1], ['server1', 'PROXY_SERVER', 2])).toBe('managed');
  expect(await kindOf(['nodeagent', 'DEPLOYMENT_MANAGER', 1])).toBe('manager');
  expect(await kindOf(['nodeagent', 'APPLICATION_SERVER', 1], ['dmgr', 'WEB_SERVER', 2])).toBe('standalone');
});

test('without bin/setupCmdLine the own node is the one whose servers lie in the profile', async () => {
  const servers = { [`${N}/config/cells/c1/nodes/n1/servers/alpha/server.xml`]: '<process:Server xmlns:process="p"/>' };
  const files = { ...profileFiles(N, { cell: 'c1', nodes: NODES }), ...servers };
  expect((await discoverPaper('n1', { files })).profiles[0]).toMatchObject({ node: 'n1', kind: 'managed' });
});

test('${LOCALHOST_NAME} tells neither where a node is nor by which name people reach it', async () => {
  const nodes = { mgr: serverIndex('${LOCALHOST_NAME}', MANAGER), n1: serverIndex('${LOCALHOST_NAME}', AGENT) };
  const text = written(
    ['dm'],
    await discoverPaper('dm', { files: profileFiles(D, { cell: 'c1', nodes, own: 'mgr' }) }),
  );
  expect(text).toContain('on which host is it (its files say no name)');
  expect(text).not.toContain('LOCALHOST_NAME');
  expect(text).not.toContain('publicName');
});

test('aliases of one name on many nodes stay apart by their scope', async () => {
  const { profiles } = await discoverPaper('dm', { files: manager });
  const scopes = profiles[0]?.security?.configurations
    .filter(({ alias }) => alias === 'NodeDefaultSSLSettings')
    .map(({ scope }) => scope);
  expect(scopes).toEqual(['(cell):c1:(node):mgr', '(cell):c1:(node):n1']);
});

test('a node without node agent is told in a comment and not written', async () => {
  const nodes = { ...NODES, web: serverIndex('web.acme.example', ['ihs', 'WEB_SERVER', 80]) };
  const text = written(
    ['dm'],
    await discoverPaper('dm', { files: profileFiles(D, { cell: 'c1', nodes, own: 'mgr' }) }),
  );
  expect(text).toContain('# node web has no node agent (ihs: WEB_SERVER); strictstep does not change it');
  expect(text).not.toMatch(/^ {6}web:/m);
});

test('HPEL wins over a SystemOut.log that lies there from before', async () => {
  const logs = {
    [`${N}/logs/alpha/logdata`]: '',
    [`${N}/logs/alpha/SystemOut.log`]: 'old',
    [`${N}/logs/nodeagent/SystemOut.log`]: '',
  };
  const { profiles } = await discoverPaper('n1', { files: { ...node, ...logs } });
  expect(profiles[0]?.logs).toEqual({ nodeagent: 'SystemOut.log', alpha: 'HPEL' });
});

test('Windows paths are read with backslashes and written with slashes', async () => {
  const path = 'D:\\IBM\\WAS\\profiles\\AppSrv01';
  const inner = profileFiles('D:/IBM/WAS/profiles/AppSrv01', { cell: 'c1', nodes: NODES });
  const files = Object.fromEntries(Object.entries(inner).map(([file, text]) => [file.replaceAll('/', '\\'), text]));
  const setup = {
    [`${path}\\bin\\setupCmdLine.bat`]: '@REM\r\nSET WAS_HOME=D:\\IBM\\WAS\r\nSET WAS_CELL=c1\r\nSET WAS_NODE=n1\r\n',
  };
  const dm = await discoverPaper('dm', { files: manager });
  const n1 = await discoverPaper('n1', { files: { ...files, ...setup } });
  expect(n1.profiles[0]).toMatchObject({ path: 'D:/IBM/WAS/profiles/AppSrv01', node: 'n1', kind: 'managed' });
  expect(written(['dm', 'n1'], dm, n1)).toContain('profile: D:/IBM/WAS/profiles/AppSrv01');
});

test('a Windows host is searched with PowerShell, with every place and every name as a literal', async () => {
  const { shell, asked } = paperShell('w1', { files: {} });
  await readHost(shell, { address: 'w1', search: ["E:\\it's here"], os: 'windows' });
  const script = Buffer.from(asked[0]?.at(-1) ?? '', 'base64').toString('utf16le');
  expect(script).toContain("'D:\\IBM'");
  expect(script).toContain("'E:\\it''s here'");
  expect(script).toContain("'sametime.ini'");
  expect(script).toContain(String.raw`$x='\\(wstemp|temp|`);
});

test('a profile with two cells and nothing that says which is its own is half a profile', async () => {
  const files = { ...profileFiles(N, { cell: 'c1', nodes: NODES }), ...profileFiles(N, { cell: 'old', nodes: {} }) };
  const { profiles, problems } = await discoverPaper('n1', { files });
  expect(profiles[0]?.kind).toBe('incomplete');
  expect(problems.map(({ text }) => text)).toContain('profile with 2 cells (c1, old) and no bin/setupCmdLine');
});

test('two cells of one name: the first is written, the second is told', async () => {
  const [a, b] = [await discoverPaper('dm', { files: manager }), await discoverPaper('dm2', { files: manager })];
  const text = written(['dm', 'dm2'], a, b);
  expect(text).toContain(`# host dm2: there is another cell c1 (${D}); give it an inventory of its own`);
});

test('several cells share a host, each with its own profiles', async () => {
  const second = profileFiles('/opt/IBM/WAS/profiles/Dmgr02', {
    cell: 'c2',
    nodes: { mgr: serverIndex('dm', MANAGER) },
    own: 'mgr',
  });
  const { cells } = cellsOf(together(await discoverPaper('dm', { files: { ...manager, ...second } })));
  expect(cells.map(({ name, manager: found }) => [name, found?.path])).toEqual([
    ['c1', D],
    ['c2', '/opt/IBM/WAS/profiles/Dmgr02'],
  ]);
});

test('without the deployment manager the replica tells its name, and the rest is a question', async () => {
  const text = written(['n1'], await discoverPaper('n1', { files: node }));
  expect(text).toContain('where is the deployment manager (its files say dm.acme.example)?');
  expect(text).toMatch(/deploymentManager:\n(?:.*\n)*? +node: mgr\n/);
});

test('a file that may not be read is a problem with its path, and the rest is found', async () => {
  const path = `${D}/config/cells/c1/security.xml`;
  const found = await discoverPaper('dm', {
    files: manager,
    unreadable: [path],
    refused: ["find: '/opt/IBM/x': Permission denied"],
  });
  expect(found.profiles[0]).toMatchObject({ kind: 'manager', security: null });
  expect(found.problems.map(({ text }) => text)).toEqual([
    "the search was refused: '/opt/IBM/x': Permission denied",
    `host dm: ${path}: the log-in user may not read it`,
  ]);
});

test.each([
  ['no XML', 'rubbish'],
  ['cut short', '<serverindex:ServerIndex xmlns:serverindex="s"><serverEntries'],
  ['another document', '<other/>'],
])('a serverindex.xml that is %s leaves the other nodes', async (_name, text) => {
  const files = profileFiles(D, { cell: 'c1', nodes: { ...NODES, n2: text }, own: 'mgr' });
  const { profiles, problems } = await discoverPaper('dm', { files });
  expect(profiles[0]?.nodes.map((one) => one.node)).toEqual(['mgr', 'n1']);
  expect(problems).toHaveLength(1);
});

test('a registered profile whose folder is gone is told', async () => {
  const registry = '<profiles><profile name="gone" path="/opt/IBM/WAS/profiles/gone"/></profiles>';
  const { problems } = await discoverPaper('dm', {
    files: { ...manager, '/opt/IBM/WAS/properties/profileRegistry.xml': registry },
  });
  expect(problems).toEqual([
    { path: '/opt/IBM/WAS/profiles/gone', text: 'profile gone is registered, and its folder holds no configuration' },
  ]);
});

test('a profile elsewhere is found by the registry, and by the process that runs from it', async () => {
  const files = {
    ...profileFiles('/data/was/p1', { cell: 'c1', nodes: NODES, own: 'mgr' }),
    '/opt/IBM/WAS/properties/profileRegistry.xml': '<profiles><profile name="p1" path="/data/was/p1"/></profiles>',
  };
  const { shell, asked } = paperShell('dm', { files, usual: ['/opt/IBM'], running: ['/data/was/p1', '/data/other'] });
  const found = await readHost(shell, { address: 'dm', search: [] });
  expect(asked[1]).toEqual(['/data/was/p1', '/data/other']);
  expect(found.profiles[0]).toMatchObject({ path: '/data/was/p1', name: 'p1', registered: true, kind: 'manager' });
});

test.each([
  [
    '[Connectivity]\nVPS_PORT=1516\n[Debug]\nVPMX_PORT=1533\nVPMX_DISABLE_CONFIGURATION_UPDATE=1\n',
    {},
    { kind: 'server', platform: 'linux', clientModeIn: 'ini' },
  ],
  [
    '[Connectivity]\nVPS_PORT=1516\n[Debug]\nVPMX_PORT=1533\n',
    { '/local/notesdata/notes.ini': '' },
    { kind: 'server', platform: 'domino', clientModeIn: 'stconfig' },
  ],
  [
    '[Connectivity]\nVPS_HOST=st1\n[Debug]\nVPMX_DISABLE_CONFIGURATION_UPDATE=1\nVPMX_PORT=1533\n',
    {},
    { kind: 'mux', ports: { client: 1533 } },
  ],
])('sametime.ini number %# is a community server of its kind', async (ini, more, expected) => {
  const { communityServers } = await discoverPaper('st1', { files: { '/local/notesdata/sametime.ini': ini, ...more } });
  expect(communityServers).toMatchObject([{ data: '/local/notesdata', ...expected }]);
});

test('servers of Sun Instant Messaging know each other by their domains', async () => {
  const conf = (own: string, other: string): string =>
    `iim_server.domainname=${own}.example\niim.instancevardir=/var/opt/sun/im\niim_server.coservers=peer\niim_server.peer.host=${other}.acme.example:5269\niim_server.peer.domain=${other}.example\n`;
  const at = async (own: string, other: string): Promise<HostFindings> =>
    await discoverPaper(own, {
      files: { '/etc/opt/sun/im/default/config/iim.conf': conf(own, other), '/opt/sun/im/sbin/imadmin': '' },
    });
  const text = written(['im1', 'im2'], await at('im1', 'im2'), await at('im2', 'im1'));
  expect(text).toMatch(/federations:\n {2}chat:\n {4}servers:\n {6}im1:\n {8}host: im1\n {8}domain: im1.example\n/);
  const parsed = parseInventory(text, '/x/inventory.yaml', '');
  expect(parsed.federations?.[0]?.servers.map(({ name, coservers }) => [name, coservers])).toEqual([
    ['im1', { peer: 'im2' }],
    ['im2', { peer: 'im1' }],
  ]);
});

test('an inventory with questions is refused with the place of the first, and the hint counts the others', async () => {
  const text = written(
    ['dm', 'n1'],
    await discoverPaper('dm', { files: manager }),
    await discoverPaper('n1', { files: node }),
  );
  const line = text.split('\n').findIndex((one) => one.includes('"?"')) + 1;
  const refused = ((): unknown => {
    try {
      return parseInventory(text, 'found.yaml', '');
    } catch (error) {
      return error;
    }
  })();
  expect(refused).toBeInstanceOf(OperatorError);
  expect(refused).toMatchObject({
    code: 'INPUT_VALUE',
    message: 'cells.c1.login is a question that nobody has answered',
    place: { file: 'found.yaml', line },
  });
  expect((refused as OperatorError).hint).toContain('One more problem is in line');
});

test('what stands in the inventory stays, to the byte, and a second discovery adds nothing', async () => {
  const found = [await discoverPaper('dm', { files: manager }), await discoverPaper('n1', { files: node })];
  const mine = `# mine\n${HOSTS('dm', 'n1')}# my clients\nclients: {}\n`;
  const first = completeInventory(mine, together(...found));
  expect(first.text.startsWith(mine.trimEnd())).toBe(true);
  const answered = first.text.replaceAll('"?"', 'me');
  const second = completeInventory(answered, together(...found));
  expect(second).toEqual({ text: answered, added: [] });
});

test('a node that is missing in a known cell is added beside the others', async () => {
  const found = [await discoverPaper('dm', { files: manager }), await discoverPaper('n1', { files: node })];
  const mine = `${HOSTS('dm', 'n1')}cells:\n  c1:\n    deploymentManager: { host: dm, profile: ${D}, node: mgr }\n    nodes: {}\n`;
  const { text, added } = completeInventory(mine, together(...found));
  expect(added).toEqual(['cells.c1.nodes.n1']);
  expect(text).toContain(`host: n1\n`);
});

test('output that is not of the search is refused', () => {
  expect(parseScan('Welcome to dm!\n')).toBeUndefined();
  expect(parseScan('h dm\nf /a//b\\c\n')).toMatchObject({ files: ['/a/b/c'], hostName: 'dm' });
});
