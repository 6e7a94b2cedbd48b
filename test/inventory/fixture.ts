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
  clients: {
    browser: {
      offers: ['TLSv1.1', 'TLSv1.2'],
      required: false,
      connects: ['stCell/stpNode/was_stpProxy/PROXY_HTTPS_ADDRESS', 'stCell/stCellManager01/dmgr/WC_adminhost_secure'],
      trusts: './trust/roots.pem',
    },
  },
} as const;

export const inventoryText = stringify(inventoryValue);
