import { describe, expect, test } from 'vitest';
import { exposeSecret, Secret } from '../../../src/core/secret.ts';
import { openWsadminSession, type WsadminSession } from '../../../src/products/websphere/wsadmin-session.ts';
import { answerAsAgent, makeScriptedWsadmin, type Answer, type ScriptedWsadmin } from './scripted-wsadmin.ts';

const BANNER =
  'WASX7209I: Connected to process "dmgr" on node c1Manager using SOAP connector;  The type of process is: DeploymentManager\n';
const HELP = 'WASX7031I: For help, enter: "print Help.help()"\nwsadmin>';
const login = { user: 'wasadmin', password: new Secret('s3cret', 'password of wasadmin') };

const open = ({ shell }: ScriptedWsadmin, withLogin = false): Promise<WsadminSession> =>
  openWsadminSession({
    shell,
    cell: 'c1',
    profile: '/opt/p',
    expose: exposeSecret,
    startTimeoutMs: 1000,
    callTimeoutMs: 1000,
    ...(withLogin ? { login } : {}),
  });

/** A connected wsadmin whose calls are answered by a table; everything else answers with its call. */
const connected = (answers: Readonly<Record<string, Answer>> = {}): ScriptedWsadmin & { readonly calls: string[] } => {
  const calls: string[] = [];
  const wsadmin = makeScriptedWsadmin(
    `${BANNER}${HELP}`,
    answerAsAgent((call, args) => {
      calls.push([call, ...args].join(' '));
      return answers[call] ?? { ok: `answer of ${call}` };
    }),
  );
  return { ...wsadmin, calls };
};
const failure = (code: string, part: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(part) });

describe('the start of wsadmin', () => {
  test('runs the agent in a process that is connected to the deployment manager', async () => {
    const wsadmin = connected();
    await using session = await open(wsadmin);
    expect(wsadmin.argv).toEqual([['/opt/p/bin/wsadmin.sh', '-lang', 'jython', '-conntype', 'SOAP']]);
    expect(wsadmin.sent).toHaveLength(1);
    expect(await session.reader.query('AdminTask.listSSLConfigs', ['-all', 'true'])).toBe(
      'answer of AdminTask.listSSLConfigs',
    );
  });

  test('logs in when it is asked, and sends the password nowhere but to the prompt', async () => {
    let step = 0;
    const wsadmin = makeScriptedWsadmin('Realm/Cell Name: <default>\nUsername: ', (line) => {
      step += 1;
      if (step === 1) return 'Password: ';
      return step === 2 ? `\n${BANNER}${HELP}` : answerAsAgent(() => ({ ok: '' }))(line);
    });
    await using session = await open(wsadmin, true);
    expect(wsadmin.sent.slice(0, 2)).toEqual(['wasadmin', 's3cret']);
    expect(session.reader.cell).toBe('c1');
  });

  test.each([
    ['a node agent answered', BANNER.replace('DeploymentManager', 'NodeAgent') + HELP, 'NodeAgent'],
    [
      'it went on in local mode',
      'WASX7357I: By request, this scripting client is not connected\nwsadmin>',
      'WASX7357I',
    ],
    [
      'the handshake was refused',
      'WASX7023E: Error creating "SOAP" connection to host "dm"; exception information:\ncom.ibm.websphere.management.exception.ConnectorNotAvailableException: javax.net.ssl.SSLHandshakeException: Received fatal alert: protocol_version\nwsadmin>',
      'Received fatal alert: protocol_version',
    ],
    [
      'the log-in was wrong',
      'WASX7246E: Cannot establish "SOAP" connection to host "dm" because of an authentication failure.\nwsadmin>',
      'WASX7246E',
    ],
    ['there was no banner', 'something\nwsadmin>', 'something'],
    ['it asks for a log-in that nobody gave', 'Username: ', 'asks for a log-in'],
  ])('is refused when %s, and the process is ended', async (_name, greeting, part) => {
    const wsadmin = makeScriptedWsadmin(greeting, () => '');
    await expect(open(wsadmin)).rejects.toThrow(failure('WSADMIN_CONNECT', part));
    expect(wsadmin.isEnded()).toBe(true);
    expect(wsadmin.sent).toEqual([]);
  });

  test('gives up after one log-in that was refused', async () => {
    let asked = 0;
    const wsadmin = makeScriptedWsadmin('Username: ', () => (++asked % 2 === 1 ? 'Password: ' : '\nUsername: '));
    await expect(open(wsadmin, true)).rejects.toThrow(failure('WSADMIN_CONNECT', 'refused the log-in'));
    expect(wsadmin.sent).toEqual(['wasadmin', 's3cret']);
  });

  test('is refused when wsadmin cannot run the agent or ends', async () => {
    const broken = makeScriptedWsadmin(`${BANNER}${HELP}`, () => 'WASX7015E: Exception running command\nwsadmin>');
    await expect(open(broken)).rejects.toThrow(failure('WSADMIN_CONNECT', 'did not run the agent'));
    const gone = makeScriptedWsadmin(`${BANNER}${HELP}`, () => undefined);
    await expect(open(gone)).rejects.toThrow(failure('WSADMIN_CONNECT', 'ended before it was ready'));
  });
});

describe('calls', () => {
  test('reach reader and writer only when their list has them', async () => {
    const wsadmin = connected();
    await using session = await open(wsadmin);
    for (const call of [
      'AdminTask.modifySSLConfig',
      'AdminConfig.save',
      'AdminConfig.reset',
      'AdminControl.invoke',
      'AdminTask.x',
      'os.system',
    ]) {
      await expect(session.reader.query(call)).rejects.toThrow('not on the list');
    }
    for (const call of [
      'AdminConfig.save',
      'AdminConfig.remove',
      'AdminTask.deleteSSLConfig',
      'AdminTask.listSSLConfigs',
    ]) {
      await expect(session.writer.change(call)).rejects.toThrow('not on the list');
    }
    expect(Object.keys(session.reader)).toEqual(['cell', 'query']);
    expect(wsadmin.calls).toEqual([]);
    await session.writer.change('AdminTask.modifySSLConfig', ['-alias', 'a b']);
    await session.reader.query('AdminTask.listKeyFileAliases', ['-keyFilePassword', login.password]);
    expect(wsadmin.calls).toEqual([
      'AdminTask.modifySSLConfig -alias a b',
      'AdminTask.listKeyFileAliases -keyFilePassword s3cret',
    ]);
  });

  test('that are made at once are answered each with its own reply', async () => {
    await using session = await open(connected());
    const calls = ['AdminTask.listNodes', 'AdminTask.listServers', 'AdminTask.getFipsInfo'];
    const answers = await Promise.all(calls.map((call) => session.reader.query(call)));
    expect(answers).toEqual(calls.map((call) => `answer of ${call}`));
  });

  test('that end with an exception name cell, host, call and message ids, and no secret', async () => {
    const error =
      'com.ibm.ws.scripting.ScriptingException: WASX7015E: bad s3cret\n  com.ibm.X: CWPKI0033E: cannot be loaded with s3cret\n  at x';
    await using session = await open(connected({ 'AdminTask.importCertificate': { error } }));
    const call = session.writer.change('AdminTask.importCertificate', ['-keyFilePassword', login.password]);
    await expect(call).rejects.toThrow(
      expect.objectContaining({
        code: 'WSADMIN_FAILED',
        message:
          'cell c1 on host dm: AdminTask.importCertificate ended with com.ibm.ws.scripting.ScriptingException: WASX7015E: bad [secret] com.ibm.X: CWPKI0033E: cannot be loaded with [secret]',
      }),
    );
    expect(await session.reader.query('AdminTask.listNodes')).toBe('answer of AdminTask.listNodes');
  });

  test('have an unknown outcome when wsadmin ends, and nothing is asked after that', async () => {
    const agent = answerAsAgent(() => ({ ok: '' }));
    const wsadmin = makeScriptedWsadmin(`${BANNER}${HELP}`, (line) =>
      line.includes('modify') ? undefined : agent(line),
    );
    await using session = await open(wsadmin);
    await expect(session.writer.change('AdminTask.modifySSLConfig')).rejects.toThrow(
      failure('OUTCOME_UNKNOWN', 'modifySSLConfig'),
    );
    await expect(session.reader.query('AdminTask.listNodes')).rejects.toThrow(failure('OUTCOME_UNKNOWN', 'was lost'));
    expect(wsadmin.sent).toHaveLength(2);
  });

  test('are not taken from a late or foreign reply', async () => {
    const wsadmin = makeScriptedWsadmin(`${BANNER}${HELP}`, (line) =>
      line.startsWith('exec') ? '@@strictstep ready 1\n' : '@@strictstep 9 ok \n',
    );
    await using session = await open(wsadmin);
    await expect(session.reader.query('AdminTask.listNodes')).rejects.toThrow(
      failure('REMOTE_REPLY', 'request 9 instead of 1'),
    );
  });
});

const changes = (...documents: readonly string[]): Answer => ({
  ok: ['WASX7146I: The following configuration files contain unsaved changes:', ...documents].join('\n'),
});

describe('save', () => {
  test('saves when only expected documents changed, and gives them', async () => {
    const wsadmin = connected({ 'AdminConfig.queryChanges': changes('cells/c1|security.xml') });
    await using session = await open(wsadmin);
    expect(await session.writer.save(['cells/c1/security.xml', 'cells/c1/key.p12'])).toEqual(['cells/c1/security.xml']);
    expect(wsadmin.calls).toEqual(['AdminConfig.queryChanges', 'AdminConfig.save']);
  });

  test('discards everything when one document is not expected', async () => {
    const wsadmin = connected({
      'AdminConfig.queryChanges': changes('cells/c1|security.xml', 'cells/c1|resources.xml'),
    });
    await using session = await open(wsadmin);
    await expect(session.writer.save(['cells/c1/security.xml'])).rejects.toThrow(
      failure('UNEXPECTED_CHANGES', 'unsaved changes in cells/c1/resources.xml are not'),
    );
    expect(wsadmin.calls).toEqual(['AdminConfig.queryChanges', 'AdminConfig.reset']);
  });

  test('does nothing without changes and never saves on an answer it cannot read', async () => {
    const clean = connected({
      'AdminConfig.queryChanges': { ok: 'WASX7241I: There are no unsaved changes in this workspace.' },
    });
    await using session = await open(clean);
    expect(await session.writer.save([])).toEqual([]);
    const strange = connected({ 'AdminConfig.queryChanges': { ok: 'hm' } });
    await using other = await open(strange);
    await expect(other.writer.save([])).rejects.toThrow(failure('REMOTE_REPLY', 'queryChanges'));
    expect(clean.calls).toEqual(['AdminConfig.queryChanges']);
    expect(strange.calls).toEqual(['AdminConfig.queryChanges', 'AdminConfig.reset']);
  });

  test('asks nothing more when the session is lost while saving', async () => {
    const agent = answerAsAgent((call) =>
      call.endsWith('queryChanges') ? changes('cells/c1|security.xml') : { ok: '' },
    );
    let requests = 0;
    const wsadmin = makeScriptedWsadmin(`${BANNER}${HELP}`, (line) => {
      requests += line.startsWith('exec') ? 0 : 1;
      return requests === 2 ? undefined : agent(line);
    });
    await using session = await open(wsadmin);
    await expect(session.writer.save(['cells/c1/security.xml'])).rejects.toThrow(
      failure('OUTCOME_UNKNOWN', 'ended while AdminConfig.save was running'),
    );
    expect(requests).toBe(2);
  });

  test('cleans the workspace after a conflict', async () => {
    const wsadmin = connected({
      'AdminConfig.queryChanges': changes('cells/c1|security.xml'),
      'AdminConfig.save': { error: 'com.ibm.ws.scripting.ScriptingException: save conflict' },
    });
    await using session = await open(wsadmin);
    await expect(session.writer.save(['cells/c1/security.xml'])).rejects.toThrow(
      failure('WSADMIN_FAILED', 'save conflict'),
    );
    expect(wsadmin.calls.at(-1)).toBe('AdminConfig.reset');
  });
});
