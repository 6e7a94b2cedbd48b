// Client trust stores: exactly the wanted signers arrive, a signer that the cell lacks is not fetched, and undo restores
// the file only while it is the one that was left.
import { expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { clientSigners } from '../../src/operations/client-signers/index.ts';
import { signerCertificates } from '../../src/operations/signer-certificates/index.ts';
import { readClientTrust } from '../../src/operations/client-signers/read-client-trust.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';
import { intermediate, messaging, root, stranger } from '../helpers/chain.ts';
import { codeOf, makeFakeWorld, NODE, TARGETS, type FakeWorld } from '../helpers/fake-world.ts';

const wish = { certificate: 'messaging' };
const params = clientSigners.parse({ target: TARGETS.profile, with: wish });
const TRUST = `${NODE}/etc/trust.p12`;

async function withCellSigners(): Promise<FakeWorld> {
  const world = makeFakeWorld();
  await signerCertificates.apply(world.context(), signerCertificates.parse({ target: TARGETS.cell, with: wish }));
  return world;
}

const fingerprints = async (world: FakeWorld): Promise<readonly string[]> =>
  (await readClientTrust(world.hosts.stp.shell, NODE)).map(({ sha1 }) => sha1).toSorted();

test('the calls planned before the cell had the signers are the ones made after', async () => {
  const early = makeFakeWorld();
  const planned = clientSigners.calls(await clientSigners.read(early.context(), params), params);
  const world = await withCellSigners();
  await clientSigners.apply(world.context(), params);
  const made = world.hosts.stp.changes.filter((line) => line.includes('retrieveSigners'));
  expect(made).toEqual(planned.map(({ text }) => text));
  expect(await fingerprints(world)).toEqual(
    [stranger, intermediate, root].map(({ certificate }) => certificate.sha1).toSorted(),
  );
});

test('a signer that the cell does not have is refused before the store is touched', async () => {
  const world = makeFakeWorld();
  const before = await fingerprints(world);
  expect(await codeOf(() => clientSigners.apply(world.context(), params))).toBe('STEP_FAILED');
  expect(await fingerprints(world)).toEqual(before);
  expect(world.hosts.stp.changes.filter((line) => line.includes('retrieveSigners'))).toEqual([]);
});

test('one signer too many is a failure', async () => {
  const world = await withCellSigners();
  const fetch = world.hosts.stp.tools.get('retrieveSigners.sh');
  world.hosts.stp.tools.set('retrieveSigners.sh', (args, stdin, program) => {
    const reply = fetch?.(args, stdin, program) ?? {};
    const signers = [stranger, intermediate, root].map(({ certificate }, at) => ({ alias: `a${at}`, certificate }));
    const [leaf] = messaging.facts.chain;
    const extra = leaf === undefined ? [] : [{ alias: 'extra', certificate: leaf }];
    const password = new Secret('WebAS', 'trust');
    world.hosts.stp.write(TRUST, writePkcs12({ entries: [], signers: [...signers, ...extra], password, legacy: true }));
    return reply;
  });
  expect(await codeOf(() => clientSigners.apply(world.context(), params))).toBe('STEP_FAILED');
});

test('undo leaves a store alone that somebody else has changed since', async () => {
  const world = await withCellSigners();
  const before = await clientSigners.read(world.context(), params);
  await clientSigners.apply(world.context(), params);
  const signers = [
    { alias: 'only', certificate: stranger.certificate },
    { alias: 'root', certificate: root.certificate },
  ];
  const changed = writePkcs12({ entries: [], signers, password: new Secret('WebAS', 'trust'), legacy: true });
  world.hosts.stp.write(TRUST, changed);
  expect(await codeOf(() => clientSigners.undo(world.context(), params, before))).toBe('STEP_FAILED');
  expect(world.hosts.stp.files.get(TRUST)?.bytes).toBe(changed);
});

test('a step that was cut off after the first signer goes on, and its backup is still the original', async () => {
  const world = await withCellSigners();
  const before = await clientSigners.read(world.context(), params);
  const original = world.hosts.stp.files.get(TRUST)?.bytes;
  const fetch = world.hosts.stp.tools.get('retrieveSigners.sh');
  let fetched = 0;
  world.hosts.stp.tools.set('retrieveSigners.sh', (args, stdin, program) => {
    fetched += 1;
    return fetched === 2 ? { exitCode: 1, stdout: 'ADMU0111E: cut off\n' } : (fetch?.(args, stdin, program) ?? {});
  });
  expect(await codeOf(() => clientSigners.apply(world.context(), params))).toBe('STEP_FAILED');
  const left = clientSigners.diff(await clientSigners.read(world.context(), params), params);
  expect(clientSigners.diff(before, params)).toEqual(expect.arrayContaining([...left]));
  expect(left).toHaveLength(1);
  await clientSigners.apply(world.context(), params);
  await clientSigners.undo(world.context(), params, before);
  expect(world.hosts.stp.files.get(TRUST)?.bytes).toEqual(original);
});
