// What people are shown: the exact calls, the differences, and what a step does to the model.
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { operationNamed, operations } from '../../src/operations/index.ts';
import { AT_NODE, AT_SERVER, makeFakeWorld, NODE, TARGETS } from '../helpers/fake-world.ts';
import { messaging } from '../helpers/chain.ts';

async function shownFor(kind: string, target: JsonObject, wish: JsonObject, world = makeFakeWorld()) {
  const operation = operationNamed(kind);
  const params: Json = operation.parse({ target, with: wish });
  const state: Json = await operation.read(world.context(), params);
  return {
    calls: operation.calls(state, params).map(({ text }) => text),
    changes: operation.diff(state, params),
    effect: operation.effect(params, state),
    followUps: operation.followUps(params),
  };
}

const certificate = 'messaging';
const [leaf, intermediate, root] = messaging.facts.chain.map(({ sha1 }) => sha1);

test('a protocol is changed by one modifySSLConfig with a list of options', async () => {
  const wish = { configuration: 'NodeDefaultSSLSettings', protocol: 'TLSv1.2' };
  const shown = await shownFor('quality-of-protection', TARGETS.node, wish);
  expect(shown.calls).toEqual([
    `AdminTask.modifySSLConfig(['-alias', 'NodeDefaultSSLSettings', '-scopeName', '${AT_NODE}', '-sslProtocol', 'TLSv1.2'])`,
    'AdminConfig.save()',
  ]);
  const object = `SSL configuration NodeDefaultSSLSettings ${AT_NODE}`;
  expect(shown.changes).toEqual([{ object, attribute: 'protocol', before: 'SSL_TLS', after: 'TLSv1.2' }]);
  expect(shown.effect).toEqual([
    { kind: 'ssl-configuration', cell: 'c1', alias: 'NodeDefaultSSLSettings', scope: AT_NODE, protocol: 'TLSv1.2' },
  ]);
  expect(shown.followUps).toEqual([{ kind: 'synchronize-node', cell: 'c1', node: 'stpNode' }]);
});

test('every certificate authority of the chain becomes one signer with an alias of its own', async () => {
  const shown = await shownFor('signer-certificates', TARGETS.cell, { certificate });
  const store = "'-keyStoreName', 'CellDefaultTrustStore', '-keyStoreScope', '(cell):c1'";
  const add = (alias: string): string =>
    `AdminTask.addSignerCertificate([${store}, '-certificateFilePath', '[uploaded ${alias}.pem]', '-certificateAlias', '${alias}', '-base64Encoded', 'true'])`;
  expect(shown.calls).toEqual([add('acme-wild-2026-intermediate-1'), add('acme-wild-2026-root'), 'AdminConfig.save()']);
  expect(shown.effect).toEqual([
    {
      kind: 'signers-added',
      store: { kind: 'key-store', cell: 'c1', name: 'CellDefaultTrustStore', scope: '(cell):c1' },
      fingerprints: [intermediate, root],
    },
  ]);
});

test('the import asks for the alias in the file, and its password is not shown', async () => {
  const shown = await shownFor('personal-certificate', TARGETS.node, { certificate });
  const file = "'-keyFilePath', '[uploaded messaging.p12]', '-keyFilePassword', '[secret]', '-keyFileType', 'PKCS12'";
  expect(shown.calls).toEqual([
    `AdminTask.listKeyFileAliases([${file}])`,
    `AdminTask.importCertificate(['-keyStoreName', 'NodeDefaultKeyStore', '-keyStoreScope', '${AT_NODE}', ${file}, '-certificateAliasFromKeyFile', 'ridiculous-name-{1234}', '-certificateAlias', 'acme-wild-2026'])`,
    'AdminConfig.save()',
  ]);
  expect(shown.effect).toEqual([
    {
      kind: 'certificate-added',
      store: { kind: 'key-store', cell: 'c1', name: 'NodeDefaultKeyStore', scope: AT_NODE },
      alias: 'acme-wild-2026',
      chain: [leaf, intermediate, root],
    },
  ]);
});

const set = (direction: string): string =>
  `AdminTask.createSSLConfigGroup(['-name', 'was_stpProxy', '-direction', '${direction}', '-scopeName', '${AT_SERVER}', '-certificateAlias', 'acme-wild-2026', '-sslConfigAliasName', 'NodeDefaultSSLSettings', '-sslConfigScopeName', '${AT_NODE}'])`;

test('endpoint security is set inbound and outbound, under the name of the server', async () => {
  const wish = { certificate, configuration: 'NodeDefaultSSLSettings', configurationScope: 'node' };
  const shown = await shownFor('endpoint-security', TARGETS.server, wish);
  expect(shown.calls).toEqual([set('inbound'), set('outbound'), 'AdminConfig.save()']);
  expect(shown.changes.map(({ before, after }) => [before, after])).toEqual([
    [null, `NodeDefaultSSLSettings ${AT_NODE}`],
    [null, 'acme-wild-2026'],
    [null, `NodeDefaultSSLSettings ${AT_NODE}`],
    [null, 'acme-wild-2026'],
  ]);
  expect(shown.followUps.map(({ kind }) => kind)).toEqual(['synchronize-node', 'restart-server']);
});

const fetch = (alias: string): string =>
  `${NODE}/bin/retrieveSigners.sh CellDefaultTrustStore ClientDefaultTrustStore -remoteAlias ${alias} -localAlias ${alias} -host 127.0.0.1 -port 8703 -conntype SOAP`;

test('client signers are fetched one by one and by name, never by trusting whoever answers', async () => {
  const { calls } = await shownFor('client-signers', TARGETS.profile, { certificate });
  expect(calls).toEqual([fetch('acme-wild-2026-intermediate-1'), fetch('acme-wild-2026-root')]);
});

test('the recording row is shown as the SQL that is run', async () => {
  const shown = await shownFor('recording-row', TARGETS.database, { protocol: 'TLSv1.2' });
  expect(shown.calls[0]).toBe('/opt/db2/bin/db2 -x -s -t');
  expect(shown.calls[2]).toContain("SELECT 'stms1', 'meeting.recording.tlsVersion', 'TLSv1.2' FROM SYSIBM.SYSDUMMY1");
  expect(shown.calls.join('\n')).not.toMatch(/MERGE|password/i);
  expect(shown.followUps).toEqual([{ kind: 'restart-server', cell: 'c1', node: 'stmNode', server: 'STMeetingServer' }]);
});

test('a node is stopped, synchronized and started, and the model is told in that order', async () => {
  const world = makeFakeWorld();
  world.hosts.dm.write('/opt/was/dmgr/config/cells/c1/key.p12', 'newer');
  const shown = await shownFor('node-synchronization', TARGETS.node, { replaces: null }, world);
  expect(shown.calls).toEqual([
    `${NODE}/bin/stopNode.sh`,
    `${NODE}/bin/syncNode.sh 127.0.0.1 8703`,
    `${NODE}/bin/startNode.sh`,
  ]);
  expect(shown.effect.map(({ kind }) => kind)).toEqual(['stopped', 'synchronized', 'started']);
});

test('every operation that a playbook may name is found, and an unknown one is refused with the known ones', () => {
  expect([...operations.keys()].map((name) => operationNamed(name).name)).toEqual([...operations.keys()]);
  expect(() => operationNamed('ssl-config')).toThrow('unknown operation ssl-config');
});

test('no call, change or state shows a password', async () => {
  for (const [kind, target, wish] of [
    ['personal-certificate', TARGETS.cell, { certificate }],
    ['client-signers', TARGETS.profile, { certificate }],
    ['recording-row', TARGETS.database, { protocol: 'TLSv1.2' }],
  ] as const) {
    const shown = JSON.stringify(await shownFor(kind, target, wish));
    expect(shown).not.toMatch(/p12 password|WebAS|\{xor\}|password of/);
  }
});
