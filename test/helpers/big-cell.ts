// A made-up cell of any size, and a wish that touches every server in each of three phases: 3,001 links and 2,106 steps
// for 50 nodes with 8 servers.
import type { CertificateSummary } from '../../src/core/certificate.ts';
import type { Facts, ListenerFacts, OwnerFacts, StoreFacts } from '../../src/facts/types.ts';
import type { ClientEntry, Inventory } from '../../src/inventory/types.ts';
import { operationNamed } from '../../src/operations/index.ts';
import type { PlanInput } from '../../src/plan/input.ts';
import { resolveTasks } from '../../src/plan/resolve.ts';
import { parsePlaybook } from '../../src/playbook/parse-playbook.ts';
import type { ServerEntry, SecurityModel, SslConfiguration } from '../../src/products/websphere/security-model.ts';
import type { ProtocolVersion } from '../../src/tls/types.ts';
import { statesOf } from './facts-states.ts';

const CELL = 'bigCell';
const SCOPE = `(cell):${CELL}`;
const MANAGER_NODE = 'bigManager';
const place = { file: 'inventory.yaml', line: 1, column: 1 };

const PLAYBOOK = `apiVersion: strictstep/v1
playbook: big
title: Every server to TLS 1.2 with a new certificate
phases:
  - phase: superset
    title: New certificate and TLS 1.0 to 1.2
    tasks:
      - { task: Signers of the cell, operation: signer-certificates, on: { target: cell }, with: { certificate: new } }
      - { task: Signers of nodes, operation: signer-certificates, on: { target: node }, with: { certificate: new } }
      - { task: Signers of tools, operation: client-signers, on: { target: profile }, with: { certificate: new } }
      - { task: Tools, operation: client-properties, on: { target: profile }, with: { protocol: SSL_TLSv2 } }
      - { task: Overlay, operation: quality-of-protection, on: { target: cell }, with: { configuration: XDADefaultSSLSettings, protocol: SSL_TLSv2 } }
      - { task: Cell, operation: quality-of-protection, on: { target: cell }, with: { configuration: CellDefaultSSLSettings, protocol: SSL_TLSv2 } }
      - { task: Nodes, operation: quality-of-protection, on: { target: node }, with: { configuration: NodeDefaultSSLSettings, protocol: SSL_TLSv2 } }
      - { task: Certificate of nodes, operation: personal-certificate, on: { target: node }, with: { certificate: new } }
      - { task: Servers, operation: endpoint-security, on: { target: server }, with: { certificate: new, configuration: NodeDefaultSSLSettings, configurationScope: node } }
  - phase: narrow
    title: No TLS 1.0
    tasks:
      - { task: Nodes without TLS 1.0, operation: quality-of-protection, on: { target: node }, with: { configuration: NodeDefaultSSLSettings, protocol: "TLSv1.1,TLSv1.2" } }
  - phase: strict
    title: TLS 1.2 only
    tasks:
      - { task: Nodes strict, operation: quality-of-protection, on: { target: node }, with: { configuration: NodeDefaultSSLSettings, protocol: TLSv1.2 } }
`;

const ENDPOINTS: Readonly<Record<string, readonly string[]>> = {
  DEPLOYMENT_MANAGER: ['SOAP_CONNECTOR_ADDRESS', 'WC_adminhost_secure', 'OVERLAY_TCP_LISTENER_ADDRESS'],
  NODE_AGENT: ['SOAP_CONNECTOR_ADDRESS', 'OVERLAY_TCP_LISTENER_ADDRESS'],
  APPLICATION_SERVER: ['SOAP_CONNECTOR_ADDRESS', 'WC_defaulthost_secure', 'OVERLAY_TCP_LISTENER_ADDRESS'],
  PROXY_SERVER: ['SOAP_CONNECTOR_ADDRESS', 'PROXY_HTTPS_ADDRESS', 'OVERLAY_TCP_LISTENER_ADDRESS'],
};
const FIRST_PORT = 9000;
const fingerprint = (name: string): string => Buffer.from(name).toString('hex').toUpperCase();
const ROOT = fingerprint('cell root');
const NEW_CHAIN = ['new leaf', 'new intermediate', 'new root'];

const summary = (name: string): CertificateSummary => ({
  subject: `CN=${name}`,
  issuer: 'CN=issuer',
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2027-01-01T00:00:00Z',
  sha256: fingerprint(`sha256 ${name}`),
  sha1: fingerprint(name),
  names: [],
  keyBits: 2048,
  keyType: 'RSA',
  signature: 'sha256WithRSA',
  selfSigned: false,
  certificateAuthority: false,
  pem: '',
});

/** @param servers of each node; every fourth is a WebSphere proxy */
export function bigCell(nodes: number, servers = 8, change = (text: string): string => text): PlanInput {
  const names = Array.from({ length: nodes }, (_, index) => `node${String(index + 1).padStart(3, '0')}`);
  const security = securityOf(names);
  const owner = (name: string, entries: readonly (readonly [string, string])[]): OwnerFacts =>
    ownerFacts(name, entries.map(serverEntry), security);
  const deploymentManager = owner('dmgr', [['dmgr', 'DEPLOYMENT_MANAGER']]);
  const facts: Facts = {
    cells: [
      {
        cell: CELL,
        deploymentManager,
        nodes: names.map((name) => owner(name, [['nodeagent', 'NODE_AGENT'], ...serversOf(name, servers)])),
        stores: [...storesAt(SCOPE, 'Cell'), ...names.flatMap((name) => storesAt(scopeOf(name), 'Node'))],
      },
    ],
    listeners: [],
    certificates: [
      {
        name: 'new',
        file: 'new.p12',
        fileSha256: fingerprint('file'),
        aliasInFile: 'new',
        alias: 'new-2026',
        format: 'legacy',
        chain: NEW_CHAIN.map(summary),
      },
    ],
  };
  const probed = facts.cells.flatMap((cell) => [cell.deploymentManager, ...cell.nodes].flatMap(probe));
  return inputOf(inventoryOf(names, servers), { ...facts, listeners: probed }, change(PLAYBOOK));
}

function inputOf(inventory: Inventory, facts: Facts, text: string): PlanInput {
  const playbook = parsePlaybook(text, 'big.yaml', 'sha256 of the playbook');
  const operations = operationNamed;
  const tasks = resolveTasks(playbook, inventory, facts, operations);
  return { playbook, inventory, facts, tasks, states: statesOf(tasks, facts), operations };
}

const scopeOf = (node: string): string => `${SCOPE}:(node):${node}`;

const serversOf = (node: string, count: number): readonly (readonly [string, string])[] =>
  Array.from({ length: count }, (_, index) => [
    `${node}Server${index + 1}`,
    index % 4 === 3 ? 'PROXY_SERVER' : 'APPLICATION_SERVER',
  ]);

const serverEntry = ([name, type]: readonly [string, string], index: number): ServerEntry => ({
  name,
  type,
  endpoints: (ENDPOINTS[type] ?? []).map((endpoint, offset) => ({
    name: endpoint,
    host: '*',
    port: FIRST_PORT + index * 10 + offset,
  })),
});

function ownerFacts(owner: string, servers: readonly ServerEntry[], security: SecurityModel): OwnerFacts {
  const profile = `/opt/profiles/${owner}`;
  return {
    owner,
    host: `host-${owner}`,
    address: `${owner}.example.com`,
    profile,
    security,
    securitySha256: fingerprint('security'),
    servers,
    processes: Object.fromEntries(
      servers.map(({ name }, index) => [name, { pid: String(4000 + index), pidFile: `${profile}/logs/${name}.pid` }]),
    ),
    clientProtocol: 'SSL_TLS',
    clientPropertiesSha256: fingerprint('properties'),
    clientSigners: [ROOT],
  };
}

function securityOf(nodes: readonly string[]): SecurityModel {
  const configuration = (alias: string, scope: string, level: string): SslConfiguration => ({
    alias,
    scope,
    protocol: 'SSL_TLS',
    securityLevel: 'HIGH',
    enabledCiphers: '',
    clientAuthentication: false,
    keyStore: { name: `${level}DefaultKeyStore`, scope },
    trustStore: { name: `${level}DefaultTrustStore`, scope },
  });
  const group = (direction: 'inbound' | 'outbound') => ({
    name: CELL,
    scope: SCOPE,
    direction,
    configuration: { alias: 'CellDefaultSSLSettings', scope: SCOPE },
    certificateAlias: 'default',
  });
  return {
    configurations: [
      configuration('CellDefaultSSLSettings', SCOPE, 'Cell'),
      configuration('XDADefaultSSLSettings', SCOPE, 'Cell'),
      ...nodes.map((name) => configuration('NodeDefaultSSLSettings', scopeOf(name), 'Node')),
    ],
    groups: [group('inbound'), group('outbound')],
    keyStores: [],
    dynamicUpdate: true,
    fipsEnabled: false,
  };
}

const storesAt = (scope: string, level: string): readonly StoreFacts[] => [
  {
    name: `${level}DefaultKeyStore`,
    scope,
    personal: [{ alias: 'default', chain: [fingerprint(`default ${scope}`), ROOT] }],
    signers: [],
  },
  { name: `${level}DefaultTrustStore`, scope, personal: [], signers: [ROOT] },
];

const probe = ({ owner, address, servers }: OwnerFacts): readonly ListenerFacts[] =>
  servers.flatMap(({ name, endpoints }) =>
    endpoints.map((endpoint) => ({
      cell: CELL,
      owner,
      server: name,
      endpoint: endpoint.name,
      address,
      port: endpoint.port,
      protocols: { TLSv1: 'accepted', 'TLSv1.1': 'refused', 'TLSv1.2': 'refused', 'TLSv1.3': 'refused' },
      chain: [{ sha256: fingerprint('sha256 default'), sha1: fingerprint(`default ${SCOPE}`), subject: 'CN=default' }],
    })),
  );

function inventoryOf(nodes: readonly string[], count: number): Inventory {
  const secure = (type: string): string => (type === 'PROXY_SERVER' ? 'PROXY_HTTPS_ADDRESS' : 'WC_defaulthost_secure');
  const connects = nodes.flatMap((node) =>
    serversOf(node, count).map(([server, type]) => ({ cell: CELL, node, server, endpoint: secure(type), place })),
  );
  const client = (name: string, offers: readonly ProtocolVersion[], to: typeof connects): ClientEntry => ({
    name,
    offers,
    trustFile: undefined,
    required: true,
    connects: to,
  });
  return {
    file: 'inventory.yaml',
    sha256: 'sha256 of the inventory',
    hosts: [],
    cells: [
      {
        name: CELL,
        deploymentManager: { host: 'host-dmgr', profile: '/opt/profiles/dmgr', node: MANAGER_NODE },
        login: undefined,
        nodeAgentWatchMs: 1000,
        serverTimeoutMs: 1000,
        nodes: nodes.map((name) => ({
          name,
          host: `host-${name}`,
          profile: `/opt/profiles/${name}`,
          role: 'role',
          place,
        })),
        place,
      },
    ],
    credentials: [],
    certificates: [],
    databases: [],
    communities: [],
    clients: [
      client('browser', ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'], connects),
      client('mobile', ['TLSv1', 'TLSv1.1', 'TLSv1.2'], connects),
      client(
        'desktop',
        ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
        connects.filter(({ server }) => /Server[123]$/u.test(server)),
      ),
    ],
  };
}
