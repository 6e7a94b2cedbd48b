// The cell of the lab scenario `sametime-cell` as inventory and facts, and the changes that playbooks make on it.
// Names and start state are invented after the shape of a Sametime 9 cell; no real host is named.
import type { TopologyChange } from '../../src/core/topology-change.ts';
import type { CertificateFacts, CertificateSummary } from '../../src/core/certificate.ts';
import type { Facts, ListenerFacts, OwnerFacts, StoreFacts } from '../../src/facts/types.ts';
import type { ClientEntry, Inventory, NodeEntry } from '../../src/inventory/types.ts';
import type { SecurityModel, ServerEntry, SslConfiguration } from '../../src/products/websphere/security-model.ts';
import type { ProtocolVersion } from '../../src/tls/types.ts';

export const CELL = 'stCell';
export const CELL_SCOPE = `(cell):${CELL}`;
export const nodeScope = (node: string): string => `${CELL_SCOPE}:(node):${node}`;
export const serverScope = (node: string, server: string): string => `${nodeScope(node)}:(server):${server}`;

const MANAGER_NODE = 'stCellManager01';
export const NODES = ['stpNode', 'stmNode', 'sipNode'] as const;
const SERVERS: Readonly<Record<string, readonly (readonly [name: string, type: string])[]>> = {
  stpNode: [
    ['STProxyServer', 'APPLICATION_SERVER'],
    ['was_stpProxy', 'PROXY_SERVER'],
  ],
  stmNode: [
    ['STMeetingServer', 'APPLICATION_SERVER'],
    ['was_stmProxy', 'PROXY_SERVER'],
  ],
  sipNode: [['STSIPProxyRegistrar', 'APPLICATION_SERVER']],
};
const ENDPOINTS: Readonly<Record<string, readonly string[]>> = {
  DEPLOYMENT_MANAGER: ['SOAP_CONNECTOR_ADDRESS', 'WC_adminhost_secure', 'OVERLAY_TCP_LISTENER_ADDRESS'],
  NODE_AGENT: ['SOAP_CONNECTOR_ADDRESS', 'OVERLAY_TCP_LISTENER_ADDRESS'],
  APPLICATION_SERVER: ['SOAP_CONNECTOR_ADDRESS', 'WC_defaulthost_secure', 'OVERLAY_TCP_LISTENER_ADDRESS'],
  PROXY_SERVER: ['SOAP_CONNECTOR_ADDRESS', 'PROXY_HTTPS_ADDRESS', 'OVERLAY_TCP_LISTENER_ADDRESS'],
};

/** chains are names here, written as fingerprints are: a pair of digits a letter */
const fingerprint = (name: string): string => Buffer.from(name).toString('hex').toUpperCase();
const CELL_ROOT = fingerprint('cell root');
const defaultChain = (owner: string): readonly string[] => [fingerprint(`default ${owner}`), CELL_ROOT];
export const ACME_CHAIN = [fingerprint('acme leaf'), fingerprint('acme intermediate'), fingerprint('acme root')];
export const ACME_SIGNERS = ACME_CHAIN.slice(1);
export const ACME_ALIAS = 'acme-wild-2026';

const place = { file: 'inventory.yaml', line: 1, column: 1 };
const connect = (node: string, server: string, endpoint: string) => ({ cell: CELL, node, server, endpoint, place });
const client = (
  name: string,
  offers: readonly ProtocolVersion[],
  connects: readonly ReturnType<typeof connect>[],
): ClientEntry => ({ name, offers, trustFile: undefined, required: true, connects });

const proxies = [
  connect('stpNode', 'was_stpProxy', 'PROXY_HTTPS_ADDRESS'),
  connect('stmNode', 'was_stmProxy', 'PROXY_HTTPS_ADDRESS'),
];
const CLIENTS = [
  client('browser', ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'], proxies),
  client('mobile', ['TLSv1', 'TLSv1.1', 'TLSv1.2'], proxies),
  client(
    'rich-client',
    ['TLSv1', 'TLSv1.1'],
    [
      connect('stmNode', 'was_stmProxy', 'PROXY_HTTPS_ADDRESS'),
      connect('stmNode', 'STMeetingServer', 'WC_defaulthost_secure'),
    ],
  ),
  client('av-client', ['TLSv1'], [connect('sipNode', 'STSIPProxyRegistrar', 'SIP_DEFAULTHOST_SECURE')]),
];

const store = (name: string, scope: string) => ({ name, scope });

function configuration(alias: string, scope: string, level: 'Cell' | 'Node'): SslConfiguration {
  return {
    alias,
    scope,
    protocol: 'SSL_TLS',
    securityLevel: 'HIGH',
    enabledCiphers: '',
    clientAuthentication: false,
    keyStore: store(`${level}DefaultKeyStore`, scope),
    trustStore: store(`${level}DefaultTrustStore`, scope),
  };
}

const LEVELS: readonly (readonly [scope: string, level: 'Cell' | 'Node', owner: string])[] = [
  [CELL_SCOPE, 'Cell', CELL],
  ...[MANAGER_NODE, ...NODES].map((node) => [nodeScope(node), 'Node', node] as const),
];

const cellGroup = (direction: 'inbound' | 'outbound') => ({
  name: CELL,
  scope: CELL_SCOPE,
  direction,
  configuration: { alias: 'CellDefaultSSLSettings', scope: CELL_SCOPE },
  certificateAlias: 'default',
});

const SECURITY: SecurityModel = {
  configurations: [
    ...LEVELS.map(([scope, level]) => configuration(`${level}DefaultSSLSettings`, scope, level)),
    configuration('XDADefaultSSLSettings', CELL_SCOPE, 'Cell'),
  ],
  groups: [cellGroup('inbound'), cellGroup('outbound')],
  keyStores: LEVELS.flatMap(([scope, level]) =>
    ['Key', 'Trust'].map((kind) => ({
      ...store(`${level}Default${kind}Store`, scope),
      location: '${CONFIG_ROOT}',
      type: 'PKCS12',
    })),
  ),
  dynamicUpdate: true,
  fipsEnabled: false,
};

const STORES: readonly StoreFacts[] = LEVELS.flatMap(([scope, level, owner]) => [
  {
    ...store(`${level}DefaultKeyStore`, scope),
    personal: [{ alias: 'default', chain: defaultChain(owner) }],
    signers: [],
  },
  { ...store(`${level}DefaultTrustStore`, scope), personal: [], signers: [CELL_ROOT] },
]);

let nextPort = 20_000;
const server = (name: string, type: string): ServerEntry => ({
  name,
  type,
  endpoints: [...(ENDPOINTS[type] ?? []), ...(name === 'STSIPProxyRegistrar' ? ['SIP_DEFAULTHOST_SECURE'] : [])].map(
    (endpoint) => ({ name: endpoint, host: '127.0.0.1', port: nextPort++ }),
  ),
});

function ownerFacts(owner: string, servers: readonly ServerEntry[]): OwnerFacts {
  return {
    owner,
    host: owner,
    address: '127.0.0.1',
    profile: `/opt/profiles/${owner}`,
    security: SECURITY,
    securitySha256: '0'.repeat(64),
    servers,
    processes: Object.fromEntries(servers.map(({ name }) => [name, { pid: '4711', pidFile: `/run/${name}.pid` }])),
    clientProtocol: 'SSL_TLS',
    clientPropertiesSha256: '0'.repeat(64),
    clientSigners: [CELL_ROOT],
  };
}

const probe = ({ owner, servers }: OwnerFacts): readonly ListenerFacts[] =>
  servers.flatMap(({ name, endpoints }) =>
    endpoints.map((endpoint) => ({
      cell: CELL,
      owner,
      server: name,
      endpoint: endpoint.name,
      address: endpoint.host,
      port: endpoint.port,
      protocols: { TLSv1: 'accepted', 'TLSv1.1': 'refused', 'TLSv1.2': 'refused', 'TLSv1.3': 'refused' },
      chain: [{ sha256: '', sha1: fingerprint(`default ${CELL}`), subject: 'CN=default' }],
    })),
  );

const summary = (name: string, sha1: string): CertificateSummary => ({
  subject: `CN=${name}`,
  issuer: 'CN=issuer',
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2027-01-01T00:00:00Z',
  sha256: '',
  sha1,
  names: [],
  keyBits: 2048,
  keyType: 'RSA',
  signature: 'sha256WithRSA',
  selfSigned: false,
  certificateAuthority: false,
  pem: '',
});

const MESSAGING: CertificateFacts = {
  name: 'messaging',
  file: 'wild_acme_com.p12',
  fileSha256: '',
  aliasInFile: '{ridiculous}',
  alias: ACME_ALIAS,
  format: 'legacy',
  chain: ['acme leaf', 'acme intermediate', 'acme root'].map((name) => summary(name, fingerprint(name))),
};

const ROLES: Readonly<Record<string, string>> = {
  stpNode: 'sametime-proxy',
  stmNode: 'meeting',
  sipNode: 'sip-proxy-registrar',
};

const nodeEntry = (name: string): NodeEntry => ({
  name,
  host: name,
  profile: `/opt/profiles/${name}`,
  role: ROLES[name] ?? '',
  place,
});

/** A fresh deployment in its start state: everything SSL_TLS, everything running. */
export function sametimeCell(): { readonly inventory: Inventory; readonly facts: Facts } {
  const deploymentManager = ownerFacts('dmgr', [server('dmgr', 'DEPLOYMENT_MANAGER')]);
  const nodes = NODES.map((node) =>
    ownerFacts(node, [
      server('nodeagent', 'NODE_AGENT'),
      ...(SERVERS[node] ?? []).map(([name, type]) => server(name, type)),
    ]),
  );
  const inventory: Inventory = {
    file: 'inventory.yaml',
    sha256: '',
    hosts: [],
    cells: [
      {
        name: CELL,
        deploymentManager: { host: 'dm', profile: '/opt/profiles/stCellDmgr', node: MANAGER_NODE },
        login: undefined,
        nodeAgentWatchMs: 1000,
        serverTimeoutMs: 1000,
        nodes: NODES.map(nodeEntry),
        place,
      },
    ],
    credentials: [],
    certificates: [],
    communities: [],
    databases: [
      {
        name: 'meetings',
        host: 'db',
        command: '/usr/bin/db2',
        database: 'STMS',
        login: undefined,
        serverId: 'st1',
        readBy: [{ cell: CELL, node: 'stmNode', server: 'STMeetingServer' }],
        place,
      },
    ],
    clients: CLIENTS,
  };
  const facts: Facts = {
    cells: [{ cell: CELL, deploymentManager, nodes, stores: STORES }],
    listeners: [deploymentManager, ...nodes].flatMap(probe),
    certificates: [MESSAGING],
  };
  return { inventory, facts };
}

export const qop = (alias: string, scope: string, protocol: string): TopologyChange => ({
  kind: 'ssl-configuration',
  cell: CELL,
  alias,
  scope,
  protocol,
});

export const sync = (node: string): TopologyChange => ({ kind: 'synchronized', cell: CELL, node });

export const clientProtocol = (owner: string, protocol: string): TopologyChange => ({
  kind: 'client-protocol',
  cell: CELL,
  owner,
  protocol,
});

export const stop = (owner: string, name: string): TopologyChange => ({
  kind: 'stopped',
  cell: CELL,
  owner,
  server: name,
});

export const start = (owner: string, name: string): TopologyChange => ({
  kind: 'started',
  cell: CELL,
  owner,
  server: name,
});

export const restart = (owner: string, name: string): readonly TopologyChange[] => [
  stop(owner, name),
  start(owner, name),
];

export const override = (node: string, name: string, configurationName = 'NodeDefaultSSLSettings') =>
  (['inbound', 'outbound'] as const).map((direction): TopologyChange => ({
    kind: 'ssl-group',
    cell: CELL,
    scope: serverScope(node, name),
    direction,
    configuration: configurationName,
    configurationScope: configurationName.startsWith('Cell') ? CELL_SCOPE : nodeScope(node),
    certificateAlias: ACME_ALIAS,
  }));

export const importCertificate = (node: string): TopologyChange => ({
  kind: 'certificate-added',
  store: { kind: 'key-store', cell: CELL, ...store('NodeDefaultKeyStore', nodeScope(node)) },
  alias: ACME_ALIAS,
  chain: ACME_CHAIN,
});

const trustStores = LEVELS.map(([scope, level]) => store(`${level}DefaultTrustStore`, scope));

/** @param except names of trust stores that are forgotten */
export const signers = (except: (name: string, scope: string) => boolean = () => false): readonly TopologyChange[] => [
  ...trustStores
    .filter(({ name, scope }) => !except(name, scope))
    .map((trust): TopologyChange => ({
      kind: 'signers-added',
      store: { kind: 'key-store', cell: CELL, ...trust },
      fingerprints: ACME_SIGNERS,
    })),
  ...['dmgr', ...NODES].map((owner): TopologyChange => ({
    kind: 'signers-added',
    store: { kind: 'client-trust', cell: CELL, owner },
    fingerprints: ACME_SIGNERS,
  })),
];

export const everyConfiguration = (protocol: string): readonly TopologyChange[] =>
  SECURITY.configurations.map(({ alias, scope }) => qop(alias, scope, protocol));

/** Deployment manager, then per node the agent with a synchronization between, then servers: applications first. */
export const rollingRestarts = (): readonly TopologyChange[] => [
  ...restart('dmgr', 'dmgr'),
  ...NODES.flatMap((node) => [stop(node, 'nodeagent'), sync(node), start(node, 'nodeagent')]),
  ...['APPLICATION_SERVER', 'PROXY_SERVER'].flatMap((wanted) =>
    NODES.flatMap((node) =>
      (SERVERS[node] ?? []).filter(([, type]) => type === wanted).flatMap(([name]) => restart(node, name)),
    ),
  ),
];

const recordingRow: TopologyChange = { kind: 'recording-row', database: 'meetings', protocol: 'TLSv1.2' };

/** The phase `superset` of the shipped playbook. */
export const supersetPhase = (): readonly TopologyChange[] => [
  ...signers(),
  importCertificate('stpNode'),
  importCertificate('stmNode'),
  ...override('stpNode', 'was_stpProxy'),
  ...override('stmNode', 'was_stmProxy'),
  ...everyConfiguration('SSL_TLSv2'),
  ...['dmgr', ...NODES].map((owner) => clientProtocol(owner, 'SSL_TLSv2')),
  recordingRow,
  ...rollingRestarts(),
];

/** The phase `strict`: only the WebSphere proxy before the Sametime proxy. */
export const strictPhase = (): readonly TopologyChange[] => [
  qop('NodeDefaultSSLSettings', nodeScope('stpNode'), 'TLSv1.2'),
  sync('stpNode'),
  ...restart('stpNode', 'was_stpProxy'),
];
