// Certificates that the inventory declares: everything that would fail at night is found before a plan is made.
import { chmod, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../src/core/json.ts';
import { exposeSecret, Secret } from '../../src/core/secret.ts';
import type { CertificateEntry } from '../../src/inventory/types.ts';
import { issueCertificate } from '../../src/tls/issue-certificate.ts';
import { loadCertificate, loadCertificateFile } from '../../src/tls/load-certificate.ts';
import { readSecretFile } from '../../src/tls/secret-file.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';
import type { KeyStoreContents } from '../../src/tls/write-pkcs12.ts';
import { CHAIN, ISSUING, LEAF, NOW, ROOT, SPARE_KEY, VALIDITY } from './authority.ts';

const PLACE = { file: 'inventory.yaml', line: 40, column: 7 };
const PASSWORD = new Secret('WebAS', 'password of wild.p12');

type Given = {
  readonly store: Uint8Array;
  readonly aliasInFile?: string;
  readonly now?: Date;
  readonly password?: Secret;
};

const makeStore = (contents: Partial<KeyStoreContents> = {}): Uint8Array =>
  writePkcs12({
    entries: [{ alias: 'wild', key: LEAF.key, chain: CHAIN }],
    signers: [],
    password: PASSWORD,
    legacy: false,
    ...contents,
  });

async function load({ store, aliasInFile, now = NOW, password = PASSWORD }: Given) {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'strictstep-'));
  const file = join(folder.path, 'wild.p12');
  await writeFile(file, store, { mode: 0o600 });
  const entry = {
    name: 'messaging',
    file,
    password: { kind: 'prompt' as const },
    alias: 'Acme-Wild-2026',
    aliasInFile,
    place: PLACE,
  };
  return await loadCertificateFile(entry, password, now);
}

describe('a certificate that is fit', () => {
  test.each([
    ['legacy', true],
    ['modern', false],
  ] as const)('%s: its facts are given, the alias in lower case', async (format, legacy) => {
    const store = makeStore({ legacy });
    const { facts, bytes } = await load({ store });
    expect(facts).toMatchObject({
      name: 'messaging',
      fileSha256: sha256Hex(store),
      aliasInFile: 'wild',
      alias: 'acme-wild-2026',
      format,
      chain: CHAIN,
    });
    expect(sha256Hex(bytes)).toBe(facts.fileSha256);
  });

  test('the facts hold neither key nor password', async () => {
    const { facts } = await load({ store: makeStore() });
    expect(JSON.stringify(facts)).not.toMatch(/PRIVATE KEY|WebAS/);
  });

  test('of several keys the named one is taken, whatever its case', async () => {
    const entries = [
      { alias: 'other', key: ROOT.key, chain: [ROOT.certificate] },
      { alias: 'wild', key: LEAF.key, chain: CHAIN },
    ];
    const { facts } = await load({ store: makeStore({ entries }), aliasInFile: 'WILD' });
    expect(facts.chain).toEqual(CHAIN);
  });
});

describe('a certificate that is not fit', () => {
  const two = [
    { alias: 'other', key: ROOT.key, chain: [ROOT.certificate] },
    { alias: 'wild', key: LEAF.key, chain: CHAIN },
  ];
  const without = (chain: KeyStoreContents['entries'][number]['chain']): Uint8Array =>
    makeStore({ entries: [{ alias: 'wild', key: LEAF.key, chain }] });
  const future = issueCertificate({
    subject: 'later',
    names: [],
    issuer: ROOT,
    key: SPARE_KEY,
    notBefore: new Date('2030-05-01T00:00:00Z'),
    notAfter: VALIDITY.notAfter,
  });

  test.each<[string, Given, string, RegExp]>([
    [
      'a wrong password',
      { store: makeStore(), password: new Secret('s3cr3t!', 'x') },
      'KEYSTORE_PASSWORD',
      /wild\.p12/,
    ],
    ['a damaged file', { store: makeStore().subarray(0, 500) }, 'KEYSTORE_FORMAT', /wild\.p12/],
    ['no alias given for two keys', { store: makeStore({ entries: two }) }, 'CERTIFICATE_ALIAS', /"other", "wild"/],
    ['an unknown alias', { store: makeStore(), aliasInFile: 'wlid' }, 'CERTIFICATE_ALIAS', /"wlid".*"wild"/],
    [
      'a store of signers only',
      { store: makeStore({ entries: [], signers: [{ alias: 'r', certificate: ROOT.certificate }] }) },
      'CERTIFICATE_ALIAS',
      /no certificate with a private key/,
    ],
    [
      'no root',
      { store: without([LEAF.certificate, ISSUING.certificate]) },
      'CERTIFICATE_CHAIN',
      /issuer "CN=Acme Example Root" of "CN=Acme Example Issuing"/,
    ],
    [
      'no issuing authority',
      { store: without([LEAF.certificate, ROOT.certificate]) },
      'CERTIFICATE_CHAIN',
      /issuer "CN=Acme Example Issuing" of "CN=\*\.acme\.example"/,
    ],
    ['expired', { store: makeStore(), now: VALIDITY.notAfter }, 'CERTIFICATE_EXPIRED', /expired at 2036-01-01T00:00/],
    [
      'not valid yet',
      {
        store: makeStore({
          entries: [{ alias: 'w', key: future.key, chain: [future.certificate, ROOT.certificate] }],
        }),
      },
      'CERTIFICATE_EXPIRED',
      /"CN=later" is not valid before 2030-05-01/,
    ],
    [
      'the key of another certificate',
      { store: makeStore({ entries: [{ alias: 'wild', key: SPARE_KEY, chain: CHAIN }] }) },
      'CERTIFICATE_ALIAS',
      /does not belong to its certificate/,
    ],
  ])('%s: the error has its code, the file and the place', async (_, given, code, message) => {
    const error: unknown = await load(given).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code, place: PLACE, message: expect.stringMatching(message) });
    expect(error).toMatchObject({ message: expect.stringContaining('wild.p12') });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/WebAS|s3cr3t/);
  });

  test('a file that is not there is named', async () => {
    const entry: CertificateEntry = {
      name: 'messaging',
      file: '/nonexistent/wild.p12',
      password: { kind: 'prompt' as const },
      alias: 'a',
      aliasInFile: undefined,
      place: PLACE,
    };
    await expect(loadCertificate(entry, PASSWORD, NOW)).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      place: PLACE,
      message: expect.stringContaining('/nonexistent/wild.p12'),
    });
  });
});

const readBack = async (text: string, mode = 0o600): Promise<Secret> => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'strictstep-'));
  const file = join(folder.path, 'secret');
  await writeFile(file, text);
  await chmod(file, mode);
  return await readSecretFile(file, 'password of wild.p12');
};

describe('secret files', () => {
  test.each([
    ['WebAS', 'WebAS'],
    ['WebAS\n', 'WebAS'],
    ['WebAS\r\n', 'WebAS'],
    ['two\n\n', 'two\n'],
    [' blanks stay \n', ' blanks stay '],
  ])('%j holds %j', async (text, expected) => {
    const secret = await readBack(text);
    expect(exposeSecret(secret)).toBe(expected);
    expect(secret.label).toBe('password of wild.p12');
  });

  test.each([0o640, 0o604, 0o620, 0o601])('mode %o is refused without showing the content', async (mode) => {
    const error: unknown = await readBack('WebAS', mode).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'SECRET_EXPOSED', hint: expect.stringContaining('chmod 600') });
    expect(String(error)).not.toContain('WebAS');
  });

  test('a file that is not there is named', async () => {
    await expect(readSecretFile('/nonexistent/pw', 'password of wild.p12')).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: expect.stringContaining('/nonexistent/pw'),
    });
  });
});
