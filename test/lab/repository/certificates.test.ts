import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { extractKey } from '../../../src/tls/open-pkcs12.ts';
import { adminTask, layLabCell, STP } from '../../helpers/lab-cell.ts';
import type { LabCell } from '../../helpers/lab-cell.ts';

let cell: LabCell;
beforeAll(async () => {
  cell = await layLabCell({ legacy: true });
});
afterAll(async () => cell[Symbol.asyncDispose]());

const KEYS = { keyStoreName: 'NodeDefaultKeyStore', keyStoreScope: STP };
const TRUST = { keyStoreName: 'CellDefaultTrustStore', keyStoreScope: '(cell):stCell' };
const open = () => {
  const workspace = cell.repository.openWorkspace();
  return { workspace, call: adminTask(workspace) };
};
const file = (password = cell.certificatePassword) => ({
  keyFilePath: cell.material.certificateFile,
  keyFilePassword: password,
  keyFileType: 'PKCS12',
});
const importAs = (certificateAlias: string) => ({
  ...KEYS,
  ...file(),
  certificateAliasFromKeyFile: cell.material.aliasInFile,
  certificateAlias,
});

describe('personal certificates', () => {
  test('are printed with alias, SHA-1 fingerprint and validity', () => {
    const issued = cell.material.certificates.nodes.get('stpNode')?.certificate;
    const text = open().call('listPersonalCertificates', KEYS);
    expect(text).toContain('[alias default] [version 3] [size 2048]');
    expect(text).toContain('[issuedTo CN=stp.acme.example] [issuedBy CN=stCell Root Certificate]');
    expect(text).toContain(`[fingerPrint ${issued?.sha1}]`);
    expect(text).toMatch(/\[validity Valid from Aug 13, 2025 to Aug 13, 2026\.\] \]$/);
  });

  test('the alias in the file is listed as the file has it', () => {
    expect(open().call('listKeyFileAliases', file())).toBe(cell.material.aliasInFile);
  });

  test('an import brings key and chain under a lower-case alias, and the saved file opens with them', () => {
    const { workspace, call } = open();
    const before = cell.master('nodes/stpNode/key.p12');
    call('importCertificate', importAs('Acme-Wild-2026'));
    expect(workspace.call('AdminConfig', 'queryChanges', [])).toBe(
      'WASX7146I: The following configuration files contain unsaved changes:\ncells/stCell/nodes/stpNode|key.p12',
    );
    expect(cell.master('nodes/stpNode/key.p12').equals(before)).toBe(true);
    const { leaf, intermediate, newRoot } = cell.material.certificates;
    const chain = call('getCertificateChain', { ...KEYS, certificateAlias: 'ACME-wild-2026' }).split('\n');
    expect(chain.map((one) => /fingerPrint ([^\]]+)/.exec(one)?.[1])).toEqual(
      [leaf, intermediate, newRoot].map(({ certificate }) => certificate.sha1),
    );
    expect(call('getCertificate', { ...KEYS, certificateAlias: 'acme-wild-2026' })).toBe(chain[0]);
    workspace.call('AdminConfig', 'save', []);
    const bytes = cell.master('nodes/stpNode/key.p12');
    const opened = extractKey(bytes, new Secret('WebAS', 'test'), 'acme-wild-2026');
    expect(new X509Certificate(opened.chain[0]?.pem ?? '').checkPrivateKey(opened.key)).toBe(true);
    expect(open().call('listPersonalCertificates', KEYS).split('\n')).toHaveLength(2);
  });

  test('what is there already is refused, by alias and by certificate', () => {
    const { call } = open();
    expect(() => call('importCertificate', importAs('other'))).toThrow(
      /already exists in key store .* "acme-wild-2026"/,
    );
    expect(() => call('importCertificate', importAs('Default'))).toThrow('"default" already exists in key store');
  });

  test('a deletion is one call, and a second one is refused', () => {
    const { call } = open();
    const one = { ...KEYS, certificateAlias: 'acme-wild-2026' };
    call('deleteCertificate', one);
    expect(() => call('deleteCertificate', one)).toThrow('does not exist in key store "NodeDefaultKeyStore"');
  });

  test.each([
    ['a wrong password', () => ({ ...importAs('a'), keyFilePassword: 'nope' }), 'password was incorrect'],
    ['a missing file', () => ({ ...importAs('a'), keyFilePath: '/none.p12' }), 'FileNotFoundException: /none.p12'],
    ['another type', () => ({ ...importAs('a'), keyFileType: 'JKS' }), 'JKS not found'],
    [
      'an alias that is not in it',
      () => ({ ...importAs('a'), certificateAliasFromKeyFile: 'x' }),
      '"x" does not exist',
    ],
    ['a key store that is not there', () => ({ ...importAs('a'), keyStoreName: 'No' }), '"No" does not exist'],
    ['a missing option', () => ({ ...KEYS }), 'ADMF0002E: Required parameter keyFilePath'],
  ])('an import with %s ends with an exception', (_what, options, text) => {
    expect(() => open().call('importCertificate', options())).toThrow(text);
  });

  test('the message of a wrong password does not hold the password', () => {
    const options = { ...importAs('a'), keyFilePassword: 'tell-nobody' };
    expect(() => open().call('importCertificate', options)).toThrow(expect.not.stringContaining('tell-nobody'));
  });
});

const signer = (certificateAlias: string) => ({
  ...TRUST,
  certificateAlias,
  certificateFilePath: cell.material.newRootFile,
  base64Encoded: 'true',
});

describe('signers', () => {
  test('a PEM file becomes a signer, with its alias in lower case', () => {
    const { workspace, call } = open();
    expect(call('addSignerCertificate', signer('New-Root'))).toBe('');
    const { sha1 } = cell.material.certificates.newRoot.certificate;
    expect(call('getSignerCertificate', { ...TRUST, certificateAlias: 'new-root' })).toContain(`[fingerPrint ${sha1}]`);
    expect(() => call('addSignerCertificate', signer('again'))).toThrow('already exists in key store');
    workspace.call('AdminConfig', 'save', []);
    expect(open().call('listSignerCertificates', TRUST).split('\n')).toHaveLength(2);
  });

  test('a deleted signer is gone', () => {
    const { workspace, call } = open();
    call('deleteSignerCertificate', { ...TRUST, certificateAlias: 'new-root' });
    workspace.call('AdminConfig', 'save', []);
    expect(open().call('listSignerCertificates', TRUST)).toMatch(/^\[ \[alias root\][^\n]*$/);
  });

  test('DER needs base64Encoded false, PEM needs true', async () => {
    const der = path.join(cell.site.dir, 'root.der');
    await writeFile(der, new X509Certificate(cell.material.certificates.newRoot.certificate.pem).raw);
    const { call } = open();
    const options = { ...signer('der'), certificateFilePath: der };
    expect(() => call('addSignerCertificate', options)).toThrow('CertificateException');
    call('addSignerCertificate', { ...options, base64Encoded: 'false' });
    expect(call('listSignerCertificates', TRUST)).toContain('[alias der]');
  });

  test('of a bundle the first certificate is taken', () => {
    const { call } = open();
    expect(() =>
      call('addSignerCertificate', { ...signer('x'), certificateFilePath: cell.material.clientRootsFile }),
    ).toThrow('under the alias "root"');
  });
});

describe('key store objects', () => {
  test('are listed and shown without their password', () => {
    const { call } = open();
    expect(call('listKeyStores', { all: 'true' }).split('\n')).toHaveLength(10);
    expect(call('listKeyStores')).toContain('CellDefaultKeyStore(cells/stCell|security.xml#KeyStore_1)');
    const text = call('getKeyStoreInfo', { keyStoreName: 'CellDefaultKeyStore' });
    expect(text).toContain('[location ${CONFIG_ROOT}/cells/stCell/key.p12] [type PKCS12]');
    expect(text).not.toMatch(/WebAS|xor/);
  });
});
