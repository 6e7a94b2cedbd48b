// Renewal beyond the laws: what belongs to which target, what is left alone, and what is refused.
import { expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { operationNamed } from '../../src/operations/index.ts';
import { messaging } from '../helpers/chain.ts';
import { makeFakeWorld, startModel, TARGETS, type FakeWorld } from '../helpers/fake-world.ts';

const AT_NODE = '(cell):c1:(node):stpNode';
const WISH = { certificate: 'messaging', replaces: 'stranger' };
const SCOPES = [
  AT_NODE,
  `${AT_NODE}:(server):nodeagent`,
  `${AT_NODE}:(server):was_stpProxy`,
  `${AT_NODE}:(server):was_stpProxy:(endpoint):PROXY_HTTPS_ADDRESS`,
  `${AT_NODE}:(server):other`,
  `(cell):c1:(node):dmNode:(server):dmgr`,
  '(cell):c1:(cluster):mine',
];

/** Inbound groups at every scope; the new certificate is in the cell's store. */
function world(certificateAlias = 'default'): FakeWorld {
  const model = startModel();
  const chain = messaging.facts.chain.map(({ sha1 }) => sha1);
  model.stores['CellDefaultKeyStore (cell):c1']?.personal.push({ alias: 'by-hand', chain });
  const [group] = model.groups;
  if (group === undefined) throw new Error('no group');
  for (const scope of SCOPES) model.groups.push({ ...group, scope, certificateAlias });
  return makeFakeWorld(model);
}

const usesOf = async (target: JsonObject): Promise<readonly string[]> => {
  const operation = operationNamed('certificate-replacement');
  const params = operation.parse({ target, with: WISH });
  const state: Json = await operation.read(world().context(), params);
  return operation.diff(state, params).map(({ object }) => object.replace(/^.*bound endpoint security /, ''));
};

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => 'nothing was refused',
    (cause: unknown) => cause,
  );
  return error instanceof OperatorError ? `${error.code}: ${error.message}` : String(error);
};

test('every scope belongs to exactly one target', async () => {
  const cell = { ...TARGETS.cell, dmgrNode: 'dmNode' };
  const found = await Promise.all([
    usesOf(cell),
    usesOf(TARGETS.node),
    usesOf(TARGETS.server),
    usesOf({ ...TARGETS.server, server: 'other' }),
  ]);
  expect(found.map((scopes) => [...new Set(scopes)])).toEqual([
    ['(cell):c1', SCOPES[6], SCOPES[5]],
    [SCOPES[0], SCOPES[1]],
    [SCOPES[2], SCOPES[3]],
    [SCOPES[4]],
  ]);
});

test('a group that names another certificate, or none by name, is left alone', async () => {
  const operation = operationNamed('certificate-replacement');
  const params = operation.parse({ target: TARGETS.server, with: WISH });
  for (const alias of ['by-hand', '', 'gone']) {
    const state: Json = await operation.read(world(alias).context(), params);
    expect(operation.diff(state, params)).toEqual([]);
  }
});

test('a group is not changed to a certificate that its key store does not have', async () => {
  const bare = makeFakeWorld();
  const operation = operationNamed('certificate-replacement');
  const params = operation.parse({ target: TARGETS.cell, with: WISH });
  const before = await bare.snapshot();
  expect(await codeOf(operation.apply(bare.context(), params))).toMatch(
    /^CERTIFICATE_ALIAS: cell c1: .* is not in Cell/,
  );
  expect(await bare.snapshot()).toBe(before);
});

test('the new certificate is imported only where the old one is', async () => {
  const operation = operationNamed('personal-certificate');
  const changes = async (target: JsonObject): Promise<number> => {
    const params = operation.parse({ target, with: { certificate: 'messaging', besides: 'stranger' } });
    const state: Json = await operation.read(makeFakeWorld().context(), params);
    return operation.diff(state, params).length;
  };
  expect([await changes(TARGETS.cell), await changes(TARGETS.node)]).toEqual([1, 0]);
});

test.each([
  ['a group names its alias', 'by-hand', /is still named by inbound endpoint security .* and \d+ more$/],
  ['a group has no alias, so it may be the one', '', /is still named by inbound endpoint security/],
])('a certificate is not removed while %s', async (_, alias, words) => {
  const used = world(alias);
  const operation = operationNamed('certificate-removal');
  const params = operation.parse({ target: TARGETS.cell, with: { certificate: 'messaging' } });
  const before = await used.snapshot();
  const said = await codeOf(operation.apply(used.context(), params));
  expect(said).toMatch(/^POLICY_REFUSED: cell c1: by-hand in CellDefaultKeyStore/);
  expect(said).toMatch(words);
  expect(await used.snapshot()).toBe(before);
});

test('what is not there is not removed, and undo brings back only what was removed, under its alias', async () => {
  const operation = operationNamed('certificate-removal');
  const params = operation.parse({ target: TARGETS.cell, with: { certificate: 'messaging' } });
  const bare = makeFakeWorld();
  const absent: Json = await operation.read(bare.context(), params);
  const before = await bare.snapshot();
  await operation.apply(bare.context(), params);
  await operation.undo(bare.context(), params, absent);
  expect(await bare.snapshot()).toBe(before);

  const full = world('default');
  const present: Json = await operation.read(full.context(), params);
  await operation.apply(full.context(), params);
  await operation.undo(full.context(), params, present);
  expect(full.cell.saved.stores['CellDefaultKeyStore (cell):c1']?.personal.map(({ alias }) => alias)).toContain(
    'by-hand',
  );
});
