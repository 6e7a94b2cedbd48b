// A WebSphere key store or trust store: its name, scope and documents, and the certificates it holds.
import type { CertificateSummary } from '../core/certificate.ts';
import { OperatorError } from '../core/errors.ts';
import type { StoreName } from '../core/topology-change.ts';
import type { WsadminReader } from '../core/wsadmin.ts';
import { parseCertificates, type CertificateReply } from '../products/websphere/certificate-replies.ts';
import { renderScope } from '../products/websphere/scopes.ts';
import type { ConfigurationTarget } from './targets.ts';
import { queryTask } from './wsadmin-call.ts';

export type Store = { readonly cell: string; readonly node: string | null; readonly name: string };

export type StoreContent = {
  readonly personal: readonly CertificateReply[];
  readonly signers: readonly CertificateReply[];
};

export const scopeOf = ({ cell, node }: { readonly cell: string; readonly node: string | null }): string =>
  renderScope(node === null ? { cell } : { cell, node });

export const storeName = (store: Store): StoreName => ({
  kind: 'key-store',
  cell: store.cell,
  name: store.name,
  scope: scopeOf(store),
});

export const storeOptions = (store: Store): Readonly<Record<string, string>> => ({
  keyStoreName: store.name,
  keyStoreScope: scopeOf(store),
});

export const renderStore = (store: Store): string => `${store.name} ${scopeOf(store)}`;

/** The default store at the target's scope.
 * @param wished `with.keyStore` or `with.trustStore` of a step: only repeats that name
 * @throws OperatorError INPUT_VALUE when it names the store of the other scope */
export function defaultStoreAt(
  target: ConfigurationTarget,
  kind: 'KeyStore' | 'TrustStore',
  wished: string | undefined,
): Store {
  const name = `${target.kind === 'cell' ? 'Cell' : 'Node'}Default${kind}`;
  if (wished !== undefined && wished !== name) {
    const [key, words] = kind === 'KeyStore' ? ['keyStore', 'key store'] : ['trustStore', 'trust store'];
    throw new OperatorError('INPUT_VALUE', `with.${key}: ${wished} is not at ${target.kind} scope`, {
      hint: `The ${words} of a ${target.kind} is ${name}.`,
    });
  }
  return { cell: target.cell, node: target.kind === 'node' ? target.node : null, name };
}

/** What a change of the store may save. WebSphere also marks the store as changed in security.xml (not verified). */
export function storeDocuments({ cell, node, name }: Store): readonly string[] {
  const folder = node === null ? `cells/${cell}` : `cells/${cell}/nodes/${node}`;
  return [`cells/${cell}/security.xml`, `${folder}/${name.endsWith('TrustStore') ? 'trust.p12' : 'key.p12'}`];
}

export async function readStore(wsadmin: WsadminReader, store: Store): Promise<StoreContent> {
  const options = storeOptions(store);
  const list = async (task: string): Promise<readonly CertificateReply[]> =>
    parseCertificates(await queryTask(wsadmin, { task, options }), { host: store.cell, path: `AdminTask.${task}` });
  return { personal: await list('listPersonalCertificates'), signers: await list('listSignerCertificates') };
}

const SHA256_PAIRS = 32;

/** WebSphere prints SHA-1; should a level print SHA-256, the length tells. */
export function isFingerprintOf(
  fingerprint: string,
  { sha1, sha256 }: Pick<CertificateSummary, 'sha1' | 'sha256'>,
): boolean {
  return fingerprint.toUpperCase() === (fingerprint.split(':').length === SHA256_PAIRS ? sha256 : sha1);
}

/** Every alias of the store: personal certificates and signers share one set of names in a PKCS12 file. */
export const aliasesIn = ({ personal, signers }: StoreContent): ReadonlySet<string> =>
  new Set([...personal, ...signers].map(({ alias }) => alias.toLowerCase()));
