import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeReply, encodeRequest, renderAgentLine } from '../../../src/products/websphere/agent-codec.ts';
import type { AgentReply } from '../../../src/products/websphere/agent-codec.ts';
import { agentSource } from '../../../src/products/websphere/agent-source.ts';
import type { WsadminArgument } from '../../../src/core/wsadmin.ts';
import { STP } from '../../helpers/lab-cell.ts';
import { LOGIN, openManager, startWsadmin } from './wsadmin-process.ts';
import type { Manager, WsadminProcess } from './wsadmin-process.ts';

const LONG = 'ä€'.repeat(50_000);

let manager: Manager;
beforeAll(async () => {
  // Two calls of the test's own: what came in, and a long reply.
  manager = await openManager((workspace) => ({
    call(object, method, args) {
      if (method === 'listEchoes') return JSON.stringify(args);
      return method === 'listLong' ? LONG : workspace.call(object, method, args);
    },
  }));
});
afterAll(async () => manager[Symbol.asyncDispose]());

const SOAP = ['-conntype', 'SOAP', '-user', LOGIN.user, '-password', LOGIN.password];
const start = (...args: readonly string[]): WsadminProcess => startWsadmin(manager.cell.managerProfile, args);

async function connected(): Promise<WsadminProcess> {
  const wsadmin = start(...SOAP);
  await wsadmin.until('wsadmin>');
  return wsadmin;
}

async function withAgent(): Promise<WsadminProcess> {
  const wsadmin = await connected();
  wsadmin.send(renderAgentLine(agentSource()));
  await wsadmin.until('@@strictstep ready 1\n');
  return wsadmin;
}

let lastId = 0;
async function ask(wsadmin: WsadminProcess, call: string, ...args: readonly WsadminArgument[]): Promise<AgentReply> {
  lastId += 1;
  wsadmin.send(encodeRequest(String(lastId), call, args, String));
  const reply = decodeReply((await wsadmin.until('\n')).trimEnd());
  if (reply === undefined) throw new Error('not a reply');
  expect(reply.id).toBe(String(lastId));
  return reply;
}

describe('wsadmin with the agent', () => {
  test('lists, imports, shows the documents that changed, saves', async () => {
    using wsadmin = await withAgent();
    const { cell } = manager;
    const list = await ask(wsadmin, 'AdminTask.listSSLConfigs', '[-all true]');
    expect(list.kind).toBe('ok');
    expect(list.text.split('\n')[2]).toBe(`alias: NodeDefaultSSLSettings managementScope: ${STP} `);
    const options = Object.entries({
      keyStoreName: 'NodeDefaultKeyStore',
      keyStoreScope: STP,
      keyFilePath: cell.material.certificateFile,
      keyFilePassword: cell.certificatePassword,
      keyFileType: 'PKCS12',
      certificateAliasFromKeyFile: cell.material.aliasInFile,
      certificateAlias: 'acme-wild-2026',
    }).flatMap(([name, value]) => [`-${name}`, value]);
    expect(await ask(wsadmin, 'AdminTask.importCertificate', options)).toMatchObject({ kind: 'ok', text: '' });
    expect(await ask(wsadmin, 'AdminTask.importCertificate', options)).toMatchObject({
      kind: 'err',
      text: expect.stringMatching(
        /^com\.ibm\.ws\.scripting\.ScriptingException: com\.ibm\.websphere\.management\.cmdframework\.CommandException: .* already exists in key store/,
      ),
    });
    const changes = await ask(wsadmin, 'AdminConfig.queryChanges');
    expect(changes.text.split('\n').slice(1)).toEqual(['cells/stCell/nodes/stpNode|key.p12']);
    await ask(wsadmin, 'AdminConfig.save');
    expect((await ask(wsadmin, 'AdminConfig.hasChanges')).text).toBe('0');
    wsadmin.send('quit');
    await wsadmin.until('@@strictstep bye\nwsadmin>');
    wsadmin.send('quit');
    expect(await wsadmin.ended).toEqual({ code: 0, rest: '' });
  });

  test('texts of any kind go out and come back, alone and in lists', async () => {
    using wsadmin = await withAgent();
    const texts = ['', ' a  b ', 'ä€ 😀 \u0000\n"\\[]', '-x', "it's"];
    for (const text of texts)
      expect((await ask(wsadmin, 'AdminTask.listEchoes', text)).text).toBe(JSON.stringify([text]));
    for (const list of [[], [''], texts]) {
      expect((await ask(wsadmin, 'AdminTask.listEchoes', list, 'x')).text).toBe(JSON.stringify([list, 'x']));
    }
  });

  test('a reply of 100,000 characters arrives whole', async () => {
    using wsadmin = await withAgent();
    expect((await ask(wsadmin, 'AdminTask.listLong')).text).toBe(LONG);
  });

  test('exceptions name their class: from the cell, and from Python itself', async () => {
    using wsadmin = await withAgent();
    const unknown = await ask(wsadmin, 'AdminTask.modifyFIPS');
    expect(unknown.text).toContain('ScriptingException: com.ibm.websphere.management.cmdframework.CommandException: ');
    expect((await ask(wsadmin, 'Elsewhere.x')).text).toBe('ValueError: strictstep agent: no object Elsewhere');
    expect((await ask(wsadmin, 'AdminTask.getFipsInfo')).kind).toBe('ok');
  });

  test('at the end of its input it ends, and warns of what was not saved', async () => {
    using wsadmin = await withAgent();
    const options = ['-alias', 'XDADefaultSSLSettings', '-sslProtocol', 'SSL_TLSv2'];
    await ask(wsadmin, 'AdminTask.modifySSLConfig', options);
    const before = manager.cell.master('security.xml');
    wsadmin.end();
    const { code, rest } = await wsadmin.ended;
    expect(code).toBe(0);
    expect(rest).toMatch(/^wsadmin>WASX7309W: No "save" was performed before .*\n$/);
    expect(manager.cell.master('security.xml').equals(before)).toBe(true);
  });

  test('a deployment manager that goes away makes the next call an exception', async () => {
    using wsadmin = await withAgent();
    manager.cut();
    const reply = await ask(wsadmin, 'AdminTask.getFipsInfo');
    expect(reply).toMatchObject({ kind: 'err', text: expect.stringContaining('ConnectorException: ') });
    wsadmin.end();
    expect((await wsadmin.ended).code).toBe(0);
  });
});

describe('wsadmin at its prompt', () => {
  test('greets with the process it is connected to', async () => {
    using wsadmin = start(...SOAP);
    expect(await wsadmin.until('wsadmin>')).toBe(
      'WASX7209I: Connected to process "dmgr" on node stCellManager01 using SOAP connector;  The type of process is: DeploymentManager\n' +
        'WASX7031I: For help, enter: "print Help.help()"\nwsadmin>',
    );
  });

  test('keeps names from line to line, prints values, and runs exec with a text', async () => {
    using wsadmin = await connected();
    const say = async (line: string): Promise<string> => {
      wsadmin.send(line);
      return (await wsadmin.until('wsadmin>')).replace(/wsadmin>$/, '');
    };
    expect(await say('a = 40')).toBe('');
    expect(await say('exec("def twice(x):\\n    return 2 * x\\nb = twice(a)")')).toBe('');
    expect(await say('b + 2')).toBe('82\n');
    expect(await say('print a, b')).toBe('40 80\n');
    expect(await say('AdminTask.getFipsInfo()')).toBe(`'[[fipsEnabled false] [fipsLevel ] [suiteBLevel ]]'\n`);
    expect(await say('nothing_of_that_name')).toMatch(
      /^WASX7015E: Exception running command: "nothing_of_that_name"; exception information:\ncom\.ibm\.bsf\.BSFException: [\s\S]*NameError/,
    );
    expect(await say("AdminTask.getSSLConfig('[-alias No]')")).toMatch(
      /exception information:\ncom\.ibm\.ws\.scripting\.ScriptingException: .*"No" does not exist/,
    );
    expect(await say('if (:')).toContain('SyntaxError');
  });

  test('asks for user and password when it has none, and reads them from its input', async () => {
    using wsadmin = start('-conntype', 'SOAP');
    expect(await wsadmin.until('Username: ')).toBe('Realm/Cell Name: <default>\nUsername: ');
    wsadmin.send(LOGIN.user);
    await wsadmin.until('Password: ');
    wsadmin.send(LOGIN.password);
    const greeting = await wsadmin.until('wsadmin>');
    expect(greeting).toContain('WASX7209I');
    expect(greeting).not.toContain(LOGIN.password);
  });

  test('a wrong password is an authentication failure, and the session goes on without a connection', async () => {
    using wsadmin = start('-conntype', 'SOAP', '-user', LOGIN.user, '-password', 'wrong');
    const greeting = await wsadmin.until('wsadmin>');
    expect(greeting).toContain('WASX7246E: Cannot establish "SOAP" connection');
    expect(greeting).not.toContain('WASX7209I');
    wsadmin.send('AdminTask.listSSLConfigs()');
    expect(await wsadmin.until('wsadmin>')).toContain("NameError: name 'AdminTask' is not defined");
  });

  test('without a listener it says so and goes on in local mode', async () => {
    using wsadmin = start(...SOAP, '-host', '127.0.0.1', '-port', '1');
    const greeting = await wsadmin.until('wsadmin>');
    expect(greeting).toMatch(
      /^WASX7023E: Error creating "SOAP" connection to host "127\.0\.0\.1"; exception information: /,
    );
    expect(greeting).not.toContain('WASX7209I');
    wsadmin.send('print 1 + 1');
    expect(await wsadmin.until('wsadmin>')).toBe('2\nwsadmin>');
  });

  test('-conntype NONE is local by request', async () => {
    using wsadmin = start('-conntype', 'NONE');
    expect(await wsadmin.until('wsadmin>')).toContain('WASX7357I: By request');
  });
});

const script = async (name: string, text: string): Promise<string> => {
  const file = path.join(manager.cell.site.dir, name);
  await writeFile(file, text);
  return file;
};

describe('wsadmin with a script or commands', () => {
  test('-f runs a file, with the arguments after it, and takes its exit status', async () => {
    const file = await script(
      'a.py',
      "import sys\nprint sys.argv\nprint len(AdminTask.listNodes().split('\\n'))\nsys.exit(7)\n",
    );
    using wsadmin = start(...SOAP, '-f', file, 'one', 'two');
    const { code, rest } = await wsadmin.ended;
    expect(rest.split('\n').slice(1)).toEqual(["['one', 'two']", '4', '']);
    expect(code).toBe(7);
  });

  test('-f with an exception ends with 105, and says what was not saved', async () => {
    const file = await script(
      'b.py',
      "AdminTask.modifySSLConfig('[-alias XDADefaultSSLSettings -sslProtocol TLSv1]')\nnope()\n",
    );
    using wsadmin = start(...SOAP, '-f', file);
    const { code, rest } = await wsadmin.ended;
    expect(rest).toContain(`WASX7017E: Exception received while running file "${file}"`);
    expect(rest).toContain(`WASX7309W: No "save" was performed before the script "${file}" exited`);
    expect(code).toBe(105);
  });

  test('-c prints the value and saves by itself', async () => {
    const command = "AdminTask.modifySSLConfig('[-alias XDADefaultSSLSettings -sslProtocol SSL_TLSv2]')";
    using wsadmin = start(...SOAP, '-c', command, '-c', '6 * 7');
    const { code, rest } = await wsadmin.ended;
    expect(rest.trimEnd().split('\n').at(-1)).toBe('42');
    expect(code).toBe(0);
    expect(manager.cell.master('security.xml').toString()).toMatch(
      /id="SecureSocketLayer_6"[^>]*sslProtocol="SSL_TLSv2"/,
    );
  });

  test('an option that wsadmin does not know is refused', async () => {
    using wsadmin = start('-colour', 'red');
    expect(await wsadmin.ended).toEqual({ code: 1, rest: 'WASX7137E: Invalid option: "-colour"\n' });
  });
});
