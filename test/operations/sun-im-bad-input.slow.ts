// What is wrong with the stores of a server is told apart and named, before anything relies on it; and what keytool and the NSS
// tools say of it while they work. The lab's tools answer as the real ones do (measured texts).
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OperatorError } from '../../src/core/errors.ts';
import { objectionsTo } from '../../src/operations/sun-im-model.ts';
import { readSunIm } from '../../src/operations/read-sun-im.ts';
import { setConf } from '../helpers/sun-im-host.ts';
import { openTestSunIm } from '../helpers/sun-im-lab.ts';
import { edit, makeSunImWorld, type SunImWorld } from '../helpers/sun-im-world.ts';

const objections = async ({ context, member }: SunImWorld): Promise<string> =>
  objectionsTo(await readSunIm(context(), member), member).join('; ');
const refusal = async (work: Promise<unknown>): Promise<OperatorError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof OperatorError) return error;
  throw new Error(`not refused: ${String(error)}`);
};

test('each fault of a key store has words of its own', { timeout: 60_000 }, async () => {
  await using lab = await openTestSunIm();
  const world = await makeSunImWorld(lab, 'im1');
  const [store, passwords] = [join(world.folder, 'server-keystore.jks'), join(world.folder, 'sslpassword.conf')];
  setConf(lab, 'im1', { 'iim_server.sslkeystore': 'server-keystore.jks' });
  expect(await objections(world)).toBe('');

  edit(passwords, (text) => text.replace('st0re', 'other'));
  expect(await objections(world)).toContain('the password file does not open the key store');
  edit(passwords, () => 'just-a-password\n');
  expect(await objections(world)).toContain('the password file does not open the key store');
  edit(passwords, () => 'Internal (Software) Token:st0re-password\n');
  expect(await objections(world)).toBe('');

  const bytes = readFileSync(store);
  writeFileSync(store, bytes.subarray(0, 400));
  expect(await objections(world)).toContain('the key store is damaged, or no key store');
  rmSync(store);
  expect(await objections(world)).toContain('the key store is not there');
  writeFileSync(store, readFileSync(join(world.folder, 'im.p12')));
  expect(await objections(world)).toContain('is pkcs12 and no JKS');
  rmSync(passwords);
  writeFileSync(store, bytes);
  // No declared password opens it either: the lab's certificate has another one.
  expect(await objections(world)).toContain('the password file does not open the key store');
});

test(
  'each fault of the multiplexor’s databases has words of its own: three causes, one error of the tools',
  { timeout: 60_000 },
  async () => {
    await using lab = await openTestSunIm();
    const world = await makeSunImWorld(lab, 'im3');
    await world.apply('sun-im-stores', { certificate: 'messaging', for: ['multiplexor'] });
    await world.apply('sun-im-settings', { legacySsl: 'on', certificate: 'messaging' });
    expect(await objections(world)).toBe('');
    const state = await readSunIm(world.context(), world.member);
    const [folder = ''] = Object.keys(state.databases);
    const [passwords = ''] = Object.keys(state.passwordFiles);

    setConf(lab, 'im3', { 'iim_mux.certdbprefix': 'Server', 'iim_mux.keydbprefix': 'Server' });
    expect(await objections(world)).toContain('its files have another prefix');
    setConf(lab, 'im3', { 'iim_mux.certdbprefix': null, 'iim_mux.keydbprefix': null });

    setConf(lab, 'im3', { 'iim_mux.certnickname': 'Acme_Wild_2026' });
    expect(await objections(world)).toMatch(/no certificate "Acme_Wild_2026" in the database, but "acme-wild-2026"/);
    setConf(lab, 'im3', { 'iim_mux.certnickname': 'acme-wild-2026' });

    const password = readFileSync(passwords, 'latin1');
    edit(passwords, () => 'Internal (Software) Token:another-password\n');
    expect(await objections(world)).toContain('the password does not open it');
    writeFileSync(passwords, password);

    const [certificates, away] = [join(folder, 'cert8.db'), join(folder, 'cert8.away')];
    renameSync(certificates, away);
    expect(await objections(world)).toContain('the folder has no database');
    mkdirSync(certificates);
    rmSync(certificates, { recursive: true });
    renameSync(away, certificates);
    setConf(lab, 'im3', { 'iim_mux.secconfigdir': `${folder}-nowhere` });
    expect(await objections(world)).toContain('there is no such folder');
    if (process.getuid?.() !== 0) {
      setConf(lab, 'im3', { 'iim_mux.secconfigdir': folder });
      chmodSync(certificates, 0);
      expect(await objections(world)).toContain('may not read it');
    }
  },
);

test('an iim.conf with the vendor’s curly quote is refused with its line', async () => {
  await using lab = await openTestSunIm();
  const world = await makeSunImWorld(lab, 'im1');
  edit(world.member.config, (text) => `${text}iim_server.useport = "True\xe2\x80\x9d\n`);
  const error = await refusal(readSunIm(world.context(), world.member));
  expect(error).toMatchObject({ code: 'FACT_UNREADABLE', place: { file: world.member.config } });
  expect(error.message).toMatch(/the value of iim_server\.useport in line \d+ breaks the grammar/);
});

test('a foreign file under a name of ours is left alone and named', async () => {
  await using lab = await openTestSunIm();
  const world = await makeSunImWorld(lab, 'im2');
  await world.apply('sun-im-stores', { certificate: 'messaging' });
  const state = await readSunIm(world.context(), world.member);
  const store = Object.keys(state.stores).find((path) => path.endsWith('.jks')) ?? '';
  writeFileSync(store, 'somebody else');
  const error = await refusal(world.apply('sun-im-stores', { certificate: 'messaging' }));
  expect(error.message).toContain(`${store} is there and is not what strictstep makes`);
  expect(readFileSync(store, 'latin1')).toBe('somebody else');
});

test('a certificate that the inventory does not have, and a coserver that iim.conf does not list, are refused', async () => {
  await using lab = await openTestSunIm();
  const world = await makeSunImWorld(lab, 'im2');
  const certificate = await refusal(world.apply('sun-im-stores', { certificate: 'other' }));
  expect(certificate).toMatchObject({ code: 'INPUT_UNKNOWN_NAME' });
  await world.apply('sun-im-stores', { certificate: 'messaging' });
  await world.apply('sun-im-settings', { mode: 'dynamic', certificate: 'messaging' });
  const coserver = await refusal(world.apply('sun-im-settings', { peers: 'strict', coservers: ['nobody'] }));
  expect(coserver).toMatchObject({ code: 'INPUT_UNKNOWN_NAME' });
  expect(coserver.message).toContain('coserver nobody is not listed');
});

test('a strict mode without a key store would shut everybody out and is refused', async () => {
  await using lab = await openTestSunIm();
  const world = await makeSunImWorld(lab, 'im3');
  const error = await refusal(world.apply('sun-im-settings', { mode: 'strict' }));
  expect(error).toMatchObject({ code: 'POLICY_REFUSED' });
  expect(error.message).toContain('mode strict needs a key store');
});
