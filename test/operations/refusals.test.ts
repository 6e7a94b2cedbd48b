// What is refused, with which code, and that nothing was written then.
import { expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import type { AnyOperation } from '../../src/core/operation.ts';
import { operationNamed } from '../../src/operations/index.ts';
import { pidFile } from '../../src/products/websphere/profile-paths.ts';
import { messaging, stranger } from '../helpers/chain.ts';
import { codeOf, makeFakeWorld, NODE, startModel, TARGETS } from '../helpers/fake-world.ts';

const certificate = 'messaging';

function prepared(kind: string, target: JsonObject, wish: JsonObject): readonly [AnyOperation, Json] {
  const operation = operationNamed(kind);
  return [operation, operation.parse({ target, with: wish })];
}

const BAD_INPUT: readonly (readonly [string, JsonObject, JsonObject, string])[] = [
  ['quality-of-protection', TARGETS.cell, { configuration: 'X', protokol: 'TLSv1.2' }, 'with.protocol'],
  ['quality-of-protection', TARGETS.cell, { configuration: 'X', protocol: 'TLSv1.2', level: 'HIGH' }, 'with.level'],
  [
    'quality-of-protection',
    TARGETS.cell,
    { configuration: 'X', protocol: 'TLSv1.2', ciphers: ['a b'] },
    'with.ciphers.0',
  ],
  ['quality-of-protection', TARGETS.server, { configuration: 'X', protocol: 'TLSv1.2' }, 'target.kind'],
  ['client-properties', TARGETS.profile, { protocol: 'SSLv3' }, 'with.protocol'],
  ['client-properties', TARGETS.profile, { protocol: 'TLSv1.4' }, 'with.protocol'],
  ['recording-row', TARGETS.database, { protocol: 'SSL_TLSv2' }, 'with.protocol'],
  ['recording-row', { ...TARGETS.database, serverId: "x' OR '1'='1" }, { protocol: 'TLSv1.2' }, 'server_id'],
  ['recording-row', { ...TARGETS.database, databaseName: 'STMS; DROP' }, { protocol: 'TLSv1.2' }, 'the name'],
  ['signer-certificates', TARGETS.node, { certificate, trustStore: 'CellDefaultTrustStore' }, 'with.trustStore'],
  ['personal-certificate', TARGETS.cell, { certificate, keyStore: 'NodeDefaultKeyStore' }, 'with.keyStore'],
  [
    'endpoint-security',
    TARGETS.server,
    { certificate, configuration: 'X', configurationScope: 'server' },
    'with.configurationScope',
  ],
  ['server-restart', TARGETS.server, { replaces: '12; rm' }, 'with.replaces'],
];

test.each(BAD_INPUT)('%s refuses wrong input before any connection (%#)', (kind, target, wish, named) => {
  const parse = (): unknown => operationNamed(kind).parse({ target, with: wish });
  expect(parse).toThrow(OperatorError);
  expect(parse).toThrow(named);
});

test('keys of the target that an operation does not know are ignored', () => {
  const target = { ...TARGETS.cell, users: [{ node: 'n', server: 's' }] };
  expect(() => operationNamed('signer-certificates').parse({ target, with: { certificate } })).not.toThrow();
});

test('in FIPS mode, for an unknown protocol and for an absent configuration the quality of protection is refused', async () => {
  const wish = { configuration: 'NodeDefaultSSLSettings', protocol: 'TLSv1.2' };
  const codeFor = async (world: ReturnType<typeof makeFakeWorld>, more: JsonObject): Promise<readonly string[]> => {
    const [operation, params] = prepared('quality-of-protection', TARGETS.node, { ...wish, ...more });
    const diff = async (): Promise<unknown> => operation.diff(await operation.read(world.context(), params), params);
    return [await codeOf(diff), await codeOf(() => operation.apply(world.context(), params))];
  };
  expect(await codeFor(makeFakeWorld({ ...startModel(), fips: true }), {})).toEqual([
    'POLICY_REFUSED',
    'POLICY_REFUSED',
  ]);
  expect(await codeFor(makeFakeWorld(), { protocol: 'TLSv1.3' })).toEqual(['INPUT_VALUE', 'INPUT_VALUE']);
  expect(await codeFor(makeFakeWorld(), { ciphers: ['SSL_UNKNOWN'] })).toEqual(['INPUT_VALUE', 'INPUT_VALUE']);
  expect(await codeFor(makeFakeWorld(), { configuration: 'XDADefaultSSLSettings' })).toEqual([
    'INPUT_UNKNOWN_NAME',
    'INPUT_UNKNOWN_NAME',
  ]);
});

test('an absent XDADefaultSSLSettings is no change where the task says so', async () => {
  const world = makeFakeWorld();
  const wish = { configuration: 'XDADefaultSSLSettings', protocol: 'SSL_TLSv2', ifAbsent: 'skip' };
  const [operation, params] = prepared('quality-of-protection', TARGETS.cell, wish);
  const state: Json = await operation.read(world.context(), params);
  expect(operation.diff(state, params)).toEqual([]);
  expect(operation.calls(state, params)).toEqual([]);
  expect(operation.effect(params, state)).toEqual([]);
  const before = await world.snapshot();
  await operation.apply(world.context(), params);
  expect(await world.snapshot()).toBe(before);
});

test('an alias that another certificate has is never replaced', async () => {
  const model = startModel();
  model.stores['CellDefaultKeyStore (cell):c1']?.personal.push({
    alias: 'acme-wild-2026',
    chain: [stranger.certificate.sha1],
  });
  const [operation, params] = prepared('personal-certificate', TARGETS.cell, { certificate });
  expect(await codeOf(() => operation.read(makeFakeWorld(model).context(), params))).toBe('CERTIFICATE_ALIAS');
});

test('a certificate that is there under another alias is fine, and endpoint security then uses that alias', async () => {
  const model = startModel();
  const chain = messaging.facts.chain.map(({ sha1 }) => sha1);
  model.stores['CellDefaultKeyStore (cell):c1']?.personal.push({ alias: 'by-hand', chain });
  const world = makeFakeWorld(model);
  const [imported, importParams] = prepared('personal-certificate', TARGETS.cell, { certificate });
  const state: Json = await imported.read(world.context(), importParams);
  expect(imported.diff(state, importParams)).toEqual([]);
  const wish = { certificate, configuration: 'CellDefaultSSLSettings', configurationScope: 'cell' };
  const [operation, params] = prepared('endpoint-security', TARGETS.server, wish);
  await operation.apply(world.context(), params);
  expect(world.cell.saved.groups.filter(({ certificateAlias }) => certificateAlias === 'by-hand')).toHaveLength(2);
});

test('a signer alias that is taken gets a number, a signer under another alias is fine', async () => {
  const model = startModel();
  const store = model.stores['CellDefaultTrustStore (cell):c1'];
  const [, intermediate] = messaging.facts.chain;
  store?.signers.push({ alias: 'acme-wild-2026-root', sha1: stranger.certificate.sha1, pem: '' });
  store?.signers.push({ alias: 'by-hand', sha1: intermediate?.sha1 ?? '', pem: '' });
  const [operation, params] = prepared('signer-certificates', TARGETS.cell, { certificate });
  const state: Json = await operation.read(makeFakeWorld(model).context(), params);
  expect(operation.diff(state, params).map(({ after }) => after)).toEqual([
    expect.stringContaining('acme-wild-2026-root-2'),
  ]);
});

test('a group is not made for a certificate that is missing in the key store of its configuration', async () => {
  const world = makeFakeWorld();
  const wish = { certificate, configuration: 'NodeDefaultSSLSettings', configurationScope: 'node' };
  const [operation, params] = prepared('endpoint-security', TARGETS.server, wish);
  const before = await world.snapshot();
  expect(await codeOf(() => operation.apply(world.context(), params))).toBe('CERTIFICATE_ALIAS');
  expect(await world.snapshot()).toBe(before);
});

test('two tasks that give one server different configurations are refused', async () => {
  const one = { certificate, configuration: 'NodeDefaultSSLSettings', configurationScope: 'node' };
  const [operation, params] = prepared('endpoint-security', TARGETS.server, one);
  const state: Json = await operation.read(makeFakeWorld().context(), params);
  const [, other] = prepared('endpoint-security', TARGETS.server, {
    ...one,
    configuration: 'CellDefaultSSLSettings',
    configurationScope: 'cell',
  });
  expect(() => operation.diff(state, other)).toThrow('two tasks choose different SSL configurations');
});

test('an error in the workspace, or while saving, discards it and leaves no file on the host', async () => {
  for (const kind of ['signer-certificates', 'personal-certificate']) {
    const world = makeFakeWorld();
    world.cell.failSave = new OperatorError('WSADMIN_FAILED', 'save conflict');
    const [operation, params] = prepared(kind, TARGETS.cell, { certificate });
    const before = await world.snapshot();
    expect(await codeOf(() => operation.apply(world.context(), params))).toBe('WSADMIN_FAILED');
    expect(world.cell.resets).toBe(1);
    expect(await world.snapshot()).toBe(before);
  }
});

test('a stop that fails ends the step before anything else is touched', async () => {
  const world = makeFakeWorld();
  world.hosts.dm.write('/opt/was/dmgr/config/cells/c1/key.p12', 'newer');
  world.hosts.stp.tools.set('stopNode.sh', () => ({
    exitCode: 246,
    stdout: 'ADMU0111E: Program exiting with error\n',
  }));
  const [operation, params] = prepared('node-synchronization', TARGETS.node, {});
  expect(await codeOf(() => operation.apply(world.context(), params))).toBe('STEP_FAILED');
  expect(world.hosts.stp.changes).toEqual([`${NODE}/bin/stopNode.sh`]);
});

test('a start that reports another process than the one that lives is a failure', async () => {
  const world = makeFakeWorld();
  const path = pidFile(NODE, 'was_stpProxy');
  world.hosts.stp.tools.set('startServer.sh', () => {
    world.hosts.stp.launch(path);
    return { stdout: 'ADMU3000I: Server was_stpProxy open for e-business; process id is 1\n' };
  });
  const replaces = world.hosts.stp.text(path)?.trim() ?? '';
  const [operation, params] = prepared('server-restart', TARGETS.server, { replaces });
  expect(await codeOf(() => operation.apply(world.context(), params))).toBe('STEP_FAILED');
});

test('a process that does not end after its stop was reported is not started again', async () => {
  const world = makeFakeWorld();
  const path = pidFile(NODE, 'was_stpProxy');
  world.hosts.stp.tools.set('stopServer.sh', () => ({ stdout: 'ADMU4000I: Server was_stpProxy stop completed.\n' }));
  const [operation, params] = prepared('server-restart', TARGETS.server, {
    replaces: world.hosts.stp.text(path)?.trim() ?? '',
  });
  expect(await codeOf(() => operation.apply(world.context(), params))).toBe('STEP_FAILED');
  expect(world.hosts.stp.changes).toHaveLength(1);
});

test('the wsadmin session is ended before its deployment manager is stopped, and only then', async () => {
  const world = makeFakeWorld();
  const replaces = world.hosts.dm.text(pidFile('/opt/was/dmgr', 'dmgr'))?.trim() ?? '';
  const [operation, params] = prepared('deployment-manager-restart', TARGETS.cell, { replaces });
  await operation.apply(world.context(), params);
  await operation.apply(world.context(), params);
  expect(world.endedSessions).toEqual(['c1']);
  expect(world.hosts.dm.changes.map((line) => line.split('/').at(-1))).toEqual(['stopManager.sh', 'startManager.sh']);
});

test('rows with different values, and a database that does not answer to the end, are no state', async () => {
  const [operation, params] = prepared('recording-row', TARGETS.database, { protocol: 'TLSv1.2' });
  const silent = makeFakeWorld();
  silent.hosts.db.tools.set('db2', () => ({ exitCode: 0, stdout: '' }));
  expect(await codeOf(() => operation.read(silent.context(), params))).toBe('FACT_UNREADABLE');
  const refused = makeFakeWorld();
  refused.hosts.db.tools.set('db2', () => ({ exitCode: 4, stdout: 'SQL30082N  Security processing failed\n' }));
  await expect(operation.read(refused.context(), params)).rejects.toThrow('SQL30082N');
  const mixed = makeFakeWorld();
  mixed.hosts.db.tools.set('db2', () => ({
    stdout: 'strictstep-value=TLSv1 \nstrictstep-value=TLSv1.2 \nstrictstep-end\n',
  }));
  expect(await codeOf(() => operation.read(mixed.context(), params))).toBe('FACT_UNREADABLE');
});

test('the rows of other servers are left alone by apply and undo', async () => {
  const world = makeFakeWorld();
  world.runSql("INSERT INTO mtg.configuration VALUES ('other', 'meeting.recording.tlsVersion', 'TLSv1')");
  const [operation, params] = prepared('recording-row', TARGETS.database, { protocol: 'TLSv1.2' });
  const before: Json = await operation.read(world.context(), params);
  await operation.apply(world.context(), params);
  expect(world.rows()).toEqual(['other=TLSv1', 'stms1=TLSv1.2']);
  await operation.undo(world.context(), params, before);
  expect(world.rows()).toEqual(['other=TLSv1']);
});

test('undo takes away what the step added and nothing else', async () => {
  for (const kind of ['signer-certificates', 'personal-certificate']) {
    const world = makeFakeWorld();
    const saved = structuredClone(world.cell.saved);
    const [operation, params] = prepared(kind, TARGETS.cell, { certificate });
    const before: Json = await operation.read(world.context(), params);
    await operation.apply(world.context(), params);
    expect(world.cell.saved).not.toEqual(saved);
    await operation.undo(world.context(), params, before);
    expect(world.cell.saved).toEqual(saved);
  }
});
