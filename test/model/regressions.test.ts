// Every disagreement between model and lab that was found, by name. Cases as the random test prints them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLAIN, type ModelCase } from './case.ts';
import { makeFigures, runCase } from './run-case.ts';
import { openGround, type ModelGround } from './world.ts';

let ground: ModelGround;
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground[Symbol.asyncDispose]());

const START: ModelCase = {
  nodes: [['application']],
  dynamicUpdate: true,
  hasXda: true,
  protocols: [],
  groups: [],
  clientProtocols: [],
  imported: [],
  shortChains: [],
  trusting: [],
  clientsTrusting: [],
  oldReplicas: [],
  clients: [],
  isProbed: false,
  steps: [],
  surroundings: PLAIN,
};

function regression(title: string, one: Partial<ModelCase>): void {
  test(`agreed: ${title}`, async () => {
    expect(await runCase(ground, { ...START, ...one }, makeFigures())).toBeUndefined();
  });
}

const NODE1 = '(cell):labCell:(node):node1';
const SERVER1 = `${NODE1}:(server):node1server1`;
const ownSettings = { alias: 'NodeDefaultSSLSettings', at: 'node1' } as const;
const cellSettings = { alias: 'CellDefaultSSLSettings', at: 'cell' } as const;
const ACME = 'acme-wild-2026';

regression('a node has no key store of another node: a process that is to use it does not start', {
  steps: [
    {
      do: 'group',
      scope: '(cell):labCell',
      direction: 'inbound',
      uses: { alias: 'NodeDefaultSSLSettings', at: 'managerNode' },
      certificateAlias: 'default',
    },
    { do: 'node-synchronization', node: 'node1' },
  ],
});

regression('a node has no trust store of another node: a process that is to use it can call nobody', {
  steps: [
    {
      do: 'group',
      scope: NODE1,
      direction: 'outbound',
      uses: { alias: 'NodeDefaultSSLSettings', at: 'managerNode' },
      certificateAlias: 'default',
    },
    { do: 'node-synchronization', node: 'node1' },
  ],
});

regression('one port that cannot be opened keeps the whole process from starting, and from calling', {
  steps: [
    {
      do: 'group',
      scope: `${SERVER1}:(endpoint):WC_defaulthost_secure`,
      direction: 'inbound',
      uses: cellSettings,
      certificateAlias: 'nobody',
    },
    { do: 'node-synchronization', node: 'node1' },
    { do: 'restart', process: 'node1/node1server1' },
  ],
});

regression('a port whose protocol value enables no version keeps the process from starting', {
  steps: [
    { do: 'quality-of-protection', on: cellSettings, protocol: 'SSLv3' },
    { do: 'restart', process: 'managerNode/dmgr' },
    { do: 'quality-of-protection', on: cellSettings, protocol: 'SSL_TLS' },
    { do: 'start', process: 'managerNode/dmgr' },
  ],
});

regression('the start tool leaves a running process as it is, with the listeners of its start', {
  steps: [
    { do: 'quality-of-protection', on: cellSettings, protocol: 'TLSv1.2' },
    { do: 'start', process: 'managerNode/dmgr' },
  ],
});

regression('without dynamic update a running process keeps the trust store of its start', {
  dynamicUpdate: false,
  imported: ['node1'],
  groups: [{ scope: NODE1, direction: 'inbound', uses: ownSettings, certificateAlias: ACME }],
  steps: [
    { do: 'add-signers', at: 'cell' },
    { do: 'restart', process: 'managerNode/dmgr' },
  ],
});

regression('with dynamic update a running process trusts a signer as soon as its disk has it', {
  imported: ['node1'],
  groups: [{ scope: NODE1, direction: 'inbound', uses: ownSettings, certificateAlias: ACME }],
  steps: [{ do: 'add-signers', at: 'cell' }],
});

regression('a node that was not synchronized trusts what its own stores hold, not what the master has', {
  imported: ['managerNode'],
  trusting: ['cell'],
  oldReplicas: ['node1'],
  groups: [
    {
      scope: '(cell):labCell:(node):managerNode',
      direction: 'inbound',
      uses: { alias: 'NodeDefaultSSLSettings', at: 'managerNode' },
      certificateAlias: ACME,
    },
  ],
});

const strange = {
  imported: ['node1'],
  groups: [{ scope: NODE1, direction: 'inbound', uses: ownSettings, certificateAlias: ACME }],
} as const;

for (const isProbed of [false, true]) {
  const known = isProbed ? 'as probed' : 'as configured';
  regression(`a chain without its intermediate is not trusted by who trusts the root alone, ${known}`, {
    ...strange,
    isProbed,
    shortChains: [{ at: 'node1', length: 1 }],
    steps: [{ do: 'add-one-signer', at: 'cell', which: 'root' }],
  });
  regression(`a chain without its root is trusted by who trusts the root, ${known}`, {
    ...strange,
    isProbed,
    shortChains: [{ at: 'node1', length: 2 }],
    steps: [{ do: 'add-one-signer', at: 'cell', which: 'root' }],
  });
}

// What belongs to the start of a case alone. Every one of these is broken in the lab by a real handshake.
const need = { ...PLAIN, asks: [{ on: cellSettings, kind: 'need' as const }] };
const caller = { offers: ['TLSv1'] as const, connects: 'node1/node1server1/WC_defaulthost_secure', trusts: null };

regression(
  'a listener that needs a client certificate takes who has one of an issuer that it trusts, and nobody else',
  {
    surroundings: need,
    clients: [
      { ...caller, presents: 'old', comparesNames: false },
      { ...caller, presents: 'new', comparesNames: false },
      { ...caller, presents: null, comparesNames: false },
    ],
  },
);

regression('with TLS 1.3, too, where the caller learns of it after its handshake', {
  surroundings: need,
  protocols: [{ on: cellSettings, protocol: 'TLSv1.3' }],
  clientProtocols: [{ owner: 'node1', protocol: 'TLSv1.3' }],
  clients: [
    { ...caller, offers: ['TLSv1.3'], presents: 'new', comparesNames: false },
    { ...caller, offers: ['TLSv1.3'], presents: null, comparesNames: false },
  ],
});

regression('a listener that only wants one takes everybody', {
  surroundings: { ...PLAIN, asks: [{ on: cellSettings, kind: 'want' as const }] },
  clients: [
    { ...caller, presents: 'new', comparesNames: false },
    { ...caller, presents: null, comparesNames: false },
  ],
});

regression('a caller without an alias of its own shows whichever certificate the listener takes', {
  surroundings: need,
  imported: ['cell'],
  steps: [{ do: 'group', scope: NODE1, direction: 'outbound', uses: cellSettings, certificateAlias: ACME }],
});

regression('names are compared by clients, and by tools and processes that are told to, at SOAP connectors', {
  surroundings: {
    ...PLAIN,
    publicNames: [{ node: 'node1', name: 'other.example' }],
    toolsCompare: ['dmgr', 'node1'],
    processesCompare: true,
  },
  imported: ['cell', 'node1'],
  trusting: ['cell', 'managerNode', 'node1'],
  clientsTrusting: ['dmgr', 'node1'],
  clients: [
    { ...caller, presents: null, comparesNames: true },
    { ...caller, presents: null, comparesNames: false },
  ],
  steps: [
    { do: 'group', scope: NODE1, direction: 'inbound', uses: ownSettings, certificateAlias: ACME },
    { do: 'node-synchronization', node: 'node1' },
    { do: 'restart', process: 'node1/node1server1' },
  ],
});

regression('what a Java machine disables is of the machine and of the start of a process', {
  surroundings: {
    ...PLAIN,
    disabled: [{ owner: 'node1', versions: 'TLSv1, TLSv1.1' }],
    javaArguments: [{ process: 'node1/nodeagent', value: '-Djdk.tls.client.protocols=TLSv1.2' }],
  },
  protocols: [{ on: cellSettings, protocol: 'SSL_TLSv2' }],
  oldReplicas: ['node1'],
  steps: [
    { do: 'synchronize', node: 'node1' },
    { do: 'start', process: 'node1/nodeagent' },
    { do: 'start', process: 'node1/node1server1' },
  ],
});
