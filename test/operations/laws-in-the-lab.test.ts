// The laws once more, over the lab's configuration repository: the true security.xml, true PKCS12 files, and AdminTask
// as the lab answers it. Each test gets a copy of one laid cell.
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import type { CertificateFile } from '../../src/core/certificate.ts';
import { OperatorError } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { WriteContext } from '../../src/core/operation.ts';
import { exposeSecret, Secret } from '../../src/core/secret.ts';
import type { WriteShell } from '../../src/core/shell.ts';
import type { WsadminArgument, WsadminWriter } from '../../src/core/wsadmin.ts';
import { openRepository } from '../../src/lab/repository/repository.ts';
import { sametimeCell } from '../../src/lab/scenario/sametime-cell.ts';
import { operationNamed } from '../../src/operations/index.ts';
import { parseWorkspaceChanges } from '../../src/products/websphere/workspace-changes.ts';
import { loadCertificateFile } from '../../src/tls/load-certificate.ts';
import { layLabCell, NOW } from '../helpers/lab-cell.ts';
import { describeLaws, type LawWorld } from './laws.ts';

const lab = await layLabCell();
afterAll(() => lab[Symbol.asyncDispose]());
const { certificateFile, aliasInFile } = lab.material;
const entry = {
  name: 'messaging',
  file: certificateFile,
  password: { kind: 'file' as const, file: lab.material.certificatePasswordFile },
  alias: 'acme-wild-2026',
  aliasInFile,
  place: { file: certificateFile, line: 1, column: 1 },
};
const messaging = await loadCertificateFile(entry, new Secret(lab.certificatePassword, 'password'), NOW);

let copies = 0;
const nodes = sametimeCell.profiles.map(({ node }) => node);

/** @param isImported the certificate is in the key stores already */
async function makeLabWorld(isImported: boolean): Promise<LawWorld> {
  copies += 1;
  const profile = join(lab.site.dir, 'profile');
  rmSync(profile, { recursive: true, force: true });
  cpSync(lab.managerProfile, profile, { recursive: true });
  const root = join(profile, 'config');
  const context = makeContext(openWriter(root), messaging);
  if (isImported) {
    const operation = operationNamed('personal-certificate');
    for (const target of [cell(profile), node(profile)]) {
      await operation.apply(context, operation.parse({ target, with: { certificate: 'messaging' } }));
    }
  }
  return { context: () => context, snapshot: async () => digestOfFolder(root) };
}

const text = (item: string | Secret): string => (item instanceof Secret ? exposeSecret(item) : item);

function openWriter(root: string): WsadminWriter {
  const workspace = openRepository({ root, cell: 'stCell', nodes }).openWorkspace();
  const call = async (name: string, ...args: readonly WsadminArgument[]): Promise<string> => {
    const [object = '', method = ''] = name.split('.');
    const plain = args.map((argument) =>
      typeof argument === 'string' || argument instanceof Secret ? text(argument) : argument.map(text),
    );
    try {
      return workspace.call(object, method, plain);
    } catch (error) {
      throw new OperatorError('WSADMIN_FAILED', error instanceof Error ? error.message : String(error));
    }
  };
  return {
    cell: 'stCell',
    query: call,
    change: call,
    save: async (expected) => {
      const changed = parseWorkspaceChanges(await call('AdminConfig.queryChanges'));
      if (changed === undefined) throw new Error('the lab described its changes in an unknown form');
      const odd = changed.find((document) => !expected.includes(document));
      if (odd !== undefined) throw new OperatorError('UNEXPECTED_CHANGES', odd);
      await call('AdminConfig.save');
      return changed;
    },
    reset: async () => void (await call('AdminConfig.reset')),
  };
}

const refuse = async (): Promise<never> => {
  throw new Error('not part of this world');
};

function makeContext(writer: WsadminWriter, certificate: CertificateFile): WriteContext {
  const shell: WriteShell = {
    host: 'dm',
    query: refuse,
    change: refuse,
    open: refuse,
    fileFacts: refuse,
    replaceFile: refuse,
    createFile: refuse,
    removeFile: refuse,
    readFile: async (path) => readFileSync(path),
    placePrivateFile: async (name, bytes) => {
      const path = join(lab.site.dir, `${copies}-${name}`);
      writeFileSync(path, bytes, { mode: 0o600 });
      return path;
    },
    removePrivateFile: async (path) => rmSync(path),
  };
  return {
    shell: async () => shell,
    wsadmin: async () => writer,
    endWsadmin: async () => undefined,
    certificate: () => certificate.facts,
    declaredCertificates: () => [certificate],
    census: async () => undefined,
    certificateFile: () => certificate,
    login: () => undefined,
    runId: 'run-1',
    pause: async () => undefined,
  };
}

const digestOfFolder = (root: string): string =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted()
    .map((file) => `${file} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`)
    .join('\n');

const cell = (dmgrProfile: string): JsonObject => ({
  kind: 'cell',
  cell: 'stCell',
  dmgrHost: 'dm',
  dmgrProfile,
  dmgrNode: 'stCellManager01',
});
const node = (dmgrProfile: string): JsonObject => ({ ...cell(dmgrProfile), kind: 'node', node: 'stpNode' });
const server = (dmgrProfile: string): JsonObject => ({
  ...node(dmgrProfile),
  kind: 'server',
  server: 'was_stpProxy',
  host: 'stp',
  profile: '/stp',
  serverTimeoutMs: 1000,
});

const certificate = 'messaging';
const PROFILE = join(lab.site.dir, 'profile');
const CASES: readonly (readonly [string, string, JsonObject, JsonObject, boolean])[] = [
  ['signers of the cell', 'signer-certificates', cell(PROFILE), { certificate }, false],
  ['certificate of a node', 'personal-certificate', node(PROFILE), { certificate }, false],
  ['a certificate nobody names', 'certificate-removal', node(PROFILE), { certificate }, true],
  [
    'protocol of XDADefaultSSLSettings',
    'quality-of-protection',
    cell(PROFILE),
    { configuration: 'XDADefaultSSLSettings', protocol: 'SSL_TLSv2' },
    false,
  ],
  [
    'ciphers of a node',
    'quality-of-protection',
    node(PROFILE),
    {
      configuration: 'NodeDefaultSSLSettings',
      protocol: 'TLSv1.2',
      ciphers: ['SSL_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
    },
    false,
  ],
  [
    'endpoint security with the configuration of the node',
    'endpoint-security',
    server(PROFILE),
    { certificate, configuration: 'NodeDefaultSSLSettings', configurationScope: 'node' },
    true,
  ],
];

for (const [name, kind, target, wish, isImported] of CASES) {
  describe(`operation ${kind} in the lab's repository`, () => {
    const operation = operationNamed(kind);
    const params = operation.parse({ target, with: wish });
    describeLaws({ name, operation, params, world: () => makeLabWorld(isImported) });
  });
}
