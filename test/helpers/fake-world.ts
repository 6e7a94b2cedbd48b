// Two hosts and a cell in memory, with the tools that the operations run: a deployment manager on dm, a node on stp, a
// database on db.
import { OperatorError } from '../../src/core/errors.ts';
import type { WriteContext } from '../../src/core/operation.ts';
import { Secret } from '../../src/core/secret.ts';
import { openMeetingsDatabase } from '../../src/lab/database/meetings-database.ts';
import { splitStatements } from '../../src/lab/database/split-statements.ts';
import { configurationDocuments } from '../../src/operations/process.ts';
import { pidFile } from '../../src/products/websphere/profile-paths.ts';
import { openPkcs12 } from '../../src/tls/open-pkcs12.ts';
import { summarizeCertificate } from '../../src/tls/summarize-certificate.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';
import { messaging, stranger, strangerFacts } from './chain.ts';
import { makeFakeCell, type CellModel, type FakeCell } from './fake-cell.ts';
import { makeFakeHost, type FakeHost, type FakeTool } from './fake-host.ts';

export const DMGR = '/opt/was/dmgr';
export const NODE = '/opt/was/stp';
export const CELL = '(cell):c1';
export const AT_NODE = '(cell):c1:(node):stpNode';
export const AT_SERVER = `${AT_NODE}:(server):was_stpProxy`;
const SECURITY = `${DMGR}/config/cells/c1/security.xml`;
const WEBAS = new Secret('WebAS', 'client trust store');

export type FakeWorld = {
  readonly hosts: { readonly dm: FakeHost; readonly stp: FakeHost; readonly db: FakeHost };
  readonly cell: FakeCell;
  readonly endedSessions: string[];
  /** rows of mtg.configuration: server_id=value */
  rows(): readonly string[];
  runSql(sql: string): void;
  context(): WriteContext;
  snapshot(): Promise<string>;
};

export const CLIENT_PROPERTIES = `com.ibm.ssl.defaultAlias=DefaultSSLSettings\r
user.root=/opt\r
com.ibm.ssl.alias=DefaultSSLSettings\r
com.ibm.ssl.protocol=SSL_TLS\r
com.ibm.ssl.trustStore=\${user.root}/etc/trust.p12\r
com.ibm.ssl.trustStorePassword={xor}CDo9Hgw=\r
com.ibm.ssl.trustStoreType=PKCS12\r
#com.ibm.ssl.alias=AnotherSSLSettings\r
#com.ibm.ssl.protocol=SSL_TLS`;

const configuration = (alias: string, scope: string, keyStore: string) => ({
  alias,
  scope,
  keyStore,
  protocol: 'SSL_TLS',
  securityLevel: 'HIGH',
  enabledCiphers: '',
});

const empty = () => ({ personal: [], signers: [] });

export function startModel(): CellModel {
  const old = { alias: 'other', sha1: stranger.certificate.sha1, pem: stranger.certificate.pem };
  return {
    stores: {
      [`CellDefaultKeyStore ${CELL}`]: {
        personal: [{ alias: 'default', chain: [stranger.certificate.sha1] }],
        signers: [],
      },
      [`CellDefaultTrustStore ${CELL}`]: { personal: [], signers: [old] },
      [`NodeDefaultKeyStore ${AT_NODE}`]: empty(),
      [`NodeDefaultTrustStore ${AT_NODE}`]: empty(),
    },
    configurations: [
      configuration('CellDefaultSSLSettings', CELL, `CellDefaultKeyStore ${CELL}`),
      configuration('NodeDefaultSSLSettings', AT_NODE, `NodeDefaultKeyStore ${AT_NODE}`),
    ],
    groups: ['inbound', 'outbound'].map((direction) => ({
      name: 'c1',
      scope: CELL,
      direction,
      certificateAlias: 'default',
      configuration: 'CellDefaultSSLSettings',
      configurationScope: CELL,
    })),
    fips: false,
  };
}

export function makeFakeWorld(model: CellModel = startModel()): FakeWorld {
  const hosts = { dm: makeFakeHost('dm'), stp: makeFakeHost('stp'), db: makeFakeHost('db') };
  const { dm, stp, db } = hosts;
  const cell = makeFakeCell('c1', model, dm, SECURITY);
  for (const document of configurationDocuments('c1', 'stpNode')) {
    if (!document.endsWith('security.xml')) dm.write(`${DMGR}/config/${document}`, `master ${document}`);
    stp.write(`${NODE}/config/${document}`, dm.files.get(`${DMGR}/config/${document}`)?.bytes ?? '');
  }
  stp.write(`${NODE}/properties/ssl.client.props`, CLIENT_PROPERTIES);
  const signers = [{ alias: 'other', certificate: stranger.certificate }];
  stp.write(`${NODE}/etc/trust.p12`, writePkcs12({ entries: [], signers, password: WEBAS, legacy: true }));
  dm.launch(pidFile(DMGR, 'dmgr'));
  for (const server of ['nodeagent', 'was_stpProxy']) stp.launch(pidFile(NODE, server));
  addTools(dm, DMGR);
  addTools(stp, NODE);
  stp.tools.set('syncNode.sh', () => {
    if (isAlive(stp, pidFile(NODE, 'nodeagent')))
      return { exitCode: 255, stdout: 'ADMU2010E: the node agent is running\n' };
    for (const document of configurationDocuments('c1', 'stpNode')) {
      stp.write(`${NODE}/config/${document}`, dm.files.get(`${DMGR}/config/${document}`)?.bytes ?? '');
    }
    return {
      stdout:
        'ADMU0402I: The configuration for node stpNode has been synchronized with\n           Deployment Manager dm: 8703\n',
    };
  });
  stp.tools.set('retrieveSigners.sh', (args) => retrieveSigners(args, stp, cell));

  const database = openMeetingsDatabase(':memory:');
  db.tools.set('db2', (_args, stdin) => runDb2(database, stdin));
  const rows = (): readonly string[] => {
    const found = database.execute("SELECT server_id || '=' || configuration_value FROM mtg.configuration ORDER BY 1");
    return found.kind === 'rows' ? found.rows.flat() : [];
  };

  const endedSessions: string[] = [];
  const context = (): WriteContext => ({
    shell: async (name) => (name === 'dm' ? dm : name === 'stp' ? stp : db).shell,
    wsadmin: async () => cell.writer,
    endWsadmin: async (name) => void endedSessions.push(name),
    certificate: (name) => (name === strangerFacts.name ? strangerFacts : messaging.facts),
    declaredCertificates: () => [messaging],
    census: async () => undefined,
    certificateFile: () => messaging,
    login: (owner) => ({ user: 'admin', password: new Secret(`password-of-${owner}`, 'log-in') }),
    runId: 'run-1',
    pause: async () => undefined,
  });
  const snapshot = async (): Promise<string> =>
    JSON.stringify({
      cell: cell.saved,
      rows: rows(),
      hosts: Object.values(hosts).map(({ files, processes }) => [
        [...files].map(([path, { bytes }]) => [path, Buffer.from(bytes).toString('base64')]),
        [...processes],
      ]),
    });
  const runSql = (sql: string): void => void database.execute(sql);
  return { hosts, cell, endedSessions, rows, runSql, context, snapshot };
}

const isAlive = (host: FakeHost, path: string): boolean => host.processes.has(host.text(path)?.trim() ?? '');

function addTools(host: FakeHost, profile: string): void {
  const start = (server: string): ReturnType<FakeTool> => {
    const path = pidFile(profile, server);
    if (isAlive(host, path))
      return { exitCode: 255, stdout: `ADMU3027E: An instance of ${server} is already running\n` };
    return {
      stdout: `ADMU3000I: Server ${server} open for e-business; process id\n           is ${host.launch(path)}\n`,
    };
  };
  const stop = (server: string): ReturnType<FakeTool> => {
    const path = pidFile(profile, server);
    host.processes.delete(host.text(path)?.trim() ?? '');
    host.files.delete(path);
    return { stdout: `ADMU4000I: Server ${server} stop completed.\n` };
  };
  for (const [verb, run] of [
    ['start', start],
    ['stop', stop],
  ] as const) {
    host.tools.set(`${verb}Manager.sh`, () => run('dmgr'));
    host.tools.set(`${verb}Node.sh`, () => run('nodeagent'));
    host.tools.set(`${verb}Server.sh`, ([server = '']) => run(server));
  }
}

function retrieveSigners(args: readonly string[], host: FakeHost, cell: FakeCell): ReturnType<FakeTool> {
  const value = (option: string): string => args[args.indexOf(option) + 1] ?? '';
  const remote = cell.saved.stores[`${args[0]} ${CELL}`]?.signers.find(({ alias }) => alias === value('-remoteAlias'));
  if (remote === undefined) return { exitCode: 1, stdout: 'CWPKI0313E: no such signer\n' };
  const path = `${NODE}/etc/trust.p12`;
  const { signers } = openPkcs12(host.files.get(path)?.bytes ?? new Uint8Array(), WEBAS);
  const added = { alias: value('-localAlias'), certificate: summarizeCertificate(remote.pem) };
  const contents = { entries: [], signers: [...signers, added], password: WEBAS, legacy: true };
  host.write(path, writePkcs12(contents));
  return { stdout: `CWPKI0308I: Adding signer alias "${added.alias}" to local keystore\n` };
}

/** One invocation: connects with the log-in, stops at the first error. */
function runDb2(database: ReturnType<typeof openMeetingsDatabase>, stdin: string): ReturnType<FakeTool> {
  let stdout = '';
  let exitCode = 0;
  for (const statement of splitStatements(stdin)) {
    if (statement === 'CONNECT TO STMS USER admin USING password-of-meetings') continue;
    if (statement === 'TERMINATE') break;
    const outcome = database.execute(statement);
    if (outcome.kind === 'error') return { exitCode: exitCode | 4, stdout: `${stdout}${outcome.text}\n` };
    const lines = outcome.kind === 'rows' ? outcome.rows.map((row) => `${row.join(' ')}      \n`) : [];
    if (outcome.kind === 'rows' ? lines.length === 0 : outcome.changed === 0) exitCode |= 1;
    stdout += lines.join('');
  }
  return { exitCode, stdout };
}

/** Fields as the planner gives them. */
const shared = {
  cell: 'c1',
  dmgrHost: 'dm',
  dmgrProfile: DMGR,
  dmgrNode: 'manager',
  dmgrAddress: '127.0.0.1',
  dmgrSoapPort: 8703,
  serverTimeoutMs: 60_000,
};
export const TARGETS = {
  cell: { kind: 'cell', ...shared },
  node: { kind: 'node', node: 'stpNode', host: 'stp', profile: NODE, ...shared },
  server: { kind: 'server', node: 'stpNode', server: 'was_stpProxy', host: 'stp', profile: NODE, ...shared },
  profile: { kind: 'profile', owner: 'stpNode', host: 'stp', path: NODE, ...shared },
  database: {
    kind: 'database',
    database: 'meetings',
    host: 'db',
    command: '/opt/db2/bin/db2',
    databaseName: 'STMS',
    serverId: 'stms1',
    readBy: [{ cell: 'c1', node: 'stmNode', server: 'STMeetingServer' }],
  },
} as const;

/** For tests of refusals. */
export async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof OperatorError) return error.code;
    throw error;
  }
  return 'no error';
}
