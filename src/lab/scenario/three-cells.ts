// The scenario `three-cells`: three WebSphere cells of different shape, with what makes real ones hard to read. For
// `discover`, and for plans over several cells. Each cell is a scenario of its own; names of hosts and clients are unique.
//   north: proxies and meetings, as in sametime-cell, with HPEL logs on one server
//   south: manager and node on one machine, serverindex.xml without host names, a web server node without node agent, and a
//          profile without deployment manager
//   east:  two SIP nodes with servers of the same names, a direct alias, a dynamic selection, a profile that is gone
import type { EndpointSpec, ProfileSpec, Scenario, ServerSpec, Service } from '../types.ts';

const SOAP = ['SOAP_CONNECTOR_ADDRESS', 'soap'] as const;
const OVERLAY = ['OVERLAY_TCP_LISTENER_ADDRESS', 'overlay'] as const;
const WEB = ['WC_defaulthost_secure', 'web'] as const;
const SIP = ['SIP_DEFAULTHOST_SECURE', 'sip'] as const;

type Port = readonly [name: string, service: Service];

const endpoints = (first: number, ports: readonly Port[]): readonly EndpointSpec[] =>
  ports.map(([name, service], at) => ({ name, service, offset: first + at }));

const server = (name: string, type: ServerSpec['type'], first: number, ...ports: readonly Port[]): ServerSpec => ({
  name,
  type,
  endpoints: endpoints(first, ports),
});

const manager = (node: string, host: string, profile: string): ProfileSpec => ({
  node,
  host,
  profile,
  role: 'deployment-manager',
  servers: [server('dmgr', 'DEPLOYMENT_MANAGER', 8, SOAP, ['WC_adminhost_secure', 'web'], OVERLAY)],
});

const agent = (first: number): ServerSpec => server('nodeagent', 'NODE_AGENT', first, SOAP, OVERLAY);

const database = (host: string, name: string, reader: string): Scenario['database'] => ({
  host,
  name,
  user: 'db2inst1',
  serverId: 'stmeeting1',
  readBy: [reader],
});

const hosts = (...names: readonly string[]): Scenario['hosts'] => names.map((name, at) => ({ name, offset: at + 1 }));

const common = { user: 'wasadmin', certificateAlias: 'acme-wild-2026', ports: 48 } as const;

export const northCell: Scenario = {
  ...common,
  name: 'three-cells-north',
  cell: 'northCell',
  hosts: hosts('ndm', 'nstp', 'nstm', 'ndb'),
  profiles: [
    manager('northManager', 'ndm', 'northDmgr'),
    {
      node: 'northProxyNode',
      host: 'nstp',
      profile: 'northSTPPNProfile1',
      role: 'sametime-proxy',
      servers: [
        agent(12),
        server('STProxyServer', 'APPLICATION_SERVER', 16, SOAP, WEB, OVERLAY),
        {
          ...server('was_stpProxy', 'PROXY_SERVER', 20, SOAP, ['PROXY_HTTPS_ADDRESS', 'proxy'], OVERLAY),
          forwardsTo: 'STProxyServer',
        },
      ],
    },
    {
      node: 'northMeetingNode',
      host: 'nstm',
      profile: 'northSTMPNProfile1',
      role: 'meeting',
      servers: [
        agent(24),
        server('STMeetingServer', 'APPLICATION_SERVER', 28, SOAP, WEB, OVERLAY),
        {
          ...server('was_stmProxy', 'PROXY_SERVER', 32, SOAP, ['PROXY_HTTPS_ADDRESS', 'proxy'], OVERLAY),
          forwardsTo: 'STMeetingServer',
        },
      ],
    },
  ],
  database: database('ndb', 'STMS', 'northMeetingNode/STMeetingServer'),
  clients: [
    {
      name: 'north-browser',
      offers: ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      connects: [
        'northProxyNode/was_stpProxy/PROXY_HTTPS_ADDRESS',
        'northMeetingNode/was_stmProxy/PROXY_HTTPS_ADDRESS',
      ],
    },
  ],
  odd: { hpel: ['northMeetingNode/STMeetingServer'] },
};

export const southCell: Scenario = {
  ...common,
  name: 'three-cells-south',
  cell: 'southCell',
  hosts: hosts('smix', 'sdb'),
  profiles: [
    manager('southManager', 'smix', 'southDmgr'),
    {
      node: 'southMeetingNode',
      host: 'smix',
      profile: 'southSTMPNProfile1',
      role: 'meeting',
      servers: [agent(12), server('meetings', 'APPLICATION_SERVER', 16, SOAP, WEB, OVERLAY)],
    },
  ],
  database: database('sdb', 'SOUTHMS', 'southMeetingNode/meetings'),
  clients: [
    {
      name: 'south-browser',
      offers: ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
      connects: ['southMeetingNode/meetings/WC_defaulthost_secure'],
    },
  ],
  odd: {
    isHostNameless: true,
    unmanaged: [{ node: 'southWebNode', server: 'webserver1', hostName: 'web.acme.example' }],
    standalone: [{ host: 'smix', profile: 'AppSrv01', cell: 'smixNode01Cell', node: 'smixNode01', server: 'server1' }],
  },
};

const sipNode = (node: string, host: string, first: number): ProfileSpec => ({
  node,
  host,
  profile: 'eastSIPProfile1',
  role: 'sip-proxy-registrar',
  servers: [agent(first), server('STSIPProxyRegistrar', 'APPLICATION_SERVER', first + 4, SOAP, WEB, OVERLAY, SIP)],
});

export const eastCell: Scenario = {
  ...common,
  name: 'three-cells-east',
  cell: 'eastCell',
  hosts: hosts('edm', 'esip1', 'esip2', 'edb'),
  profiles: [
    manager('eastManager', 'edm', 'eastDmgr'),
    sipNode('eastSipNode1', 'esip1', 12),
    sipNode('eastSipNode2', 'esip2', 24),
  ],
  database: database('edb', 'EASTMS', 'eastSipNode1/STSIPProxyRegistrar'),
  clients: [
    {
      name: 'east-av',
      offers: ['TLSv1'],
      connects: ['eastSipNode1', 'eastSipNode2'].map((node) => `${node}/STSIPProxyRegistrar/SIP_DEFAULTHOST_SECURE`),
    },
  ],
  odd: {
    directAliases: [
      {
        node: 'eastSipNode2',
        server: 'STSIPProxyRegistrar',
        channel: 'SSL_2',
        alias: 'CellDefaultSSLSettings',
      },
    ],
    selections: [{ name: 'directory', info: '*,ldap.acme.example,636' }],
    gone: [{ host: 'esip1', profile: 'oldProfile' }],
  },
};

/** part of the lab's folder -> its cell */
export const threeCells: Readonly<Record<'north' | 'south' | 'east', Scenario>> = {
  north: northCell,
  south: southCell,
  east: eastCell,
};
