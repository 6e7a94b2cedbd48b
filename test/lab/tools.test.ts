import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hostRoot } from '../../src/lab/site.ts';
import { adminLogin, binOf, collect, edit, endpointPort, openTestLab, printed, rootOf, sshTo } from '../helpers/lab.ts';
import type { Lab } from '../../src/lab/index.ts';

const pidOf = (lab: Lab, name: string): number | null | undefined =>
  lab.processes().find(({ process }) => process === name)?.pid;

const unwrap = (text: string): string => text.replaceAll('\n           ', ' ');

test('a server is stopped with the log-in on standard input and started without one, with a new process id', async () => {
  await using lab = await openTestLab();
  await using stp = await sshTo(lab, 'stp');
  const bin = binOf(lab, 'stpNode');
  const before = pidOf(lab, 'stpNode/STProxyServer');

  const stopped = await stp.run(`${bin}/stopServer.sh STProxyServer`, await adminLogin(lab));
  expect(stopped.code).toBe(0);
  expect(stopped.stdout).toContain('Realm/Cell Name: <default>\nUsername: Password: ');
  expect(stopped.stdout).toContain('ADMU4000I: Server STProxyServer stop completed.');
  expect(pidOf(lab, 'stpNode/STProxyServer')).toBe(null);

  const started = await stp.run(`${bin}/startServer.sh STProxyServer`);
  const after = pidOf(lab, 'stpNode/STProxyServer');
  expect(after).not.toBe(before);
  expect(started).toMatchObject({ code: 0, stderr: '' });
  expect(unwrap(started.stdout).trim().split('\n')).toEqual([
    `ADMU0116I: Tool information is being logged in file ${rootOf(lab, 'stpNode')}/logs/STProxyServer/startServer.log`,
    'ADMU0128I: Starting tool with the hostSTPPNProfile1 profile',
    'ADMU3100I: Reading configuration for server: STProxyServer',
    'ADMU3200I: Server launched. Waiting for initialization status.',
    `ADMU3000I: Server STProxyServer open for e-business; process id is ${after}`,
  ]);
});

test('a second start and a second stop say so by message id and status', async () => {
  await using lab = await openTestLab();
  await using stp = await sshTo(lab, 'stp');
  const bin = binOf(lab, 'stpNode');

  const again = await stp.run(`${bin}/startServer.sh was_stpProxy`);
  expect(again).toMatchObject({ code: 255, stdout: expect.stringContaining('ADMU3027E') });
  await stp.run(`${bin}/stopServer.sh was_stpProxy`, await adminLogin(lab));
  const stopped = await stp.run(`${bin}/stopServer.sh was_stpProxy`);
  expect(stopped.code).toBe(246);
  expect(unwrap(stopped.stdout)).toContain(
    'ADMU0509I: The server "was_stpProxy" cannot be reached. It appears to be stopped.',
  );
});

test('a wrong password leaves the server running', async () => {
  await using lab = await openTestLab();
  await using stp = await sshTo(lab, 'stp');
  const before = pidOf(lab, 'stpNode/STProxyServer');

  const refused = await stp.run(`${binOf(lab, 'stpNode')}/stopServer.sh STProxyServer`, 'wasadmin\nwrong\n');
  expect(refused).toMatchObject({ code: 246, stdout: expect.stringContaining('ADMN0022E') });
  expect(pidOf(lab, 'stpNode/STProxyServer')).toBe(before);
});

test('a tool whose input ends at the password waits until its connection is closed', async () => {
  await using lab = await openTestLab();
  await using stp = await sshTo(lab, 'stp');
  const channel = await stp.start(`${binOf(lab, 'stpNode')}/stopServer.sh STProxyServer`);
  const waiting = printed(channel, 'Password: ');
  channel.end('wasadmin\n');

  await waiting;
  const ended = collect(channel);
  channel.close();
  await ended;
  expect(pidOf(lab, 'stpNode/STProxyServer')).not.toBe(null);
});

test('stopNode with -stopservers ends the servers and then the node agent', async () => {
  await using lab = await openTestLab();
  await using stp = await sshTo(lab, 'stp');
  const login = await adminLogin(lab);

  const stopped = await stp.run(`${binOf(lab, 'stpNode')}/stopNode.sh -stopservers`, login.repeat(3));
  expect(stopped.code).toBe(0);
  expect([...stopped.stdout.matchAll(/Server (\S+) stop completed/g)].map(([, name]) => name)).toEqual([
    'STProxyServer',
    'was_stpProxy',
    'nodeagent',
  ]);
  expect((await stp.run(`${binOf(lab, 'stpNode')}/startNode.sh`)).stdout).toContain('Server nodeagent open');
});

test('serverStatus tells running servers from stopped ones', async () => {
  await using lab = await openTestLab();
  await using stp = await sshTo(lab, 'stp');
  const bin = binOf(lab, 'stpNode');
  const login = await adminLogin(lab);
  await stp.run(`${bin}/stopServer.sh STProxyServer`, login);

  const status = unwrap((await stp.run(`${bin}/serverStatus.sh -all`, login.repeat(2))).stdout);
  expect(status).toContain('ADMU0508I: The Node Agent "nodeagent" is STARTED');
  expect(status).toContain('ADMU0509I: The Application Server "STProxyServer" cannot be reached.');
  expect(status).toContain('ADMU0508I: The Proxy Server "was_stpProxy" is STARTED');
});

test('a start that takes longer than -timeout is given up by the tool and goes on without it', async () => {
  await using lab = await openTestLab();
  await using stm = await sshTo(lab, 'stm');
  const bin = binOf(lab, 'stmNode');
  await stm.run(`${bin}/stopServer.sh STMeetingServer`, await adminLogin(lab));
  await lab.fault({ kind: 'delay', process: 'stmNode/STMeetingServer', startMs: 1500 });

  const late = await stm.run(`${bin}/startServer.sh STMeetingServer -timeout 1`);
  expect(late).toMatchObject({ code: 254, stdout: expect.stringContaining('ADMU3060E') });
  await expect
    .poll(() => lab.processes().find(({ process }) => process === 'stmNode/STMeetingServer')?.state, { timeout: 5000 })
    .toBe('running');
});

test('long lines wrap at 80 columns and go on after eleven blanks', async () => {
  await using lab = await openTestLab();
  await using sip = await sshTo(lab, 'sip');
  const port = endpointPort(lab, 'stCellManager01/dmgr/SOAP_CONNECTOR_ADDRESS');
  const login = await adminLogin(lab);
  await sip.run(`${binOf(lab, 'sipNode')}/stopNode.sh`, login);

  const { code, stdout } = await sip.run(`${binOf(lab, 'sipNode')}/syncNode.sh 127.0.0.1 ${port}`, login);
  expect(code).toBe(0);
  expect(stdout).toContain(
    `ADMU0402I: The configuration for node sipNode has been synchronized with\n           Deployment Manager 127.0.0.1: ${port}\n`,
  );
  const breakable = stdout.split('\n').filter((line) => line.trimStart().includes(' '));
  expect(breakable.length).toBeGreaterThan(5);
  expect(breakable.filter((line) => line.length >= 80)).toEqual([]);
});

test('syncNode needs the node agent stopped, and brings what the master has', async () => {
  await using lab = await openTestLab();
  await using sip = await sshTo(lab, 'sip');
  const bin = binOf(lab, 'sipNode');
  const login = await adminLogin(lab);
  const port = endpointPort(lab, 'stCellManager01/dmgr/SOAP_CONNECTOR_ADDRESS');
  const master = path.join(rootOf(lab, 'stCellManager01'), 'config/cells/stCell/security.xml');
  const replica = path.join(rootOf(lab, 'sipNode'), 'config/cells/stCell/security.xml');
  await edit(lab, master, 'cacheTimeout="600"', 'cacheTimeout="601"');

  const early = await sip.run(`${bin}/syncNode.sh 127.0.0.1 ${port}`, login);
  expect(early).toMatchObject({ code: 255, stdout: expect.stringContaining('node agent') });
  expect(await readFile(replica, 'utf8')).not.toBe(await readFile(master, 'utf8'));
  await sip.run(`${bin}/stopNode.sh`, login);
  await sip.run(`${bin}/syncNode.sh 127.0.0.1 ${port}`, login);
  expect(await readFile(replica, 'utf8')).toBe(await readFile(master, 'utf8'));
});

test('the deployment manager restarts by its own scripts', async () => {
  await using lab = await openTestLab();
  await using dm = await sshTo(lab, 'dm');
  const bin = binOf(lab, 'stCellManager01');

  expect((await dm.run(`${bin}/stopManager.sh`, await adminLogin(lab))).stdout).toContain('Server dmgr stop completed');
  expect((await dm.run(`${bin}/startManager.sh`)).stdout).toContain('Server dmgr open for e-business');
});

test('a log-in in soap.client.props is used without a prompt', async () => {
  await using lab = await openTestLab();
  await using stp = await sshTo(lab, 'stp');
  const [user = '', password = ''] = (await adminLogin(lab)).split('\n');
  const file = path.join(rootOf(lab, 'stpNode'), 'properties/soap.client.props');
  await edit(lab, file, 'loginUserid=', `loginUserid=${user}`);
  await edit(lab, file, 'loginPassword=', `loginPassword=${password}`);

  const { code, stdout } = await stp.run(`${binOf(lab, 'stpNode')}/stopServer.sh STProxyServer`);
  expect(code).toBe(0);
  expect(stdout).not.toContain('Username');
});

test('what is typed at a prompt appears in no record of command lines', async () => {
  await using lab = await openTestLab();
  await using stp = await sshTo(lab, 'stp');
  await stp.run(`${binOf(lab, 'stpNode')}/stopServer.sh STProxyServer`, await adminLogin(lab));

  const records = await readFile(path.join(hostRoot(lab.site, 'stp'), 'tool-argv.log'), 'utf8');
  expect(records).toBe('["stopServer","STProxyServer"]\n');
});

test('an option that no tool knows is refused', async () => {
  await using lab = await openTestLab();
  await using stp = await sshTo(lab, 'stp');
  expect(await stp.run(`${binOf(lab, 'stpNode')}/startServer.sh STProxyServer -fast`)).toMatchObject({
    code: 255,
    stdout: expect.stringContaining('ADMU9991E'),
  });
});
