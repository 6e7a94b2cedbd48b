// A plan is bound to the world it was made from. One lab; every test plans, moves one thing, and applies: the apply must
// end with PLAN_STALE before the first write and name what moved, no more and no less.
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync, appendFileSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadInputs } from '../../src/cli/inputs.ts';
import { OperatorError } from '../../src/core/errors.ts';
import { prettyJson } from '../../src/core/json.ts';
import { Secret } from '../../src/core/secret.ts';
import { openLock } from '../../src/journal/lock.ts';
import { openMeetingsDatabase } from '../../src/lab/database/meetings-database.ts';
import type { Lab } from '../../src/lab/index.ts';
import { javaSecurityFile } from '../../src/lab/process/java-machine.ts';
import { databaseFile } from '../../src/lab/site.ts';
import { addSigner } from '../../src/lab/stores.ts';
import type { Plan } from '../../src/plan/types.ts';
import { applyPlan } from '../../src/run/apply.ts';
import { openWorld } from '../../src/run/context.ts';
import { planWorld } from '../../src/run/plan-world.ts';
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../src/tls/issue-certificate.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';
import { strictstep } from '../helpers/cli.ts';
import { clientProperties, replicaOf, setClientProtocol, setQop } from '../helpers/e2e.ts';
import { digestsBelow } from '../helpers/files.ts';
import {
  administer,
  binOf,
  CELL,
  endpointPort,
  nodeScope,
  openTestLab,
  qop,
  rootOf,
  sshTo,
  stateOf,
} from '../helpers/lab.ts';
import type { AdminCall } from '../helpers/lab.ts';

const SERVER = 'stpNode/STProxyServer';
const TRUST = 'NodeDefaultTrustStore';
const KEYS = 'NodeDefaultKeyStore';
let lab: Lab;
let playbookFile: string;
let plan: Plan;
let states = 0;

beforeAll(async () => {
  lab = await openTestLab();
  playbookFile = path.join(lab.dir, 'playbook.yaml');
  copyFileSync(new URL('../../playbooks/sametime-tls12.yaml', import.meta.url), playbookFile);
  plan = await planAgain();
});
afterAll(() => lab.close());

async function withWorld<Value>(
  use: (inputs: Awaited<ReturnType<typeof loadInputs>>, world: ReturnType<typeof openWorld>) => Promise<Value>,
): Promise<Value> {
  const inputs = await loadInputs(lab.inventoryFile, playbookFile, new Date());
  await using world = openWorld({ ...inputs, signal: new AbortController().signal });
  return await use(inputs, world);
}

const factsOf = ({ certificates }: Awaited<ReturnType<typeof loadInputs>>) =>
  [...certificates.values()].map(({ facts }) => facts);

const planAgain = (): Promise<Plan> =>
  withWorld(async (inputs, world) => {
    const { inventory, playbook } = inputs;
    return (await planWorld(inventory, playbook, factsOf(inputs), world.reader)).plan;
  });

const freshState = (): string => path.join(lab.dir, `runs-${(states += 1)}`);

/** 'held': the plan passed the check, and the run was held before its first step. */
const applied = (state: string): Promise<string> =>
  withWorld(async (inputs, world) => {
    const { inventory, playbook } = inputs;
    const { status } = await applyPlan({
      plan,
      inventory,
      playbook,
      certificates: factsOf(inputs),
      world,
      state,
      now: () => new Date(),
      emit: () => undefined,
      isHoldRequested: () => true,
    });
    return status;
  });

const hostFiles = () => digestsBelow(path.join(lab.dir, 'hosts'), (file) => !/\/logs\/|\.log$|\.sqlite/.test(file));

/** Applies; nothing on any host may differ afterwards. */
async function refusal(state = freshState()): Promise<OperatorError> {
  const [files, processes] = [hostFiles(), lab.processes()];
  const ended = await applied(state).catch((error: unknown) => error);
  if (!(ended instanceof OperatorError))
    throw ended instanceof Error ? ended : new Error(`the apply ended: ${String(ended)}`);
  expect(hostFiles()).toEqual(files);
  expect(lab.processes()).toEqual(processes);
  return ended;
}

async function moved(): Promise<readonly string[]> {
  const { code, exitCode, message, hint } = await refusal();
  expect({ code, exitCode, hint }).toEqual({
    code: 'PLAN_STALE',
    exitCode: 3,
    hint: 'Make a new plan and compare it with this one; nothing was changed.',
  });
  const [said, names = ''] = message.split(': ', 1).concat(message.slice(message.indexOf(': ') + 2));
  expect(said).toBe('the world is not the one the plan was made from');
  return names.split('; ');
}

/** Puts a file back as it was when the test is over. */
function restoring(file: string): Disposable {
  const bytes = readFileSync(file);
  return { [Symbol.dispose]: () => writeFileSync(file, bytes) };
}

const master = (file: string): string => path.join(replicaOf(lab, 'stCellManager01'), file);
const onStp = (object: string): string => `${object} on stp`;

/** A leaf and its root that no part of the lab knows. */
function otherCertificate() {
  const key = makeKey();
  const at = (days: number): Date => new Date(Date.now() + days * 86_400_000);
  const valid = { notBefore: at(-10), notAfter: at(300), key };
  const root = makeCertificateAuthority({ subject: 'Other Root', ...valid });
  const leaf = issueCertificate({ subject: 'other.example', names: ['other.example'], issuer: root, ...valid });
  return { key, chain: [leaf.certificate, root.certificate] } as const;
}

const otherStore = (password: string): Uint8Array =>
  writePkcs12({
    entries: [{ alias: 'other', ...otherCertificate() }],
    signers: [],
    password: new Secret(password, 'test'),
    legacy: false,
  });

function adminCall(line: string): AdminCall {
  const [method = '', ...options] = line.split(' ');
  return [method, ...options];
}

describe('configuration and stores', () => {
  test('the quality of protection in the master is changed', async () => {
    using _ = restoring(master('security.xml'));
    administer(lab, qop('CellDefaultSSLSettings', CELL, 'SSL_TLSv2'));
    expect(await moved()).toEqual([
      `SSL configuration CellDefaultSSLSettings ${CELL}`,
      'security.xml of cell stCell, master on dm',
    ]);
  });

  test('the copy of one node is changed', async () => {
    using _ = restoring(path.join(replicaOf(lab, 'stpNode'), 'security.xml'));
    await setQop(lab, 'stpNode', 'NodeDefaultSSLSettings', 'TLSv1.2');
    expect(await moved()).toEqual([onStp('security.xml of cell stCell, copy of node stpNode')]);
  });

  test('a certificate is imported into a key store', async () => {
    using _ = restoring(master('nodes/stpNode/key.p12'));
    const file = path.join(lab.dir, 'other.p12');
    writeFileSync(file, otherStore('changeit'));
    administer(
      lab,
      adminCall(
        `importCertificate -keyFilePath ${file} -keyFilePassword changeit -keyFileType PKCS12` +
          ` -certificateAliasFromKeyFile other -certificateAlias other -keyStoreName ${KEYS} -keyStoreScope ${nodeScope('stpNode')}`,
      ),
    );
    expect(await moved()).toEqual([`key store ${KEYS} ${nodeScope('stpNode')} of cell stCell`]);
  });

  test('a signer is added to a trust store', async () => {
    using _ = restoring(master('nodes/stmNode/trust.p12'));
    const file = path.join(lab.dir, 'other.pem');
    writeFileSync(file, otherCertificate().chain[1].pem);
    administer(
      lab,
      adminCall(
        `addSignerCertificate -keyStoreName ${TRUST} -keyStoreScope ${nodeScope('stmNode')}` +
          ` -certificateFilePath ${file} -certificateAlias other -base64Encoded true`,
      ),
    );
    expect(await moved()).toEqual([`key store ${TRUST} ${nodeScope('stmNode')} of cell stCell`]);
  });

  test('ssl.client.props is changed', async () => {
    const file = clientProperties(lab, 'stpNode');
    using _ = restoring(file);
    await setClientProtocol(lab, 'stpNode', 'SSL_TLS', 'TLSv1.2');
    expect(await moved()).toEqual([onStp(file)]);
  });

  test('the list of servers is changed', async () => {
    const file = master('nodes/sipNode/serverindex.xml');
    using _ = restoring(file);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"APPLICATION_SERVER"', '"PROXY_SERVER"'));
    expect(await moved()).toEqual(['serverindex.xml of cell stCell, sipNode']);
  });

  test('a signer is added to the trust store of the client tools', async () => {
    const file = path.join(rootOf(lab, 'stpNode'), 'etc/trust.p12');
    using _ = restoring(file);
    const { pem } = otherCertificate().chain[1];
    await addSigner(file, new Secret('WebAS', 'test'), 'other', new X509Certificate(pem));
    expect(await moved()).toEqual([onStp(`client trust store of ${rootOf(lab, 'stpNode')}`)]);
  });

  test('the certificate of the client tools is replaced', async () => {
    const file = path.join(rootOf(lab, 'stpNode'), 'etc/key.p12');
    using _ = restoring(file);
    writeFileSync(file, otherStore('WebAS'));
    expect(await moved()).toEqual([onStp(`client key store of ${rootOf(lab, 'stpNode')}`)]);
  });

  test('a version is disabled in java.security; another line of it does not matter', async () => {
    const file = javaSecurityFile(rootOf(lab, 'stpNode'));
    using _ = restoring(file);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('SSLv3, RC4', 'SSLv3, TLSv1.1, RC4').concat('# looked at on Monday\n'));
    expect(await moved()).toEqual([onStp(`java.security of ${rootOf(lab, 'stpNode')}`)]);
  });

  test('a Java argument that decides on versions is set in a copy and in the master', async () => {
    const below = 'nodes/stpNode/servers/STProxyServer/server.xml';
    const files = [path.join(replicaOf(lab, 'stpNode'), below), master(below)] as const;
    const [copy, original] = files.map(restoring);
    const wish = ['genericJvmArguments=""', 'genericJvmArguments="-Dhttps.protocols=TLSv1,TLSv1.1,TLSv1.2"'] as const;
    for (const file of files) writeFileSync(file, readFileSync(file, 'utf8').replace(...wish));
    const found = await moved();
    copy?.[Symbol.dispose]();
    original?.[Symbol.dispose]();
    expect(found).toEqual([
      onStp('arguments in server.xml of copy of node stpNode'),
      'arguments in server.xml of stpNode in the master',
    ]);
  });

  test('the custom property that disables algorithms is set', async () => {
    using _ = restoring(master('security.xml'));
    const property = '<properties xmi:id="P_7" name="com.ibm.websphere.tls.disabledAlgorithms" value="none"/>';
    const text = readFileSync(master('security.xml'), 'utf8');
    writeFileSync(master('security.xml'), text.replace('</security:Security>', `${property}</security:Security>`));
    expect(await moved()).toEqual(['security.xml of cell stCell, master on dm']);
  });

  test('a key store of one copy is another than the master has', async () => {
    const file = path.join(replicaOf(lab, 'stpNode'), 'nodes/stpNode/trust.p12');
    using _ = restoring(file);
    await addSigner(file, new Secret('WebAS', 'test'), 'other', new X509Certificate(otherCertificate().chain[1].pem));
    expect(await moved()).toEqual([onStp(`key store ${TRUST} ${nodeScope('stpNode')}, copy of node stpNode`)]);
  });

  test('the recording row is written', async () => {
    const file = databaseFile(lab.site);
    using _ = restoring(file);
    writeRow(file, 'TLSv1');
    expect(await moved()).toEqual([
      'row meeting.recording.tlsVersion of server_id stmeeting1 in mtg.configuration of STMS on db',
    ]);
  });
});

function writeRow(file: string, value: string): void {
  const database = openMeetingsDatabase(file);
  const sql = `INSERT INTO mtg.configuration VALUES ('stmeeting1', 'meeting.recording.tlsVersion', '${value}')`;
  expect(database.execute(sql)).toMatchObject({ kind: 'done', changed: 1 });
  database.close();
}

describe('files of the operator', () => {
  test.each([
    ['the inventory', () => lab.inventoryFile],
    ['the playbook', () => playbookFile],
  ])('%s is changed, be it a comment', async (_what, fileOf) => {
    using _ = restoring(fileOf());
    appendFileSync(fileOf(), '# looked at on Monday\n');
    expect(await moved()).toEqual([`file ${fileOf()}`]);
  });

  test('what a client population trusts is another root', async () => {
    const file = path.join(lab.dir, 'certificates/client-roots.pem');
    using _ = restoring(file);
    appendFileSync(file, otherCertificate().chain[1].pem);
    expect(await moved()).toEqual([`file ${file}`]);
  });

  test('the certificate is replaced by another one: the file is named first, then what was read with it', async () => {
    const file = path.join(lab.dir, 'certificates/wild_acme_com.p12');
    using _ = restoring(file);
    const inventory = readFileSync(lab.inventoryFile, 'utf8');
    const passwordFile = /passwordFile: (\.\/\S*(?:p12|acme)\S*)/.exec(inventory)?.[1] ?? '';
    writeFileSync(file, otherStore(readFileSync(path.join(lab.dir, passwordFile), 'utf8').trim()));
    const [first, ...others] = await moved();
    expect(first).toBe(`file ${file}`);
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter((object) => !/^(certificate|signers of) messaging in /.test(object))).toEqual([]);
  });

  test('a host shows another key than known_hosts has: no plan is made again, and the host is named', async () => {
    const file = path.join(lab.dir, 'known_hosts');
    using _ = restoring(file);
    const text = readFileSync(file, 'utf8');
    const port = /\bstm:\s+address: \S+\s+port: (\d+)/.exec(readFileSync(lab.inventoryFile, 'utf8'))?.[1] ?? '';
    const lines = text.trim().split('\n');
    const other =
      lines
        .find((line) => !line.includes(`:${port} `))
        ?.split(' ')
        .slice(1)
        .join(' ') ?? '';
    writeFileSync(
      file,
      `${lines.map((line) => (line.includes(`:${port} `) ? `[127.0.0.1]:${port} ${other}` : line)).join('\n')}\n`,
    );
    const error = await refusal();
    expect(error).toMatchObject({ code: 'HOST_KEY', exitCode: 69 });
    expect(error.message).toContain('stm');
  });
});

describe('what does not matter, and what does all the same', () => {
  const held = (): string => path.join(lab.dir, 'held');

  test('everything put back, a log, another properties file and another document changed: the plan is accepted', async () => {
    const soap = path.join(rootOf(lab, 'stpNode'), 'properties/soap.client.props');
    const notes = path.join(replicaOf(lab, 'stmNode'), 'applications/notes.xml');
    mkdirSync(path.dirname(notes), { recursive: true });
    writeFileSync(notes, '<notes/>');
    appendFileSync(soap, '# looked at on Monday\n');
    appendFileSync(path.join(rootOf(lab, 'stpNode'), 'logs/STProxyServer/SystemOut.log'), 'a line\n');
    expect(await applied(held())).toBe('held');
  });

  test('a run that was held before its first step is checked again', async () => {
    using _ = restoring(clientProperties(lab, 'stpNode'));
    await setClientProtocol(lab, 'stpNode', 'SSL_TLS', 'TLSv1.2');
    expect(await refusal(held())).toMatchObject({ code: 'PLAN_STALE' });
  });

  test('so is a run that takes over the lock of a dead one', async () => {
    const { pid } = spawnSync('true');
    const owner = { who: 'ghost', host: hostname(), pid, run: 'run-0', why: 'apply', since: '2026-01-01T00:00:00Z' };
    const dead = freshState();
    await openLock(path.join(dead, 'lock.json'), owner);
    using _ = restoring(clientProperties(lab, 'stpNode'));
    await setClientProtocol(lab, 'stpNode', 'SSL_TLS', 'TLSv1.2');
    expect(await refusal(dead)).toMatchObject({ code: 'PLAN_STALE' });
  });
});

describe('the command line', () => {
  test('a plan that is stale or edited ends with exit 3 and leaves the hosts alone', async () => {
    using _ = restoring(clientProperties(lab, 'sipNode'));
    const [file, edited] = ['plan.json', 'edited.json'].map((name) => path.join(lab.dir, name)) as [string, string];
    writeFileSync(file, prettyJson(plan));
    writeFileSync(edited, prettyJson({ ...plan, steps: plan.steps.slice(1) }));
    await setClientProtocol(lab, 'sipNode', 'SSL_TLS', 'TLSv1.2');
    const files = hostFiles();
    const flags = ['--confirm', 'stCell', '--state', freshState()];
    const stale = await strictstep('apply', file, ...flags);
    expect(stale, stale.stderr).toMatchObject({ exitCode: 3 });
    expect(stale.stderr).toContain(
      `error: PLAN_STALE the world is not the one the plan was made from: ${clientProperties(lab, 'sipNode')} on sip\n`,
    );
    const tampered = await strictstep('apply', edited, ...flags);
    expect(tampered, tampered.stderr).toMatchObject({ exitCode: 3 });
    expect(tampered.stderr).toContain(`error: PLAN_TAMPERED ${edited} does not have the content its hash`);
    expect(hostFiles()).toEqual(files);
  });
});

// These leave other process ids behind, so they come last.
describe('processes and ports', () => {
  test('a server is gone: it is named, and only a deployment that works is migrated', async () => {
    await stop();
    const error = await refusal();
    expect(error).toMatchObject({ code: 'HEALTH_FAILED', exitCode: 4 });
    expect(error.message).toMatch(/^host stp: stpNode\/STProxyServer of cell stCell is not running \(/);
  });

  test('a server was started anew', async () => {
    await start();
    expect(await moved()).toEqual([onStp(`process of ${SERVER}`)]);
  });

  test('a server was started anew with another configuration, which was then taken back', async () => {
    {
      using _ = restoring(path.join(replicaOf(lab, 'stpNode'), 'security.xml'));
      await setQop(lab, 'stpNode', 'CellDefaultSSLSettings', 'SSL_TLSv2');
      await stop();
      await start();
    }
    const endpoints = ['OVERLAY_TCP_LISTENER_ADDRESS', 'SOAP_CONNECTOR_ADDRESS', 'WC_defaulthost_secure'];
    expect(await moved()).toEqual([
      ...endpoints.map((name) => `listener ${SERVER} ${name} at 127.0.0.1:${endpointPort(lab, `${SERVER}/${name}`)}`),
      onStp(`process of ${SERVER}`),
    ]);
  });
});

async function stop(): Promise<void> {
  await lab.fault({ kind: 'kill', process: SERVER });
  await expect.poll(() => stateOf(lab, SERVER)).toBe('stopped');
}

async function start(): Promise<void> {
  await using stp = await sshTo(lab, 'stp');
  expect(await stp.run(`${binOf(lab, 'stpNode')}/startServer.sh STProxyServer`)).toMatchObject({ code: 0 });
}
