// Every operation in the world in memory, in each of the starting points that matter.
import { describe } from 'vitest';
import { operationNamed } from '../../src/operations/index.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { messaging, strangerFacts } from '../helpers/chain.ts';
import { makeFakeWorld, startModel, TARGETS, type FakeWorld } from '../helpers/fake-world.ts';
import { pidFile } from '../../src/products/websphere/profile-paths.ts';
import { DMGR, NODE } from '../helpers/fake-world.ts';
import { describeLaws } from './laws.ts';

const certificate = 'messaging';

/** The chain's signers in the cell's trust store: what client-signers fetches from. */
function withCellSigners(): FakeWorld {
  const model = startModel();
  const [, intermediate, root] = messaging.facts.chain;
  for (const [alias, authority] of [
    ['issuing', intermediate],
    ['root', root],
  ] as const) {
    if (authority === undefined) continue;
    model.stores['CellDefaultTrustStore (cell):c1']?.signers.push({ alias, sha1: authority.sha1, pem: authority.pem });
  }
  return makeFakeWorld(model);
}

function withCertificate(): FakeWorld {
  const model = startModel();
  const chain = messaging.facts.chain.map(({ sha1 }) => sha1);
  for (const store of ['CellDefaultKeyStore (cell):c1', 'NodeDefaultKeyStore (cell):c1:(node):stpNode']) {
    model.stores[store]?.personal.push({ alias: 'imported-before', chain });
  }
  return makeFakeWorld(model);
}

function withGroups(): FakeWorld {
  const world = withCertificate();
  const model = structuredClone(world.cell.saved);
  model.groups.push({
    name: 'custom_name',
    scope: '(cell):c1:(node):stpNode:(server):was_stpProxy',
    direction: 'inbound',
    configuration: 'CellDefaultSSLSettings',
    configurationScope: '(cell):c1',
    certificateAlias: 'default',
  });
  return makeFakeWorld(model);
}

/** Every scope of one node has groups that use the old certificate, in both directions. */
function withUses(): FakeWorld {
  const model = structuredClone(withCertificate().cell.saved);
  const scopes = [
    '',
    ':(server):nodeagent',
    ':(server):was_stpProxy',
    ':(server):was_stpProxy:(endpoint):PROXY_HTTPS_ADDRESS',
  ];
  for (const scope of scopes) {
    for (const direction of ['inbound', 'outbound']) {
      model.groups.push({
        name: 'some_name',
        scope: `(cell):c1:(node):stpNode${scope}`,
        direction,
        configuration: 'CellDefaultSSLSettings',
        configurationScope: '(cell):c1',
        certificateAlias: 'DEFAULT',
      });
    }
  }
  return makeFakeWorld(model);
}

function withOldBesides(): FakeWorld {
  const model = startModel();
  model.stores['NodeDefaultKeyStore (cell):c1:(node):stpNode']?.personal.push({
    alias: 'old',
    chain: strangerFacts.chain.map(({ sha1 }) => sha1),
  });
  return makeFakeWorld(model);
}

function withRow(): FakeWorld {
  const world = makeFakeWorld();
  world.runSql("INSERT INTO mtg.configuration VALUES ('stms1', 'meeting.recording.tlsVersion', 'TLSv1')");
  world.runSql("INSERT INTO mtg.configuration VALUES ('other', 'meeting.recording.tlsVersion', 'TLSv1')");
  return world;
}

function withStaleReplica(): FakeWorld {
  const world = makeFakeWorld();
  world.hosts.dm.write(`${DMGR}/config/cells/c1/key.p12`, 'a newer key store');
  return world;
}

/** What runs was started before the configuration was last changed. */
function withOldProcesses(): FakeWorld {
  const world = withStaleReplica();
  for (const host of [world.hosts.dm, world.hosts.stp]) {
    for (const path of host.files.keys())
      if (path.endsWith('trust.p12')) host.write(path, host.files.get(path)?.bytes ?? '');
  }
  return world;
}

function withStoppedServer(): FakeWorld {
  const world = makeFakeWorld();
  const path = pidFile(NODE, 'was_stpProxy');
  world.hosts.stp.processes.delete(world.hosts.stp.text(path)?.trim() ?? '');
  world.hosts.stp.files.delete(path);
  return world;
}

const dmgrPid = (world: FakeWorld): string => world.hosts.dm.text(pidFile(DMGR, 'dmgr'))?.trim() ?? '';

type Case = readonly [
  name: string,
  operation: string,
  target: JsonObject,
  wish: JsonObject,
  world: () => FakeWorld,
  isUndoable?: boolean,
];

const CASES: readonly Case[] = [
  ['signers of the cell', 'signer-certificates', TARGETS.cell, { certificate }, makeFakeWorld],
  [
    'signers of a node',
    'signer-certificates',
    TARGETS.node,
    { certificate, trustStore: 'NodeDefaultTrustStore' },
    makeFakeWorld,
  ],
  ['certificate of the cell', 'personal-certificate', TARGETS.cell, { certificate }, makeFakeWorld],
  [
    'certificate of a node',
    'personal-certificate',
    TARGETS.node,
    { certificate, keyStore: 'NodeDefaultKeyStore' },
    makeFakeWorld,
  ],
  [
    'certificate beside the one that it renews',
    'personal-certificate',
    TARGETS.node,
    { certificate, besides: 'stranger' },
    withOldBesides,
  ],
  ['uses at the cell', 'certificate-replacement', TARGETS.cell, { certificate, replaces: 'stranger' }, withUses],
  ['uses at a node', 'certificate-replacement', TARGETS.node, { certificate, replaces: 'stranger' }, withUses],
  ['uses at a server', 'certificate-replacement', TARGETS.server, { certificate, replaces: 'stranger' }, withUses],
  ['a certificate nobody names', 'certificate-removal', TARGETS.node, { certificate }, withCertificate],
  ['a certificate nobody names, of the cell', 'certificate-removal', TARGETS.cell, { certificate }, withCertificate],
  ['client signers', 'client-signers', TARGETS.profile, { certificate }, withCellSigners],
  [
    'endpoint security that overrides nothing yet',
    'endpoint-security',
    TARGETS.server,
    { certificate, configuration: 'NodeDefaultSSLSettings', configurationScope: 'node' },
    withCertificate,
  ],
  [
    'endpoint security over an existing group',
    'endpoint-security',
    TARGETS.server,
    { certificate, configuration: 'CellDefaultSSLSettings', configurationScope: 'cell' },
    withGroups,
  ],
  [
    'protocol of a cell configuration',
    'quality-of-protection',
    TARGETS.cell,
    { configuration: 'CellDefaultSSLSettings', protocol: 'SSL_TLSv2' },
    makeFakeWorld,
  ],
  [
    'protocol and ciphers of a node configuration',
    'quality-of-protection',
    TARGETS.node,
    {
      configuration: 'NodeDefaultSSLSettings',
      protocol: 'TLSv1.2',
      ciphers: ['SSL_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
    },
    makeFakeWorld,
  ],
  ['client properties', 'client-properties', TARGETS.profile, { protocol: 'SSL_TLSv2' }, makeFakeWorld],
  [
    'client properties without a protocol line',
    'client-properties',
    TARGETS.profile,
    { protocol: 'SSL_TLSv2' },
    () => {
      const world = makeFakeWorld();
      const path = `${NODE}/properties/ssl.client.props`;
      world.hosts.stp.write(path, (world.hosts.stp.text(path) ?? '').replace('com.ibm.ssl.protocol=SSL_TLS\r\n', ''));
      return world;
    },
  ],
  ['recording row that is absent', 'recording-row', TARGETS.database, { protocol: 'TLSv1.2' }, makeFakeWorld],
  ['recording row with another value', 'recording-row', TARGETS.database, { protocol: 'TLSv1.2' }, withRow],
  ['deployment manager by its age', 'deployment-manager-restart', TARGETS.cell, {}, withOldProcesses, false],
  ['node with an old copy', 'node-synchronization', TARGETS.node, {}, withStaleReplica, false],
  ['node agent by its age', 'node-synchronization', TARGETS.node, {}, withOldProcesses, false],
  ['server by its age', 'server-restart', TARGETS.server, {}, withOldProcesses, false],
  ['server that runs', 'server-stop', TARGETS.server, {}, makeFakeWorld],
  ['server that is stopped', 'server-start', TARGETS.server, {}, withStoppedServer],
  ['node agent that runs', 'node-agent-stop', TARGETS.node, {}, makeFakeWorld],
];

for (const [name, kind, target, wish, world, isUndoable = true] of CASES) {
  describe(`operation ${kind}`, () => {
    const operation = operationNamed(kind);
    const params = operation.parse({ target, with: wish });
    describeLaws({ name, operation, params, world: async () => world(), isUndoable });
  });
}

describe('operation deployment-manager-restart', () => {
  // The process id is known only when the world is made, so it is the same world's.
  const world = makeFakeWorld();
  const operation = operationNamed('deployment-manager-restart');
  const params = operation.parse({ target: TARGETS.cell, with: { replaces: dmgrPid(world) } });
  describeLaws({
    name: 'deployment manager by its process id',
    operation,
    params,
    world: async () => {
      const fresh = makeFakeWorld();
      fresh.hosts.dm.processes.add(dmgrPid(world));
      fresh.hosts.dm.write(pidFile(DMGR, 'dmgr'), dmgrPid(world));
      return fresh;
    },
    isUndoable: false,
  });
});
