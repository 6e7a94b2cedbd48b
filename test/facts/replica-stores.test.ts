import { expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { sha256Hex } from '../../src/core/json.ts';
import type { ReadShell } from '../../src/core/shell.ts';
import { readReplicaStores } from '../../src/facts/replica-stores.ts';
import { renderSecurityXml } from '../../src/lab/material/security-xml.ts';
import { parseSecurityXml } from '../../src/products/websphere/security-xml.ts';
import { makeCertificateAuthority } from '../../src/tls/issue-certificate.ts';
import { writePkcs12 } from '../../src/tls/write-pkcs12.ts';

const CELL_TRUST = 'cells/c1/trust.p12';
const xml = renderSecurityXml('c1', ['manager', 'n1']);
const root = makeCertificateAuthority({
  subject: 'Root',
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2036-01-01T00:00:00Z'),
});

const trust = (password: string): Uint8Array =>
  writePkcs12({
    entries: [],
    signers: [{ alias: 'root', certificate: root.certificate }],
    password: new Secret(password, 'store'),
    legacy: false,
  });

const refuse = (): Promise<never> => Promise.reject(new Error('not part of this world'));

function folder(files: Readonly<Record<string, Uint8Array>>): { readonly shell: ReadShell; readonly root: string } {
  const at = (path: string): Uint8Array | undefined => files[path.replace('/config/', '')];
  const shell: ReadShell = {
    host: 'h1',
    query: refuse,
    open: refuse,
    readFile: async (path) => at(path),
    fileFacts: async (path) => {
      const bytes = at(path);
      return bytes && { sha256: sha256Hex(bytes), sizeBytes: bytes.length, mode: '0600', owner: '0:0' };
    },
  };
  return { shell, root: '/config' };
}

const OLD = new Uint8Array([1, 2, 3]);
const read = (own: Readonly<Record<string, Uint8Array>>, securityXml = xml) =>
  readReplicaStores(folder(own), folder({ [CELL_TRUST]: OLD }), parseSecurityXml(xml), securityXml);

test('a store of a replica that is the master’s, or that the replica does not have, is not told', async () => {
  expect(await read({ [CELL_TRUST]: OLD })).toEqual([]);
  expect(await read({})).toEqual([]);
});

test('a store that differs from the master’s is told with what it holds', async () => {
  expect(await read({ [CELL_TRUST]: trust('WebAS') })).toEqual([
    {
      name: 'CellDefaultTrustStore',
      scope: '(cell):c1',
      contents: { personal: [], signers: [root.certificate.sha1] },
    },
  ]);
});

test('a store that differs and cannot be opened is told as unknown', async () => {
  const unknown = [{ name: 'CellDefaultTrustStore', scope: '(cell):c1', contents: null }];
  expect(await read({ [CELL_TRUST]: trust('another') })).toEqual(unknown);
  expect(await read({ [CELL_TRUST]: trust('WebAS') }, xml.replaceAll('{xor}', '{aes}'))).toEqual(unknown);
});
