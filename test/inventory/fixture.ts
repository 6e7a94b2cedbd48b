// An inventory that uses every key, as a value and as text. Invented names; no real deployment.
import { stringify } from 'yaml';

const profile = (name: string): string => `/opt/IBM/WebSphere/AppServer/profiles/${name}`;

export const inventoryValue = {
  apiVersion: 'strictstep/v1',
  defaults: { user: 'wasadmin', identityFile: './id_ed25519', knownHosts: './known_hosts' },
  hosts: {
    dm: { address: '127.0.0.1', port: 20001 },
    stp: { address: 'stp.acme.example', user: 'root', identityFile: '/keys/stp', knownHosts: '../kh' },
    db: { address: '::1', port: 20005 },
  },
  credentials: {
    'was-admin': { user: 'wasadmin', passwordFile: './secrets/was-admin.password' },
    'meetings-db': { user: 'db2inst1', passwordFile: './secrets/db.password' },
  },
  certificates: {
    messaging: {
      file: './wild_acme_com.p12',
      passwordFile: './secrets/p12.password',
      alias: 'acme-wild-2026',
      aliasInFile: 'Wild Acme',
    },
  },
  cells: {
    stCell: {
      deploymentManager: { host: 'dm', profile: profile('stCellDmgr'), node: 'stCellManager01' },
      login: 'was-admin',
      nodeAgentWatch: '2s',
      serverTimeout: '90s',
      nodes: {
        stpNode: { host: 'stp', profile: profile('hostSTPPNProfile1'), role: 'sametime-proxy' },
        winNode: { host: 'stp', profile: 'D:\\IBM\\WebSphere\\profiles\\w', role: 'meeting' },
      },
    },
  },
  databases: {
    meetings: {
      host: 'db',
      command: '/opt/ibm/db2/bin/db2',
      database: 'STMS',
      login: 'meetings-db',
      serverId: 'stmeeting1',
      readBy: ['stCell/winNode/STMeetingServer'],
    },
  },
  changeWindow: { start: '2026-03-01T22:00:00+01:00', end: '2026-03-02T04:00:00+01:00' },
  approval: { required: 2, allowedSigners: './allowed_signers', expires: '12h' },
  clients: {
    browser: {
      offers: ['TLSv1.1', 'TLSv1.2'],
      required: false,
      connects: ['stCell/stpNode/was_stpProxy/PROXY_HTTPS_ADDRESS', 'stCell/stCellManager01/dmgr/WC_adminhost_secure'],
      trusts: './trust/roots.pem',
    },
  },
  communities: {
    stCommunity: {
      servers: {
        st1: {
          kind: 'server',
          host: 'stp',
          platform: 'domino',
          data: '/local/notesdata',
          ini: '/etc/sametime.ini',
          log: '/var/log/sametime.log',
          address: '192.0.2.31',
          ports: { server: 1516, client: 1533 },
          publicName: 'st1.acme.example',
          strictSpelling: 'zero',
          clientModeIn: 'stconfig',
          startTimeout: '90s',
          user: 'notes',
        },
        mux1: { kind: 'mux', host: 'stp', data: 'D:\\Sametime\\' },
      },
      neighbours: {
        stproxy: {
          kind: 'sametime-proxy',
          owner: 'Web team',
          connects: ['st1'],
          offers: ['TLSv1.2'],
          trusts: './trust/roots.pem',
          presents: './trust/proxy.pem',
          required: false,
          cycle: '7d',
          proxyInfo: 'https://stproxy.acme.example/stwebapi/proxyinfo',
        },
        ldap: { kind: 'ldap', address: 'ldap.acme.example', calledBy: ['st1'] },
      },
    },
  },
} as const;

export const inventoryText = stringify(inventoryValue);
