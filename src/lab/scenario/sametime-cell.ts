// The default scenario: one WebSphere cell with a Sametime proxy, a meeting server and a SIP proxy/registrar, all still at
// SSL_TLS, and the client populations that call them. Ports are offsets from the lab's base port; 0 is the control port.
import type { EndpointSpec, Scenario, ServerSpec, Service } from '../types.ts';

const HOST_OFFSETS = { dm: 1, stp: 2, stm: 3, sip: 4, db: 5 } as const;

function endpoints(first: number, ...named: readonly (readonly [string, Service])[]): readonly EndpointSpec[] {
  return named.map(([name, service], index) => ({ name, service, offset: first + index }));
}

const SOAP = ['SOAP_CONNECTOR_ADDRESS', 'soap'] as const;
const OVERLAY = ['OVERLAY_TCP_LISTENER_ADDRESS', 'overlay'] as const;
const WEB = ['WC_defaulthost_secure', 'web'] as const;

const nodeAgent = (first: number): ServerSpec => ({
  name: 'nodeagent',
  type: 'NODE_AGENT',
  endpoints: endpoints(first, SOAP, OVERLAY),
});

const application = (name: string, first: number, ...more: readonly (readonly [string, Service])[]): ServerSpec => ({
  name,
  type: 'APPLICATION_SERVER',
  endpoints: endpoints(first, SOAP, WEB, OVERLAY, ...more),
});

const proxy = (name: string, first: number, forwardsTo: string): ServerSpec => ({
  name,
  type: 'PROXY_SERVER',
  endpoints: endpoints(first, SOAP, ['PROXY_HTTPS_ADDRESS', 'proxy'], OVERLAY),
  forwardsTo,
});

const STP_PROXY = 'stpNode/was_stpProxy/PROXY_HTTPS_ADDRESS';
const STM_PROXY = 'stmNode/was_stmProxy/PROXY_HTTPS_ADDRESS';
const STM_SERVER = 'stmNode/STMeetingServer/WC_defaulthost_secure';
const SIP = 'sipNode/STSIPProxyRegistrar/SIP_DEFAULTHOST_SECURE';

export const sametimeCell: Scenario = {
  name: 'sametime-cell',
  cell: 'stCell',
  user: 'wasadmin',
  hosts: Object.entries(HOST_OFFSETS).map(([name, offset]) => ({ name, offset })),
  profiles: [
    {
      node: 'stCellManager01',
      host: 'dm',
      profile: 'stCellDmgr',
      role: 'deployment-manager',
      publicName: 'dm.acme.example',
      servers: [
        {
          name: 'dmgr',
          type: 'DEPLOYMENT_MANAGER',
          endpoints: endpoints(8, SOAP, ['WC_adminhost_secure', 'web'], OVERLAY),
        },
      ],
    },
    {
      node: 'stpNode',
      host: 'stp',
      profile: 'hostSTPPNProfile1',
      role: 'sametime-proxy',
      publicName: 'stp.acme.example',
      servers: [nodeAgent(12), application('STProxyServer', 16), proxy('was_stpProxy', 20, 'STProxyServer')],
    },
    {
      node: 'stmNode',
      host: 'stm',
      profile: 'hostSTMPNProfile1',
      role: 'meeting',
      publicName: 'stm.acme.example',
      servers: [nodeAgent(24), application('STMeetingServer', 28), proxy('was_stmProxy', 32, 'STMeetingServer')],
    },
    {
      node: 'sipNode',
      host: 'sip',
      profile: 'hostSIPPRPNProfile1',
      role: 'sip-proxy-registrar',
      publicName: 'sip.acme.example',
      servers: [nodeAgent(36), application('STSIPProxyRegistrar', 40, ['SIP_DEFAULTHOST_SECURE', 'sip'])],
    },
  ],
  database: { host: 'db', name: 'STMS', user: 'db2inst1', serverId: 'stmeeting1', readBy: ['stmNode/STMeetingServer'] },
  clients: [
    { name: 'browser', offers: ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'], connects: [STP_PROXY, STM_PROXY] },
    { name: 'mobile', offers: ['TLSv1', 'TLSv1.1', 'TLSv1.2'], connects: [STP_PROXY, STM_PROXY] },
    { name: 'rich-client', offers: ['TLSv1', 'TLSv1.1'], connects: [STM_PROXY, STM_SERVER] },
    { name: 'av-client', offers: ['TLSv1'], connects: [SIP] },
  ],
  certificateAlias: 'acme-wild-2026',
  ports: 48,
};
