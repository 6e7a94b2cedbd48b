// A case of the model test as plain data, so that a failing one can be pasted into regressions.test.ts: a small
// deployment, how it starts, and what is done to it.
import type { Direction } from '../../src/core/topology-change.ts';
import type { EndpointSpec, Scenario, ServerSpec, Service } from '../../src/lab/types.ts';
import type { ProtocolVersion } from '../../src/tls/types.ts';

export const CELL = 'labCell';
export const MANAGER_NODE = 'managerNode';
export const CELL_SCOPE = `(cell):${CELL}`;
export const nodeScope = (node: string): string => `${CELL_SCOPE}:(node):${node}`;
/** 'dmgr' or a node -> the WebSphere node */
export const nodeOf = (owner: string): string => (owner === 'dmgr' ? MANAGER_NODE : owner);
export const ACME = 'acme-wild-2026';

export type ServerKind = 'application' | 'proxy';
export type SslName = {
  readonly alias: 'CellDefaultSSLSettings' | 'XDADefaultSSLSettings' | 'NodeDefaultSSLSettings';
  /** 'cell' or a node */
  readonly at: string;
};
export type Group = {
  /** management scope */
  readonly scope: string;
  readonly direction: Direction;
  readonly uses: SslName;
  readonly certificateAlias: string;
};

/** `owner` is 'dmgr' or a node; `process` is node/server as the lab names it. */
export type Step =
  | { readonly do: 'quality-of-protection'; readonly on: SslName; readonly protocol: string }
  | ({ readonly do: 'group' } & Group)
  | { readonly do: 'endpoint-security'; readonly process: string; readonly uses: SslName }
  | { readonly do: 'import-certificate' | 'add-signers'; readonly at: string }
  | { readonly do: 'add-one-signer'; readonly at: string; readonly which: 'root' | 'intermediate' }
  | { readonly do: 'client-signers'; readonly owner: string }
  | { readonly do: 'client-protocol'; readonly owner: string; readonly protocol: string }
  | { readonly do: 'synchronize' | 'node-synchronization'; readonly node: string }
  | { readonly do: 'stop' | 'start' | 'restart'; readonly process: string };

export type Client = {
  readonly offers: readonly ProtocolVersion[];
  /** node/server/endpoint */
  readonly connects: string;
  /** whose root it trusts; null: the inventory does not say, and trust is not looked at */
  readonly trusts: 'old' | 'new' | 'both' | null;
  /** the certificate that it shows when it is asked for one */
  readonly presents: 'old' | 'new' | null;
  readonly comparesNames: boolean;
};

/** What of the case is only of its start: the Java machines, client authentication, names. */
export type Surroundings = {
  /** versions that java.security of the owner's machine disables */
  readonly disabled: readonly { readonly owner: string; readonly versions: string }[];
  /** com.ibm.websphere.tls.disabledAlgorithms and the FIPS level; null: not set, off */
  readonly property: string | null;
  readonly fips: string | null;
  /** in server.xml of node/server */
  readonly javaArguments: readonly { readonly process: string; readonly value: string }[];
  readonly asks: readonly { readonly on: SslName; readonly kind: 'want' | 'need' }[];
  readonly publicNames: readonly { readonly node: string; readonly name: string }[];
  /** owners whose tools compare names, and whether the processes do */
  readonly toolsCompare: readonly string[];
  readonly processesCompare: boolean;
};

export type ModelCase = {
  /** servers of each node */
  readonly nodes: readonly (readonly ServerKind[])[];
  readonly dynamicUpdate: boolean;
  readonly hasXda: boolean;
  readonly protocols: readonly { readonly on: SslName; readonly protocol: string }[];
  readonly groups: readonly Group[];
  readonly clientProtocols: readonly { readonly owner: string; readonly protocol: string }[];
  /** scopes ('cell' or a node) whose key store has the new certificate, and those whose trust store has its signers */
  readonly imported: readonly string[];
  /** of those in `imported`: the store holds only the first certificates of the chain */
  readonly shortChains: readonly { readonly at: string; readonly length: 1 | 2 }[];
  readonly trusting: readonly string[];
  /** owners whose client tools trust the new certificate */
  readonly clientsTrusting: readonly string[];
  /** nodes whose replica is still the one that was laid, SSL_TLS everywhere */
  readonly oldReplicas: readonly string[];
  readonly clients: readonly Client[];
  /** the facts hold what every port answered, as for a plan; else every port is taken to be what its disk says */
  readonly isProbed: boolean;
  readonly steps: readonly Step[];
  readonly surroundings: Surroundings;
};

export const PLAIN: Surroundings = {
  disabled: [],
  property: null,
  fips: null,
  javaArguments: [],
  asks: [],
  publicNames: [],
  toolsCompare: [],
  processesCompare: false,
};

export const nodeNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `node${at + 1}`);
export const serverName = (node: string, at: number): string => `${node}server${at + 1}`;

const PROFILE_PORTS = 11;
const NAMED = {
  application: { type: 'APPLICATION_SERVER', web: ['WC_defaulthost_secure', 'web'] },
  proxy: { type: 'PROXY_SERVER', web: ['PROXY_HTTPS_ADDRESS', 'proxy'] },
} as const;
export const webEndpoint = (kind: ServerKind): string => NAMED[kind].web[0];

/** Ports of the largest case. */
export const PORTS = 4 + 3 * PROFILE_PORTS;

const endpoints = (first: number, ...named: readonly (readonly [string, Service])[]): readonly EndpointSpec[] =>
  named.map(([name, service], at) => ({ name, service, offset: first + at }));
const SOAP = ['SOAP_CONNECTOR_ADDRESS', 'soap'] as const;
const OVERLAY = ['OVERLAY_TCP_LISTENER_ADDRESS', 'overlay'] as const;

export function scenarioOf({
  nodes,
  clients,
  surroundings: { publicNames },
}: Pick<ModelCase, 'nodes' | 'clients' | 'surroundings'>): Scenario {
  const publicName = (node: string) => {
    const name = publicNames.findLast((one) => one.node === node)?.name;
    return name === undefined ? {} : { publicName: name };
  };
  const names = nodeNames(nodes.length);
  return {
    name: 'model',
    cell: CELL,
    user: 'wasadmin',
    // Nothing is reached over SSH here; the ports only have to differ.
    hosts: ['manager', ...names.map((node) => `host-${node}`)].map((name, at) => ({ name, offset: PORTS + at })),
    profiles: [
      {
        node: MANAGER_NODE,
        host: 'manager',
        profile: 'dmgr',
        role: 'deployment-manager',
        servers: [
          {
            name: 'dmgr',
            type: 'DEPLOYMENT_MANAGER',
            endpoints: endpoints(1, SOAP, ['WC_adminhost_secure', 'web'], OVERLAY),
          },
        ],
      },
      ...names.map((node, at) => ({
        node,
        host: `host-${node}`,
        profile: node,
        role: 'any',
        ...publicName(node),
        servers: serversOf(node, nodes[at] ?? [], 4 + at * PROFILE_PORTS),
      })),
    ],
    database: { host: 'manager', name: 'NONE', user: 'nobody', serverId: 'none', readBy: [] },
    clients: clients.map(({ offers, connects }, at) => ({ name: `client${at + 1}`, offers, connects: [connects] })),
    certificateAlias: ACME,
    ports: PORTS,
  };
}

function serversOf(node: string, kinds: readonly ServerKind[], first: number): readonly ServerSpec[] {
  const application = kinds.indexOf('application');
  return [
    { name: 'nodeagent', type: 'NODE_AGENT', endpoints: endpoints(first, SOAP, OVERLAY) },
    ...kinds.map((kind, at): ServerSpec => {
      const { type, web } = NAMED[kind];
      const spec = {
        name: serverName(node, at),
        type,
        endpoints: endpoints(first + 2 + at * 3, SOAP, web, OVERLAY),
      };
      return kind === 'proxy' && application !== -1 ? { ...spec, forwardsTo: serverName(node, application) } : spec;
    }),
  ];
}
